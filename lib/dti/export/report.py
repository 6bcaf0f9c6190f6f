"""Executed notebook → what a report shows, the same for every format.

Code, streams, tracebacks, the analyst's notes and the other language stay behind. Tables and figures with a caption
are numbered. A figure in a sentence links to the table row it comes from; on paper, where nobody can click, the
numbers of that table and row stand in brackets after it, ``[4.12]`` being row 12 of table 4.
"""

import ast
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import compress, groupby
from operator import itemgetter
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlencode

import mistune
import nbformat
from nbformat import NotebookNode

from dti.export import blocks as tree
from dti.export import from_html, images
from dti.export.blocks import Block, Heading, Items, Paragraph, Picture, Table, TextRun
from dti.export.two_languages import in_language
from dti.store.tables import ILLUSTRATIVE
from dti.words.vietnamese import LANGUAGES, Lang, nfc
from dti.words.word_list import word

#: What an output is shown as: the first of its forms in this order.
FORMS = (
    "text/html",
    "image/svg+xml",
    "image/png",
    "image/jpeg",
    "image/gif",
    "image/webp",
    "text/markdown",
    "text/plain",
)
#: How Python names what a cell drew, where it is a cell's last line: the drawing itself follows.
PLOTTED = re.compile(r"<Axes: .*>|<Figure size .*>|<seaborn\.\w+\.\w+ .*>|Text\(.*\)", re.DOTALL)
WIDGET = "application/vnd.jupyter.widget-view+json"
#: Headings of a column that numbers the rows of a table.
RUNNING_NUMBERS = ("TT", "STT", "No.")


@dataclass(frozen=True)
class ReportPage:
    """What a report shows.

    Parameters
    ----------
    kind : of our own reports, which frame they get (``plan_progress`` …); blank for any other notebook
    heading : the title as the notebook shows it; None where it shows none
    name : of the notebook's file
    illustrative : made from figures that are no results, to be marked on every page
    made_from : kind and parameters, ``annual_assessment?lang=vi&year=2023``, so that it can be made again; blank for
        notebooks that are none of our reports
    """

    lang: Lang
    kind: str
    made_from: str
    heading: Heading | None
    name: str
    illustrative: bool
    blocks: list[Block]

    @property
    def title(self) -> str:
        """The title as plain text."""
        return tree.plain(self.heading.runs) if self.heading else self.name

    @property
    def mark(self) -> str:
        """What every page has to say of illustrative figures; blank for real ones."""
        return word("illustrative.mark", self.lang) if self.illustrative else ""

    @property
    def body(self) -> list[Block]:
        """What is signed on paper, with the line that explains the references if there are any."""
        referred = any(run.reference for block in tree.walk(self.blocks) for run in getattr(block, "runs", []))
        note = [Paragraph([TextRun(word("export.references", self.lang))], "note")] if referred else []
        return [*map(tree.on_paper, self.blocks[: self._end_of_body]), *note]

    @property
    def appendices(self) -> list[Block]:
        """What follows the signature: all from the first section on that calls itself an appendix."""
        return self.blocks[self._end_of_body :]

    @property
    def _end_of_body(self) -> int:
        appendix = word("export.appendix", self.lang).lower()
        return next(
            (
                index
                for index, block in enumerate(self.blocks)
                if isinstance(block, Heading) and tree.plain(block.runs).lower().startswith(appendix)
            ),
            len(self.blocks),
        )


def report(notebook: NotebookNode, resources: dict[str, Any] | None = None) -> ReportPage:
    """Return what the report of an executed notebook shows.

    Parameters
    ----------
    resources : as nbconvert hands them on, for the name of the notebook's file
    """
    name = ((resources or {}).get("metadata") or {}).get("name") or "notebook"
    return _report(json.dumps(notebook), PurePosixPath(name).name)


@lru_cache(maxsize=2)
def _report(content: str, name: str) -> ReportPage:
    """Return the report of a notebook given as JSON: read once, however many formats are written from it."""
    notebook = nbformat.from_dict(json.loads(content))
    lang = language(notebook)
    found = [block for blocks in _answered(list(shown_cells(notebook)), lang) for block in blocks]
    heading = next((block for block in found if isinstance(block, Heading) and block.level == 1), None)
    found = [block for block in found if block is not heading]
    return ReportPage(
        lang=lang,
        kind="" if parameters(notebook).get("brief") is True else _kind(notebook),  # one page has no room for a frame
        made_from=made_as(notebook),
        heading=heading,
        name=name,
        illustrative=any(_mark(output) == ILLUSTRATIVE for output in shown_outputs(notebook)),
        blocks=_referenced(_linked(_numbered(_levelled(found), lang))),
    )


