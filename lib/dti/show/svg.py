"""Figures as SVG that goes into a page as it is: text as text, no style, no script, nothing outside.

Whatever a notebook brings goes through `clean` too, so what is not named here cannot come out in any report.
"""

import io
import re
from collections.abc import Iterator

import matplotlib as mpl
from lxml import etree
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from dti.show import fonts

NAMESPACE = "http://www.w3.org/2000/svg"
ELEMENTS = frozenset({
    "svg", "g", "defs", "clipPath", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text",
    "tspan", "use", "image", "marker", "pattern", "linearGradient", "stop",
})  # fmt: skip
ATTRIBUTES = frozenset({
    "id", "d", "x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "rx", "ry", "dx", "dy", "points", "width", "height",
    "transform", "viewBox", "preserveAspectRatio", "clip-path", "clip-rule", "fill", "fill-opacity", "fill-rule",
    "stroke", "stroke-width", "stroke-opacity", "stroke-dasharray", "stroke-dashoffset", "stroke-linecap",
    "stroke-linejoin", "stroke-miterlimit", "opacity", "font-size", "font-weight", "font-style", "text-anchor",
    "offset", "stop-color", "stop-opacity", "href", "gradientUnits", "gradientTransform", "clipPathUnits",
    "patternUnits", "patternTransform",
})  # fmt: skip
IMAGE = re.compile(r"data:image/(png|jpeg);base64,[A-Za-z0-9+/=\s]+")
LOCAL = re.compile(r"#[\w.-]+")
REFERENCE = re.compile(r"(?<=url\(#)[\w.-]+(?=\))|(?<=href=\"#)[\w.-]+(?=\")|(?<= id=\")[\w.-]+(?=\")")
#: matplotlib says it once for all lines of a chart, in a style.
ROUND = re.compile(r"\*\{stroke-linejoin: round|<svg [^>]*stroke-linejoin=\"round\"")
#: Digits after the second decimal of a point are smaller than any printer's dot.
DECIMALS = re.compile(r"(\d+\.\d{2})\d+")
#: A place is cut to hundredths, what a chart says never is.
TAG = re.compile(r"<[^>]+>")
PARSER = etree.XMLParser(
    resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True, huge_tree=False
)


class NotSVG(ValueError):
    """What should be an SVG image is none."""


def svg(figure: Figure) -> str:
    """Return a matplotlib figure as SVG, the same text for the same figure.

    Examples
    --------
    >>> svg(Figure(figsize=(1, 1)))[:70]
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 72 72" width="72"'
    """
    buffer = io.StringIO()
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "dti"}):
        FigureCanvasSVG(figure).print_svg(buffer, metadata={"Date": None, "Creator": None})
    return clean(buffer.getvalue())


def clean(markup: str) -> str:
    """Return SVG with what it may hold and nothing else, its styles written as attributes.

    Raises
    ------
    NotSVG
        Where the text is no SVG, or has no size.

    Examples
    --------
    >>> clean('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" onload="x()"><path style="fill: red"/></svg>')
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" width="9" height="9"><path fill="red"/></svg>'
    """
    try:
        root = etree.fromstring(markup.encode(), PARSER)
    except etree.XMLSyntaxError as error:
        raise NotSVG(str(error)) from error
    box = _view_box(root)
    made = etree.Element(f"{{{NAMESPACE}}}svg", nsmap={None: NAMESPACE})
    made.set("viewBox", " ".join(f"{part:g}" for part in box))
    made.set("width", f"{box[2]:g}")
    made.set("height", f"{box[3]:g}")
    if "<text" in markup:
        made.set("font-family", fonts.STACK)
    if ROUND.search(markup):
        made.set("stroke-linejoin", "round")
    used = set(re.findall(r"#([\w.-]+)", markup))
    for child in root:
        _copy(child, made, used)
    return TAG.sub(lambda tag: DECIMALS.sub(r"\1", tag[0]), etree.tostring(made, encoding="unicode"))


