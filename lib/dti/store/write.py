"""Files written whole or not at all."""

import os
from collections.abc import Iterable
from pathlib import Path

from dti.store.faults import DataError


def make_folder(folder: Path) -> None:
    """Make a folder, and those above it, unless it is there.

    Raises
    ------
    DataError
        if it cannot be made
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DataError(f"{folder} cannot be made: {error.strerror}. Expected: a place that is writable.") from None


def check_place(path: Path, inputs: Iterable[Path] = ()) -> None:
    """Refuse to write where an input, a table or anything but a plain file would be lost.

    Parameters
    ----------
    inputs : files that the command reads

    Raises
    ------
    DataError
        with the place and what stands there
    """
    _check_plain(path)
    if (path.parent / "codebook.csv").exists():
        raise DataError(f"{path} lies among the tables. Expected: a place outside the folder of tables.")
    for given in inputs:
        if path.exists() and given.exists() and path.samefile(given):
            raise DataError(f"{path} is what the command reads and would be lost. Expected: another name.")


def _check_plain(path: Path) -> None:
    if path.exists() and not path.is_file():
        raise DataError(f"{path} is no plain file and cannot be written over. Expected: the name of a file.")


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that it appears whole or not at all: aside first, then renamed into place.

    Raises
    ------
    DataError
        if the place cannot be written to
    """
    _check_plain(path)
    aside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        aside.write_bytes(content)
        aside.replace(path)
    except OSError as error:
        aside.unlink(missing_ok=True)
        raise DataError(
            f"{path} cannot be written: {error.strerror}. Expected: a folder that exists and is writable."
        ) from None