def language(notebook: NotebookNode) -> Lang:
    """Return the language that a notebook's parameter ``lang`` chooses; Vietnamese where it has none.

    Examples
    --------
    >>> from nbformat import v4
    >>> cell = v4.new_code_cell('year = 2023; lang = "en"', metadata={"tags": ["injected-parameters"]})
    >>> language(v4.new_notebook(cells=[cell]))
    'en'
    """
    lang = parameters(notebook).get("lang")
    return lang if lang in LANGUAGES else "vi"


def parameters(notebook: NotebookNode) -> dict[str, object]:
    """Return the parameters of a notebook: its own values, over them those it was run with."""
    found: dict[str, object] = {}
    for tag in ("parameters", "injected-parameters"):
        for cell in notebook.cells:
            if cell.cell_type == "code" and tag in _tags(cell):
                found |= _literals(cell.source)
    return found


def _kind(notebook: NotebookNode) -> str:
    return str(notebook.metadata.get("dti", {}).get("report", ""))


def made_as(notebook: NotebookNode) -> str:
    """Return the kind and the parameters of one of our reports, as its Word document keeps them; else blank."""
    kind = _kind(notebook)
    return f"{kind}?{urlencode(sorted(parameters(notebook).items()))}" if kind else ""


def _literals(source: str) -> dict[str, object]:
    """Return the names that Python code sets to plain values; other code sets none."""
    try:
        statements = ast.parse(source).body
    except SyntaxError:
        return {}
    return {
        node.targets[0].id: node.value.value
        for node in statements
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and isinstance(node.value, ast.Constant)
    }


def _tags(cell: NotebookNode) -> set[str]:
    return set(cell.metadata.get("tags", []))


def shown_outputs(notebook: NotebookNode) -> Iterator[NotebookNode]:
    """Yield the outputs that a report shows: not those of notes, of the other language, of streams or of errors."""
    for cell in shown_cells(notebook):
        yield from _outputs(cell)


def shown_cells(notebook: NotebookNode) -> Iterator[NotebookNode]:
    """Yield the cells that a report shows: no notes, none of the other language, in brief none tagged ``full``."""
    lang = language(notebook)
    hidden = {"note", "full"} if parameters(notebook).get("brief") is True else {"note"}
    for cell in notebook.cells:
        tags = _tags(cell)
        if not tags & hidden and (lang in tags or not tags & set(LANGUAGES)):
            yield cell