def size(markup: str) -> tuple[float, float]:
    """Return width and height of a cleaned SVG in points."""
    found = re.search(r'viewBox="[\d.-]+ [\d.-]+ ([\d.]+) ([\d.]+)"', markup)
    return float(found[1]), float(found[2])


def with_own_ids(markup: str, prefix: str) -> str:
    """Return an SVG whose ids begin with a prefix, so that several can stand in one page."""
    return REFERENCE.sub(lambda found: prefix + found[0], markup)


def texts(markup: str) -> Iterator[str]:
    """Yield all that stands in a cleaned SVG as text."""
    yield from etree.fromstring(markup.encode(), PARSER).itertext()


def _view_box(root: etree._Element) -> tuple[float, ...]:
    """Return the frame of an image; without one, its size in points."""
    if etree.QName(root).localname != "svg":
        raise NotSVG(f"The first element is “{etree.QName(root).localname}”, not “svg”.")
    parts = re.findall(r"-?[\d.]+", root.get("viewBox", ""))
    sizes = [re.fullmatch(r"\s*([\d.]+)(pt|px)?\s*", root.get(side, "")) for side in ("width", "height")]
    try:
        box = (
            tuple(map(float, parts)) if len(parts) == 4 else (0.0, 0.0, *(float(found[1]) for found in sizes if found))
        )
    except ValueError as error:
        raise NotSVG("Its viewBox has something else than numbers.") from error
    if len(box) != 4 or not (box[2] > 0 and box[3] > 0):
        raise NotSVG("It has neither a viewBox nor a width and height in pixels or points.")
    return box


def _copy(element: etree._Element, parent: etree._Element, used: set[str]) -> None:
    """Copy an element and what it holds under a parent, as far as reports may have it."""
    name = etree.QName(element)
    if name.namespace not in (NAMESPACE, None) or name.localname not in ELEMENTS:
        return
    attributes = _attributes(element, used)
    if name.localname in ("use", "image") and "href" not in attributes:
        return
    if name.localname == "g" and not attributes:
        made = parent
    else:
        made = etree.SubElement(parent, f"{{{NAMESPACE}}}{name.localname}", attributes)
        if name.localname in ("text", "tspan"):
            made.text = element.text
            made.tail = element.tail if etree.QName(parent).localname in ("text", "tspan") else None
    for child in element:
        _copy(child, made, used)


def _attributes(element: etree._Element, used: set[str]) -> dict[str, str]:
    """Return the attributes of an element, those of its style among them."""
    found: dict[str, str] = {}
    for name, value in element.attrib.items():
        found[etree.QName(name).localname] = value
    for rule in found.pop("style", "").split(";"):
        name, _, value = rule.partition(":")
        found[name.strip()] = value.strip()
    if found.pop("font", ""):  # the short form says size and weight in one
        found |= _font(element.get("style", ""))
    kept = {name: " ".join(value.split()) for name, value in found.items() if name in ATTRIBUTES and value.strip()}
    if "font-size" in kept:
        kept["font-size"] = kept["font-size"].removesuffix("px")
    if kept.get("id") not in used:
        kept.pop("id", None)
    if kept.get("transform", "").startswith("rotate(-0 ") or kept.get("transform", "").startswith("rotate(0 "):
        del kept["transform"]
    return {name: value for name, value in kept.items() if _harmless(name, value)}


def _font(style: str) -> dict[str, str]:
    """Return what the short form of a font says of its size and weight."""
    short = re.search(r"font:([^;]*)", style)
    size_found = re.search(r"([\d.]+)px", short[1]) if short else None
    weight = re.search(r"\b(bold|[1-9]00)\b", short[1]) if short else None
    return ({"font-size": size_found[1]} if size_found else {}) | ({"font-weight": weight[1]} if weight else {})


def _harmless(name: str, value: str) -> bool:
    """Return whether an attribute stays within the image."""
    if name == "href":
        return bool(LOCAL.fullmatch(value) or IMAGE.fullmatch(value))
    references = re.findall(r"url\(([^)]*)\)?", value)
    return all(LOCAL.fullmatch(reference) for reference in references) and "javascript" not in value.lower()
