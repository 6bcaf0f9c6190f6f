"""What our nbconvert exporters share."""

import os
from typing import Any, ClassVar

from nbconvert.exporters.exporter import Exporter
from nbformat import NotebookNode
from traitlets import Unicode, default
from traitlets.config import Application

from dti.export.report import ReportPage, report, shows_something
from dti.store.faults import DataError
from dti.words.word_list import word


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
        """Those of nbconvert's own that are switched on, as by ``--execute``; each of the others would cost a check."""
        own = Exporter.default_preprocessors.default()
        return [name for name in own if self.config[name.rpartition(".")[2]].get("enabled", False) is True]

    def from_notebook_node(
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[bytes | str, dict[str, Any]]:
        """Return an executed notebook in the exporter's format.

        Raises
        ------
        DataError
            Where no cell shows anything: the notebook has not been run.
        """
        copy, resources = super().from_notebook_node(nb, resources, **kw)
        shown = report(copy, resources)
        if not shows_something(copy):
            raise DataError(word("export.not_run", shown.lang, name=shown.name))
        return self.write(copy, shown), resources

    def from_filename(
        self, filename: str, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[bytes | str, dict[str, Any]]:
        """Return the notebook of a file in the exporter's format; the command ``nbconvert`` says in words why not."""
        try:
            return super().from_filename(filename, resources, **kw)
        except DataError as error:
            command = Application.instance() if Application.initialized() else None
            if command is None or command.name != "jupyter-nbconvert":
                raise
            command.log.error("%s: %s", os.fspath(filename), error)
            command.exit(1)

    def write(self, notebook: NotebookNode, shown: ReportPage) -> bytes | str:
        """Return the file of a report; ``notebook`` is what it was read from."""
        raise NotImplementedError
