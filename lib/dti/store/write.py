"""Files written whole or not at all."""

import os
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


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that it appears whole or not at all: aside first, then renamed into place.

    Raises
    ------
    DataError
        if the place cannot be written to
    """
    aside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        aside.write_bytes(content)
        aside.replace(path)
    except OSError as error:
        aside.unlink(missing_ok=True)
        raise DataError(
            f"{path} cannot be written: {error.strerror}. Expected: a folder that exists and is writable."
        ) from None
