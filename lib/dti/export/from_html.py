"""HTML of a notebook's cells → the tree of blocks."""

import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlsplit

import lxml.html

from dti.export.blocks import (
    BLANKS,
    Block,
    Heading,
    Items,
    Paragraph,
    Picture,
    Row,
    Table,
    TableCell,
    TextRun,
    grid,
    plain,
    tidy,
)
from dti.export.images import decoded, figure
from dti.show.tables import OWN

#: Elements that vanish with all they hold.
DROPPED = frozenset({
    "script", "style", "template", "iframe", "frame", "frameset", "object", "embed", "applet", "svg", "math",
    "noscript", "head", "title", "meta", "link", "base", "button", "input", "select", "textarea", "option",
    "datalist", "audio", "video", "canvas", "map",
})  # fmt: skip
#: Elements that begin a block of their own; any other element is part of a line of text.
BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "div", "dl", "dt", "fieldset",
    "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "img",
    "legend", "li", "main", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th",
    "thead", "tr", "ul",
})  # fmt: skip
HEADINGS = {f"h{level}": level for level in range(1, 7)}
MARKS = {
    "b": {"bold": True},
    "strong": {"bold": True},
    "i": {"italic": True},
    "em": {"italic": True},
    "cite": {"italic": True},
    "code": {"code": True},
    "kbd": {"code": True},
    "samp": {"code": True},
    "s": {"strike": True},
    "del": {"strike": True},
    "sub": {"script": "sub"},
    "sup": {"script": "sup"},
}
#: Of a table that stands for a chart where the screen is narrow.
INSTEAD = "instead"
#: Characters that neither XML nor a reader can do anything with.
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
FIGURE = re.compile(r"[≥≤<>~]?\s*[+\-−]?\d[\d.,\s]*(%|‰|\s?[^\W\d]{0,6}( %)?)?|[–—-]|NaN|None|")


def parse(markup: str) -> list[Block]:
    """Return the blocks of a piece of HTML, whoever wrote it.

    Examples
    --------
    >>> parse('<h2 onclick="x()">A</h2>b <script>c</script><i>d</i>')
    ... # doctest: +NORMALIZE_WHITESPACE
    [Heading(level=2, runs=[TextRun(text='A', ...)], anchor=''),
     Paragraph(runs=[TextRun(text='b ', ...), TextRun(text='d', ..., italic=True, ...)], role='')]
    """
    if not markup.strip():
        return []
    parser = lxml.html.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    root = lxml.html.fragment_fromstring(CONTROL.sub("", markup).encode(), create_parent="div", parser=parser)
    return _blocks(root)


def _blocks(parent: lxml.html.HtmlElement) -> list[Block]:
    """Return the blocks of what stands in an element; text between blocks is a paragraph."""
    found: list[Block] = []
    line: list[TextRun] = []

    def flush() -> None:
        if runs := tidy(line):
            found.append(Paragraph(runs))
        line.clear()

    line.append(TextRun(parent.text or ""))
    for child in parent:
        if _is_block(child):
            flush()
            found.extend(_block(child))
        else:
            line.extend(_inline(child, TextRun("")))
        line.append(TextRun(child.tail or ""))
    flush()
    return found


def _is_block(element: lxml.html.HtmlElement) -> bool:
    return element.tag in BLOCKS or (
        element.tag not in DROPPED and any(child.tag in BLOCKS for child in element.iterdescendants())
    )


def _block(element: lxml.html.HtmlElement) -> list[Block]:
    match element.tag:
        case tag if tag in DROPPED or tag == "hr":
            return []
        case tag if tag in HEADINGS:
            runs = tidy(_inline(element, TextRun("")))
            return [Heading(HEADINGS[tag], runs, element.get("id", ""))] if runs else []
        case "pre":
            text = "".join(run.text for run in _inline(element, TextRun(""))).strip("\n").expandtabs()
            return [Paragraph([TextRun(text)], "code")] if text.strip() else []
        case "blockquote":
            return [replace(b, role="quote") if isinstance(b, Paragraph) else b for b in _blocks(element)]
        case "ul" | "ol":
            items = [_blocks(child) for child in element.iterchildren("li")]
            start = int(element.get("start")) if re.fullmatch(r"\d{1,6}", element.get("start", "")) else 1
            return [Items([item for item in items if item], start if element.tag == "ol" else 0)]
        case "table":
            return _table(element)
        case "img":
            return _image(element)
        case "figure":
            return _captioned(element)
        case _:
            return _blocks(element)


def _inline(element: lxml.html.HtmlElement, look: TextRun) -> Iterator[TextRun]:
    """Yield the runs of an element that is part of a line."""
    if element.tag in DROPPED:
        return
    if element.tag == "br":
        yield replace(look, text="\n")
        return
    look = replace(look, **MARKS.get(element.tag, {}))
    if element.tag == "a" and (address := _address(element.get("href", ""))):
        look = replace(look, link=address)
    if element.tag == "img":
        yield replace(look, text=element.get("alt", ""))
    yield replace(look, text=element.text or "")
    for child in element:
        yield from _inline(child, look)
        yield replace(look, text=child.tail or "")


def _address(href: str) -> str:
    """Return where a link may lead: into the page, to the web, to a mailbox; else nothing."""
    href = href.strip()
    if href.startswith("#"):
        return href if len(href) > 1 else ""
    try:
        parts = urlsplit(href)
    except ValueError:
        return ""
    known = (parts.scheme in ("http", "https") and parts.netloc) or (parts.scheme == "mailto" and parts.path)
    return href if known and not BLANKS.search(href) else ""


