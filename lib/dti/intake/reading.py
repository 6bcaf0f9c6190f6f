"""Read a file that a stranger sent, in a process of its own whose memory and time are bounded.

Whatever a file makes a library do, it happens to that process: it is ended, and the file is refused in words. The
process ends with whoever started it.
"""

import json
import os
import signal
import stat
import struct
import subprocess
import sys
import threading
import zipfile
import zlib
from contextlib import suppress
from dataclasses import asdict
from decimal import Decimal
from pathlib import Path
from typing import BinaryIO

from defusedxml import DefusedXmlException

from dti.intake.cells import Cell, Grid, Unreadable, clean
from dti.intake.read_csv import csv_grid

MAX_BYTES = 10_000_000
SUFFIXES = (".xlsx", ".csv")
#: What else is sent in place of a form, by the code of the finding.
_OTHER_KINDS = {
    **dict.fromkeys((".xls", ".xlsm", ".xlsb", ".ods", ".et"), "old-excel"),
    **dict.fromkeys((".zip", ".rar", ".7z"), "archive"),
    **dict.fromkeys((".doc", ".docx", ".odt", ".rtf", ".wps"), "word-document"),
    **dict.fromkeys((".pdf", ".jpg", ".jpeg", ".png", ".heic", ".tif", ".tiff", ".bmp"), "picture-file"),
}

#: What reading one file may take.
SECONDS = 60
MEGABYTES = 700

#: What a library raises over a file that is not as it should be.
_DAMAGED = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    RecursionError,
    SyntaxError,  # what the XML parsers raise
    TypeError,
    ValueError,
)


def read_bytes(path: Path) -> bytes:
    """Return a file's bytes.

    Raises
    ------
    Unreadable
        not a plain file of a kind that is read, or too large
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise Unreadable(_OTHER_KINDS.get(suffix, "other-kind"))
    try:
        # Without O_NONBLOCK a pipe named like a sheet would be waited for until somebody writes to it.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(handle, "rb") as file:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise Unreadable("not-a-file")
            content = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        raise Unreadable("no-access", reason=getattr(error, "strerror", None) or str(error)) from None
    if len(content) > MAX_BYTES:
        raise Unreadable("too-big", most=MAX_BYTES // 1_000_000)
    if not content:
        raise Unreadable("empty")
    return content


class FileReader:
    r"""Reads files one after the other; the process that opens workbooks starts with the first of them.

    Examples
    --------
    >>> with FileReader() as reading:
    ...     reading.grids("mã;số\na;50,84%\n".encode(), ".csv")[0].text(2, 2)
    '50,84%'
    """

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "FileReader":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def grids(self, content: bytes, suffix: str) -> list[Grid]:
        """Return the sheets of a file, in its order; a CSV file is one sheet without a name.

        Parameters
        ----------
        content : the file's bytes
        suffix : ``.xlsx`` or ``.csv``

        Raises
        ------
        Unreadable
            anything that keeps the file from being read whole
        """
        if suffix.lower() == ".csv":
            return [csv_grid(content)]
        answer = self._asked(content)
        if "code" in answer:
            raise Unreadable(answer["code"], **answer["facts"])
        return [_unpacked(grid) for grid in answer["grids"]]

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def _asked(self, content: bytes) -> dict:
        process = self._process = self._process or _started()
        assert process.stdin is not None and process.stdout is not None
        timer = threading.Timer(SECONDS, process.kill)
        timer.start()
        try:
            process.stdin.write(struct.pack(">I", len(content)) + content)
            process.stdin.flush()
            line = process.stdout.readline()
        except BrokenPipeError:
            line = b""
        finally:
            timer.cancel()
        if not line.endswith(b"\n"):
            self.close()
            return {"code": "too-heavy", "facts": {"seconds": SECONDS, "megabytes": MEGABYTES}}
        return json.loads(line)


def read_grids(content: bytes, suffix: str) -> list[Grid]:
    """Return the sheets of one file; see `FileReader.grids`."""
    with FileReader() as reading:
        return reading.grids(content, suffix)


def _started() -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "dti.intake.reading"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},
    )


# --- in the process that reads -----------------------------------------------------------------------------------


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer one line of JSON for each workbook that comes, its length before it, until no more come."""
    from dti.intake.read_workbook import workbook_grids

    _bound_memory()
    while length := requests.read(4):
        content = requests.read(struct.unpack(">I", length)[0])
        if hasattr(signal, "alarm"):
            signal.alarm(SECONDS + 5)  # ends this process even if whoever asked is gone
        try:
            answer = {"grids": [_packed(grid) for grid in workbook_grids(content)]}
        except Unreadable as error:
            answer = {"code": error.code, "facts": error.facts}
        except DefusedXmlException:
            answer = {"code": "dangerous-xml", "facts": {}}
        except (zipfile.BadZipFile, zlib.error, struct.error):
            answer = {"code": "not-excel", "facts": {}}
        except MemoryError:
            answer = {"code": "too-heavy", "facts": {"seconds": SECONDS, "megabytes": MEGABYTES}}
        except _DAMAGED as error:
            answer = {"code": "damaged", "facts": {"reason": clean(str(error)[:80])}}
        answers.write(json.dumps(answer).encode() + b"\n")
        answers.flush()


def _bound_memory() -> None:
    with suppress(ImportError):  # Windows, where the size that a file unpacks to and the time bound it
        import resource

        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_AS, (MEGABYTES * 1_000_000,) * 2)
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _packed(grid: Grid) -> dict:
    plain = asdict(grid) | {
        "cells": [[*where, asdict(cell)] for where, cell in grid.cells.items()],
        "comments": [[*where, text] for where, text in grid.comments.items()],
        "hidden_rows": sorted(grid.hidden_rows),
        "hidden_columns": [[columns.start, columns.stop] for columns in grid.hidden_columns],
    }
    for *_, cell in plain["cells"]:
        cell["number"] = None if cell["number"] is None else str(cell["number"])
    return plain


def _unpacked(plain: dict) -> Grid:
    cells = {}
    for row, column, cell in plain["cells"]:
        number = cell.pop("number")
        cells[row, column] = Cell(**cell, number=None if number is None else Decimal(number))
    return Grid(
        plain["name"],
        cells,
        plain["hidden"],
        set(plain["hidden_rows"]),
        [range(*columns) for columns in plain["hidden_columns"]],
        plain["merged"],
        {(row, column): text for row, column, text in plain["comments"]},
        [(code, text) for code, text in plain["loose"]],
    )


if __name__ == "__main__":
    serve(sys.stdin.buffer, sys.stdout.buffer)
