"""Write the subset of the charts' font that HTML pages carry: run once, after the font in lib/dti/show/fonts changes.

python tools/subset_chart_font.py
"""

import io
import logging

from fontTools import subset
from fontTools.ttLib import TTFont

from dti.show.fonts import FILES, FOLDER

VOWELS = "aăâeêioôơuưy"
TONES = "\u0300\u0309\u0303\u0301\u0323"
SIGNS = "đĐ–—−…“”‘’«»×→←↑↓≥≤≈±·•°²³‰§"


def letters() -> set[int]:
    """Return the code points of Latin letters, all Vietnamese ones, digits and common signs."""
    from unicodedata import normalize

    vietnamese = {normalize("NFC", vowel + tone) for vowel in VOWELS for tone in ["", *TONES]}
    return {
        *range(0x20, 0x7F),
        0xA0,
        *map(ord, SIGNS),
        *(ord(case) for one in vietnamese for case in (one, one.upper())),
    }


def subset_of(content: bytes) -> bytes:
    """Return a font with those letters alone, compressed for browsers."""
    options = subset.Options(flavor="woff", hinting=False, layout_features=["kern"], drop_tables=["FFTM"])
    font = TTFont(io.BytesIO(content))
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=letters())
    cutter.subset(font)
    font.flavor = "woff"
    written = io.BytesIO()
    font.save(written)
    return written.getvalue()


if __name__ == "__main__":
    logging.disable(logging.WARNING)
    for weight, name in FILES.items():
        target = FOLDER / f"chart-{weight}.woff"
        target.write_bytes(subset_of((FOLDER / name).read_bytes()))
        print(target.name, target.stat().st_size, "bytes")
