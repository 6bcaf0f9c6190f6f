"""Images of a notebook → the picture that a report carries."""

import base64
import binascii
import io

from PIL import Image, UnidentifiedImageError

from dti.export.blocks import SVG, Picture
from dti.show import svg
from dti.store.faults import DataError


def decoded(content: str, name: str) -> bytes:
    """Return the bytes of an image that a notebook holds as base64; ``name`` is for the error."""
    try:
        return base64.b64decode(content)
    except binascii.Error as error:
        raise DataError(f"An image of the notebook cannot be read ({name or 'no caption'}).") from error


def figure(content: bytes, alt: str = "", caption: str = "", width: float | None = None) -> Picture:
    """Return an image as a block; PNG, JPEG and SVG as they are, other formats as PNG.

    Parameters
    ----------
    width : in pixels of 1/96 inch; by default the image's own

    Raises
    ------
    DataError
        Where the content is no image.
    """
    if is_svg(content):
        return _drawing(content, alt, caption, width)
    try:
        with Image.open(io.BytesIO(content)) as image:
            size, kind = image.size, image.format
            if kind not in ("PNG", "JPEG"):
                buffer = io.BytesIO()
                image.convert("RGBA").save(buffer, format="PNG")
                content, kind = buffer.getvalue(), "PNG"
    except UnidentifiedImageError as error:
        raise DataError(f"An image of the notebook cannot be read ({caption or alt or 'no caption'}).") from error
    width = width or size[0]
    return Picture(content, f"image/{kind.lower()}", alt, width, width * size[1] / size[0], caption)


def is_svg(content: bytes) -> bool:
    """Return whether an image's bytes are SVG rather than dots."""
    return content.lstrip()[:5] in (b"<svg ", b"<?xml", b"<!DOC", b"<svg>")


def _drawing(content: bytes, alt: str, caption: str, width: float | None) -> Picture:
    """Return an SVG, cleaned of all that a report may not have."""
    try:
        markup = svg.clean(content.decode("utf-8"))
    except (svg.NotSVG, UnicodeDecodeError) as error:
        raise DataError(f"An image of the notebook cannot be read ({caption or alt or 'no caption'}).") from error
    across, down = svg.size(markup)
    width = width or across * 96 / 72
    return Picture(markup.encode(), SVG, alt, width, width * down / across, caption)
