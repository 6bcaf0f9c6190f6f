"""Executed notebook → one HTML page that needs no network and runs no script."""

import base64
import hashlib
from collections.abc import Callable
from functools import cache
from itertools import count
from pathlib import Path

import jinja2
from markupsafe import Markup, escape
from nbformat import NotebookNode

from dti.export import blocks
from dti.export.blocks import Heading, Picture
from dti.export.exporter import ReportExporter
from dti.export.frame import frame
from dti.export.report import ReportPage
from dti.show import fonts, svg
from dti.words.word_list import labels

TEMPLATES = Path(__file__).parent / "templates"
#: A link of so many letters is a figure, which stands out; a longer one is the name of something.
FIGURE = 14
#: Nothing may be fetched or run; only the page's own style counts.
POLICY = (
    "default-src 'none'; img-src data:; font-src data:; style-src 'sha256-{digest}'; "
    "base-uri 'none'; form-action 'none'"
)


class HTMLExporter(ReportExporter):
    """Write the report as a page.

    Not a child of nbconvert's own HTMLExporter, which runs every page through Beautiful Soup and knows scripts,
    themes and widgets that a report has no use for.
    """

    export_from_notebook = "DTI report (HTML)"
    output_mimetype = "text/html"
    extension = ".html"

    def write(self, notebook: NotebookNode, shown: ReportPage) -> str:
        """Return the report as a page."""
        return page(shown, self.data)


def page(shown: ReportPage, data: str = "") -> str:
    """Return a report as a page."""
    drawn = any(isinstance(block, Picture) and block.is_vector for block in blocks.walk(shown.blocks))
    style = stylesheet(shown.mark, drawn=drawn)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return _template().render(
        report=shown,
        office=frame(shown, data or None),
        words=labels("page", shown.lang),
        sections=[block for block in shown.blocks if isinstance(block, Heading) and block.level == 2],
        style=Markup(style),
        drawing=drawing,
        policy=POLICY.format(digest=digest),
        counter=_counter(),
        figure_length=FIGURE,
    )


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES / "html"),
        autoescape=True,
        keep_trailing_newline=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters["plain"] = blocks.plain
    return environment.get_template("index.html.j2")


def _font_face(weight: str) -> str:
    content = base64.b64encode((fonts.FOLDER / f"chart-{weight}.woff").read_bytes()).decode()
    source = f"url(data:font/woff;base64,{content}) format('woff')"
    weight = {"regular": "normal"}.get(weight, weight)
    return f"\n@font-face {{ font-family: 'DTI Chart'; font-weight: {weight}; src: {source}; }}"


def drawing(figure: Picture, number: int) -> Markup:
    """Return an SVG to stand in the page as part of it: cleaned already, its ids its own."""
    markup = svg.with_own_ids(figure.content.decode(), f"h{number}-")
    label = f'<svg role="img" aria-label="{escape(figure.alt)}" '
    return Markup(markup.replace("<svg ", label, 1))


def _counter() -> Callable[[], int]:
    numbers = count(1)
    return lambda: next(numbers)


@cache
def stylesheet(mark: str = "", *, drawn: bool = False) -> str:
    """Return the page's style: with a mark, which then stands above every printed page too, and the charts' font."""
    style = (TEMPLATES / "html" / "style.css").read_text(encoding="utf-8")
    if drawn:
        style += "".join(_font_face(weight) for weight in fonts.FILES)
    return style + (f'\n@page {{ @top-right {{ content: "{mark}"; }} }}\n' if mark else "")