def _table(element: lxml.html.HtmlElement) -> list[Block]:
    caption = "".join(plain(tidy(_inline(child, TextRun("")))) for child in element.iterchildren("caption"))
    rows = [(row, row.getparent().tag == "thead") for row in element.iter("tr") if _own_table(row) is element]
    if not any(is_head for _, is_head in rows):
        count = next((i for i, (row, _) in enumerate(rows) if any(cell.tag != "th" for cell in row)), 0)
        rows = [(row, index < count) for index, (row, _) in enumerate(rows)]
    head = _cut([_row(row, is_head=True) for row, is_head in rows if is_head])
    body = _cut([_row(row, is_head=False) for row, is_head in rows if not is_head])
    places = [place for part in (head, body) for line in grid(part) for place in line]
    width = max((column + cell.colspan for column, cell, _ in places), default=0)
    if not width:
        return []
    classes = element.get("class", "").split()
    kind = next((name for name in classes[1:] if re.fullmatch("[a-z][a-z-]*", name)), "") if "dti" in classes else ""
    table = Table(_filled(head, width), _filled(body, width), width, caption, kind)
    return [table if classes[:1] == ["dti"] else with_figures_flush_right(table)]


def _own_table(row: lxml.html.HtmlElement) -> lxml.html.HtmlElement | None:
    return next(row.iterancestors("table"), None)


def _row(element: lxml.html.HtmlElement, *, is_head: bool) -> Row:
    cells = [_cell(cell, is_head=is_head) for cell in element if cell.tag in ("td", "th")]
    own = any(OWN in one.get("class", "").split() for one in (element, *element))
    return Row(cells, element.get("id", ""), len(cells) == 1 and cells[0].scope == "colgroup", own)


def _cell(element: lxml.html.HtmlElement, *, is_head: bool) -> TableCell:
    scope = element.get("scope", "")
    if element.tag == "td":
        scope = ""
    elif scope not in ("col", "row", "colgroup"):
        scope = "col" if is_head else "row"
    numeric = "n" in element.get("class", "").split()
    return TableCell(tidy(_cell_runs(element)), scope, numeric, _span(element, "colspan"), _span(element, "rowspan"))


def _cell_runs(element: lxml.html.HtmlElement) -> Iterator[TextRun]:
    """Yield the text of a cell; what stands in blocks there goes on a line of its own."""
    if element.text:
        yield TextRun(element.text)
    for child in element:
        if _is_block(child):
            yield TextRun("\n")
            yield from _cell_runs(child)
            yield TextRun("\n")
        else:
            yield from _inline(child, TextRun(""))
        yield TextRun(child.tail or "")


def _span(element: lxml.html.HtmlElement, name: str) -> int:
    value = element.get(name, "1")
    return max(1, int(value)) if re.fullmatch(r"\d{1,3}", value) else 1


def _cut(rows: list[Row]) -> list[Row]:
    """Return the rows of a head or body, none of whose cells reaches below it."""
    return [
        replace(row, cells=[replace(cell, rowspan=min(cell.rowspan, len(rows) - index)) for cell in row.cells])
        if any(cell.rowspan > len(rows) - index for cell in row.cells)
        else row
        for index, row in enumerate(rows)
    ]


def _filled(rows: list[Row], width: int) -> list[Row]:
    """Return rows that all reach over ``width`` columns, with blank cells where there were none."""
    filled = []
    for row, line in zip(rows, grid(rows), strict=True):
        taken = {column + step for column, cell, _ in line for step in range(cell.colspan)}
        if len(taken) == width:
            filled.append(row)
            continue
        places = [(column, cell) for column, cell, above in line if not above]
        places += [(column, TableCell([])) for column in range(width) if column not in taken]
        filled.append(replace(row, cells=[cell for _, cell in sorted(places, key=lambda place: place[0])]))
    return filled


def with_figures_flush_right(table: Table) -> Table:
    """Return a table whose columns of figures are known as such by what stands in them."""
    texts: dict[int, list[str]] = {}
    for row in grid(table.body):
        for column, cell, above in row:
            if not above and cell.colspan == 1:
                texts.setdefault(column, []).append(plain(cell.runs))
    numeric = {
        column
        for column, column_texts in texts.items()
        if any(map(str.strip, column_texts)) and all(FIGURE.fullmatch(text) for text in column_texts)
    }

    def marked(rows: list[Row]) -> list[Row]:
        return [
            replace(
                row,
                cells=[
                    replace(cell, numeric=column in numeric and cell.colspan == 1)
                    for column, cell, above in line
                    if not above
                ],
            )
            for row, line in zip(rows, grid(rows), strict=True)
        ]

    return replace(table, head=marked(table.head), body=marked(table.body))


def _image(element: lxml.html.HtmlElement) -> list[Block]:
    """Return an image that the page carries; of any other one, what it is said to show."""
    alt = BLANKS.sub(" ", element.get("alt", "")).strip()
    match = re.fullmatch(r"data:image/[a-z.+-]+;base64,([A-Za-z0-9+/=\s%]+)", element.get("src", ""))
    if match is None:
        return [Paragraph([TextRun(alt)])] if alt else []
    content = decoded(match[1].replace("%0A", ""), alt)
    return [figure(content, alt)]


def _captioned(element: lxml.html.HtmlElement) -> list[Block]:
    caption = "".join(plain(tidy(_inline(child, TextRun("")))) for child in element.iterchildren("figcaption"))
    for child in element.findall("figcaption"):
        child.drop_tree()
    found = _blocks(element)
    index = next((i for i, block in enumerate(found) if isinstance(block, Picture)), None)
    if index is None:
        return [*found, *([Paragraph([TextRun(caption, italic=True)])] if caption else [])]
    instead = next((block for block in found if isinstance(block, Table) and block.kind == INSTEAD), None)
    found[index] = replace(found[index], caption=caption, instead=instead)
    return [block for block in found if block is not instead]
