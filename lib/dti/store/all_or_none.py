"""Replace several files of a folder in one stroke: after a crash at any moment all are old, or all are new.

The new files are written aside, then one rename puts the list of them in place (the commit), then each is renamed to
its place. Whoever finds a list finishes the renames before reading; without a list, what lies aside is worth nothing.
One lock per folder keeps two writers apart; the operating system frees it when its holder dies.
"""

import errno
import hashlib
import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from filelock import FileLock, Timeout

STAGING = ".incoming"
LIST = "commit.json"
LOCK = ".lock"

Result = TypeVar("Result")


class Busy(Exception):
    """Another process holds the folder."""


class Torn(Exception):
    """A file that was promised is neither aside nor in place, so the folder cannot be trusted."""


def settle(folder: Path, wait: float = 30.0) -> None:
    """Finish what an interrupted `replace_together` had already committed; wait for one that is under way.

    Parameters
    ----------
    folder : where the files are
    wait : seconds to wait for a writer that is alive

    Raises
    ------
    Busy
        a writer is still at work after ``wait``
    Torn
        the folder was changed by hand in between
    """
    if not (folder / STAGING / LIST).exists():
        return
    with locked(folder, wait):
        pass  # taking the lock is what settles the folder


def replace_together(folder: Path, files: Mapping[str, bytes]) -> None:
    """Replace these files of the folder, all or none; the caller holds the lock (`locked`).

    Parameters
    ----------
    files : content by name; a name may lead into a folder below (``submissions/x.csv``)
    """
    staging = folder / STAGING
    for name in files:  # before the commit: after it there is no way back
        parent = (folder / name).parent
        if parent.exists() and not parent.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(parent))
    try:
        staging.mkdir()
        for name, content in files.items():
            (staging / name).parent.mkdir(exist_ok=True)
            _write(staging / name, content)
        digests = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
        _write(staging / f"{LIST}.tmp", json.dumps(digests).encode())
        _sync_folder(staging)
        (staging / f"{LIST}.tmp").replace(staging / LIST)
    except OSError:
        shutil.rmtree(staging, ignore_errors=True)
        raise
    _sync_folder(staging)
    _finish(folder)


@contextmanager
def locked(folder: Path, wait: float = 30.0) -> Iterator[None]:
    """Hold the folder's lock, its files settled, or raise `Busy` after ``wait`` seconds."""
    if not folder.is_dir():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(folder))
    lock = FileLock(folder / LOCK)
    try:
        lock.acquire(timeout=wait)
    except Timeout:
        raise Busy(str(folder)) from None
    try:
        _finish(folder)
        yield
    finally:
        lock.release()


def consistently(folder: Path, names: list[str], read: Callable[[], Result]) -> Result:
    """Return what ``read`` returns, read again if one of the files was replaced meanwhile.

    Parameters
    ----------
    names : files that ``read`` reads
    """
    while True:
        settle(folder)
        before = [stamp(folder / name) for name in names]
        result = read()
        if before == [stamp(folder / name) for name in names] and not (folder / STAGING / LIST).exists():
            return result


def stamp(path: Path) -> tuple[int, int, int] | None:
    """Return what changes when a file does, so that what was read from it is known to be stale; nothing without one."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


def _finish(folder: Path) -> None:
    staging = folder / STAGING
    if staging.is_symlink() or staging.is_file():
        staging.unlink()
        return
    if (staging / LIST).is_file():
        for name, digest in _promised(staging / LIST).items():
            if (staging / name).is_file():
                (folder / name).parent.mkdir(exist_ok=True)
                (staging / name).replace(folder / name)
            elif not _is_whole(folder / name, digest):
                raise Torn(name)
        _sync_folder(folder)
        (staging / LIST).unlink()
        _sync_folder(staging)
    if staging.is_dir():
        shutil.rmtree(staging)


def _is_whole(path: Path, digest: str) -> bool:
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == digest


def _promised(path: Path) -> dict[str, str]:
    """Return the files of a commit by name; the list was renamed into place whole, so another was put there by hand."""
    try:
        promised = json.loads(path.read_bytes())
        names = [Path(name) for name in promised]
        if not isinstance(promised, dict) or any(name.is_absolute() or ".." in name.parts for name in names):
            raise ValueError
    except (ValueError, TypeError):
        raise Torn(f"{STAGING}/{LIST}") from None
    return promised


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    """Make the renames in a folder last through a power cut, where the system knows how."""
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
