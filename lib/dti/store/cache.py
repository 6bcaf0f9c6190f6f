"""What was worked out before from the very same bytes, kept in a folder that may be deleted at any time.

Everything here goes by a fingerprint of all that it was made from, so that nothing in it can be out of date, and
carries a fingerprint of itself, so that nothing cut short or spoilt is believed. Where the folder cannot be written
to, all is worked out again, as it is without it.

Tables are kept as Arrow files, which are opened by memory map: a process reads no more of them than it uses, and
processes share what they read.
"""

import contextlib
import hashlib
import os
import tempfile
import time
from functools import lru_cache
from importlib import metadata
from pathlib import Path

import pandas as pd
import platformdirs
import pyarrow as arrow

#: Names the folder, instead of the one this system has for such things; an empty name: nothing is kept.
PLACE = "DTI_CACHE"

#: What has not been used for so many days is deleted.
DAYS = 30

#: Before the content of a file stands its sha256, padded so that Arrow finds its columns where it likes them.
HEAD = 64


def folder() -> Path | None:
    """Return the folder of what is kept; nothing where nothing is to be kept."""
    named = os.environ.get(PLACE)
    if named is None:
        return platformdirs.user_cache_path("dti", appauthor=False)
    return Path(named) if named else None


def fingerprint(*parts: bytes) -> str:
    """Return a sha256 of some bytes, and of the code and the libraries that make tables of them.

    Examples
    --------
    >>> fingerprint(b"ab", b"c") == fingerprint(b"a", b"bc")
    False
    """
    found = hashlib.sha256(_makers())
    for part in parts:
        found.update(hashlib.sha256(part).digest())
    return found.hexdigest()


@lru_cache(maxsize=1)
def _makers() -> bytes:
    code = b"".join(path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py")))
    return code + f"{pd.__version__} {arrow.__version__} {metadata.version('pandera')}".encode()


def kept_table(key: str) -> pd.DataFrame | None:
    """Return the table kept under a fingerprint; nothing if there is none, or none that can be believed."""
    content = _kept(key, "arrow")
    if content is None:
        return None
    return arrow.ipc.open_file(content).read_all().to_pandas(use_threads=False)


def keep_table(key: str, table: pd.DataFrame) -> None:
    """Keep a table under the fingerprint of all that it was made from."""
    whole = arrow.Table.from_pandas(table, nthreads=1)
    sink = arrow.BufferOutputStream()
    with arrow.ipc.new_file(sink, whole.schema) as writer:
        writer.write_table(whole)
    _keep(key, "arrow", sink.getvalue())


def is_noted(key: str) -> bool:
    """Return whether what a fingerprint stands for was found in order before."""
    return _kept(key, "ok") is not None


def note(key: str) -> None:
    """Remember that what a fingerprint stands for is in order."""
    _keep(key, "ok", arrow.py_buffer(key.encode()))


def _kept(key: str, kind: str) -> arrow.Buffer | None:
    place = folder()
    if place is None:
        return None
    path = place / f"{key}.{kind}"
    try:
        with arrow.memory_map(str(path)) as file:
            whole = file.read_buffer()
        os.utime(path)
    except OSError:
        return None
    if whole.size <= HEAD:
        return None
    content = whole.slice(HEAD)
    return content if whole.slice(0, 32).to_pybytes() == hashlib.sha256(content).digest() else None


def _keep(key: str, kind: str, content: arrow.Buffer) -> None:
    """Write a file aside, then move it to its place, so that nobody reads a part of it; old ones go."""
    place = folder()
    if place is None:
        return
    with contextlib.suppress(OSError):
        place.mkdir(parents=True, exist_ok=True)
        _remove_old(place)
        with tempfile.NamedTemporaryFile(dir=place, suffix=".part", delete=False) as aside:
            aside.write(hashlib.sha256(content).digest().ljust(HEAD, b"\0"))
            aside.write(content)
        Path(aside.name).replace(place / f"{key}.{kind}")


@lru_cache(maxsize=1)
def _remove_old(place: Path) -> None:
    """Delete what has long not been used; once in a process is enough."""
    before = time.time() - DAYS * 24 * 3600
    for path in place.iterdir():
        if path.suffix in {".arrow", ".ok", ".part"} and path.stat().st_mtime < before:
            path.unlink(missing_ok=True)