def shows_something(notebook: NotebookNode) -> bool:
    """Return whether a notebook has been run: some cell shows something, or none but that of the parameters is code."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code" and "parameters" not in _tags(cell)]
    return not code or any(_outputs(cell) for cell in code)


def _outputs(cell: NotebookNode) -> list[NotebookNode]:
    shown = ("display_data", "execute_result")
    return [output for output in cell.get("outputs", []) if output.output_type in shown]


def _mark(output: NotebookNode) -> str:
    return output.metadata.get("dti", {}).get("mark", "")


def _answered(cells: list[NotebookNode], lang: Lang) -> Iterator[list[Block]]:
    """Yield what each cell shows; a text in both languages under which code shows nothing is a question not asked.

    A heading speaks for all up to the next heading, another text for what follows up to the next text.
    """
    shown = [list(_cell_blocks(cell, lang)) for cell in cells]
    for place, (cell, blocks) in enumerate(zip(cells, shown, strict=True)):
        is_question = _tags(cell).issuperset(LANGUAGES)
        under = shown[place + 1 : _end_of(cells, place)] if is_question else []
        code = [one.cell_type == "code" for one in cells[place + 1 : place + 1 + len(under)]]
        if not any(code) or any(compress(under, code)):
            yield blocks


def _end_of(cells: list[NotebookNode], place: int) -> int:
    """Return where ends what a text cell speaks for."""
    mark = "#" if cells[place].source.startswith("#") else ""
    after = range(place + 1, len(cells))
    ends = (at for at in after if cells[at].cell_type == "markdown" and cells[at].source.startswith(mark))
    return next(ends, len(cells))


def _cell_blocks(cell: NotebookNode, lang: Lang) -> Iterator[Block]:
    if cell.cell_type == "markdown":
        source = in_language(cell.source, lang) if _tags(cell).issuperset(LANGUAGES) else cell.source
        yield from _markdown(source, cell.get("attachments", {}))
    elif cell.cell_type == "code":
        for output in _outputs(cell):
            yield from _output_blocks(output)


def _output_blocks(output: NotebookNode) -> list[Block]:
    form = next((form for form in FORMS if form in output.data), None)
    if form is None or WIDGET in output.data:
        return []
    content = output.data[form]
    text = nfc(content if isinstance(content, str) else "".join(content))
    match form:
        case "text/html":
            return from_html.parse(text)
        case "text/markdown":
            found = _markdown(text)
            return [replace(block, role="mark") for block in found] if _mark(output) else found
        case "text/plain" if PLOTTED.fullmatch(text.strip()):
            return []
        case "text/plain":
            return from_html.parse(f"<pre>{mistune.escape(text)}</pre>")
        case _:
            noted = output.metadata.get(form, {})
            alt, caption = (nfc(" ".join(str(noted.get(key, "")).split())) for key in ("alt", "caption"))
            content = text.encode() if form == tree.SVG else images.decoded(text, caption or alt)
            return [images.figure(content, alt, caption, _width(noted))]


def _width(noted: dict[str, Any]) -> float | None:
    width = noted.get("width")
    return width if isinstance(width, int | float) and width > 0 else None


@cache
def _markdown_renderer() -> mistune.Markdown:
    return mistune.create_markdown(escape=False, plugins=["table", "strikethrough"])


def _markdown(source: str, attachments: dict[str, dict[str, str]] | None = None) -> list[Block]:
    markup = _markdown_renderer()(nfc(source))
    for name, bundle in (attachments or {}).items():
        for mime, content in bundle.items():
            markup = markup.replace(f'src="attachment:{mistune.escape(name)}"', f'src="data:{mime};base64,{content}"')
    return from_html.parse(markup)


def _levelled(found: list[Block]) -> list[Block]:
    """Return blocks whose headings, below the title, skip no level: readers of tagged documents step through them."""
    level, result = 1, []
    for block in found:
        if isinstance(block, Heading):
            level = min(block.level, level + 1)
            block = replace(block, level=level)
        result.append(block)
    return result


def _numbered(found: list[Block], lang: Lang) -> list[Block]:
    """Return blocks with captions numbered, "Bảng 1." and "Hình 1." on; an image without a text gets its number."""
    counts = {Table: 0, Picture: 0}
    words = {Table: word("export.table", lang), Picture: word("export.figure", lang)}

    def numbered(block: Block) -> Block:
        if isinstance(block, Items):
            return replace(block, items=[[numbered(part) for part in item] for item in block.items])
        if not isinstance(block, Table | Picture):
            return block
        kind = type(block)
        if block.caption:
            counts[kind] += 1
            block = replace(block, number=counts[kind], caption=f"{words[kind]} {counts[kind]}. {block.caption}")
        if isinstance(block, Picture) and not block.alt:
            block = replace(block, alt=block.caption or words[kind])
        return block

    return [numbered(block) for block in found]


def _linked(found: list[Block]) -> list[Block]:
    """Return blocks with each anchor given once, and without links that lead nowhere in the page."""
    known: set[str] = set()

    def own(anchor: str) -> str:
        if not anchor or anchor in known:
            return ""
        known.add(anchor)
        return anchor

    def anchored(block: Block) -> Block:
        match block:
            case Heading():
                name = block.anchor or re.sub(r"\s+", "-", tree.plain(block.runs))
                return replace(block, anchor=own(name) or own(f"{name}-{len(known)}"))
            case Items():
                return replace(block, items=[[anchored(part) for part in item] for item in block.items])
            case Table():
                rows = [row if not row.anchor or own(row.anchor) else replace(row, anchor="") for row in block.body]
                return replace(block, body=rows)
        return block

    def live(runs: list[TextRun]) -> list[TextRun]:
        if all(not run.link for run in runs):
            return runs
        return tree.tidy(
            replace(run, link="") if run.link.startswith("#") and run.link[1:] not in known else run for run in runs
        )

    return tree.with_runs([anchored(block) for block in found], live)


def _referenced(found: list[Block]) -> list[Block]:
    """Return blocks whose paragraphs name, after their figures, the table and row each figure links to.

    Figures in a row that come from the same place share the reference after the last of them.
    """
    places = {f"#{anchor}": place for anchor, place in _places(found)}

    def referenced(runs: list[TextRun]) -> list[TextRun]:
        linked = [(index, places[run.link]) for index, run in enumerate(runs) if run.link in places]
        last = {list(group)[-1][0]: place for place, group in groupby(linked, key=itemgetter(1))}
        return [replace(run, reference=last.get(index, "")) for index, run in enumerate(runs)]

    return [_with_paragraphs(block, referenced) for block in found]


def _with_paragraphs(block: Block, change: Any) -> Block:
    if isinstance(block, Paragraph):
        return replace(block, runs=change(block.runs))
    if isinstance(block, Items):
        return replace(block, items=[[_with_paragraphs(part, change) for part in item] for item in block.items])
    return block


def _places(found: list[Block]) -> Iterator[tuple[str, str]]:
    """Yield the anchor and the printed place of each table row: table, and row where the first column numbers them."""
    for table in (block for block in tree.walk(found) if isinstance(block, Table) and block.number):
        numbered = bool(table.head) and tree.plain(table.head[0].cells[0].runs) in RUNNING_NUMBERS
        for row in table.body:
            if row.anchor:
                yield row.anchor, str(table.number) + (f".{tree.plain(row.cells[0].runs)}" if numbered else "")
