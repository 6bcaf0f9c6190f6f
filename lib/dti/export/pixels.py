"""Vector charts in dots, for what knows no other: Word and Excel."""

import io
from functools import cache, lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

import typst
from PIL import Image

from dti.export.blocks import Picture
from dti.show import fonts

#: Dots to an inch, sharp in print; and colours enough for edges without steps.
DOTS, COLOURS = 220, 128
PAGE = """#set page(width: auto, height: auto, margin: 0pt, fill: white)
#image("chart.svg", width: {width}pt)"""


def in_dots(figure: Picture) -> bytes:
    """Return an image as PNG or JPEG, drawn by typst if it is a vector one."""
    return _drawn(figure.content, figure.width * 72 / 96) if figure.is_vector else figure.content


@lru_cache(maxsize=32)
def _drawn(content: bytes, width: float) -> bytes:
    with TemporaryDirectory(prefix="dti-chart-") as folder:
        Path(folder, "chart.svg").write_bytes(content)
        source = PAGE.format(width=round(width, 2)).encode()
        made = _compiler().compile(input=source, root=folder, format="png", ppi=DOTS)
    with Image.open(io.BytesIO(made)) as image:
        fewer = image.convert("RGB").quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    buffer = io.BytesIO()
    fewer.save(buffer, format="PNG", optimize=True, dpi=(DOTS, DOTS))
    return buffer.getvalue()


@cache
def _compiler() -> typst.Compiler:
    only_ours = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(fonts.FOLDER)])
    return typst.Compiler(font_paths=only_ours)
