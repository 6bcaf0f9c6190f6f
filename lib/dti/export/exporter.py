"""What our nbconvert exporters share."""

from typing import Any, ClassVar

from nbconvert.exporters.exporter import Exporter
from nbformat import NotebookNode
from traitlets import Unicode, default

from dti.export.report import Report, report


class ReportExporter(Exporter):
    """Read an executed notebook as a report, and let a child write it."""

    extension: ClassVar[str]
    data = Unicode("", help="Folder that holds office.yml and the Word template; by default as for tables.").tag(
        config=True
    )

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return self.extension

    @default("default_preprocessors")
    def _default_preprocessors_default(self) -> list[str]:
        """None of nbconvert's own: they are off, but each has the whole notebook checked once more."""
        return []

    def from_notebook_node(
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[bytes, dict[str, Any]]:
        """Return an executed notebook in the exporter's format."""
        copy, resources = super().from_notebook_node(nb, resources, **kw)
        return self.write(copy, report(copy, resources)), resources

    def write(self, notebook: NotebookNode, shown: Report) -> bytes:
        """Return the file of a report; ``notebook`` is what it was read from."""
        raise NotImplementedError
