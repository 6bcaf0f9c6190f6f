"""The folder of a year and language: reports that appear whole or not at all, the manifest and the index."""

import contextlib
import errno
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from filelock import FileLock, Timeout

from dti.render.catalogue import digest
from dti.render.task import TaskEnd
from dti.store.faults import DataError

MANIFEST = "manifest.json"
#: Number of the manifest's layout; a manifest of another layout is not read.
LAYOUT = 1
FAILED = "failed"

#: Errors after which no other file can be written either.
HOPELESS = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}


class OutputError(Exception):
    """A file that cannot be written; its text says which and why. ``hopeless``: nor can any other."""

    def __init__(self, path: Path, error: OSError) -> None:
        super().__init__(f"Cannot write {path}: {error.strerror}.")
        self.hopeless = error.errno in HOPELESS


class Folder:
    """The folder in which the reports of one year and language are published.

    Parameters
    ----------
    path : made if it is not there
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.entries = _reports_of(path / MANIFEST)

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other runs out of the folder.

        Raises
        ------
        DataError
            if another run is at work in it, or it cannot be written to
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self.path / ".lock")
            lock.acquire(blocking=False)
        except Timeout:
            raise DataError(
                f"Another run is writing to {self.path}. Wait until it has ended, or choose --out."
            ) from None
        except OSError as error:
            raise DataError(
                f"Cannot write to {self.path}: {error.strerror}. Choose another folder with --out."
            ) from None
        try:
            self.entries = _reports_of(self.path / MANIFEST)
            yield
        finally:
            lock.release()

    def formats(self, name: str) -> set[str]:
        """Return the formats in which a report is there."""
        files = self.entries.get(name, {}).get("files", {})
        return {Path(file).suffix.removeprefix(".") for file in files if (self.path / file).is_file()} - {"ipynb"}

    def is_current(self, name: str, fingerprint: str, formats: Sequence[str]) -> bool:
        """Return whether a report is there in all formats, as it was written, from the same inputs."""
        entry = self.entries.get(name, {})
        if entry.get("status") != "done" or entry["fingerprint"] != fingerprint:
            return False
        files = {self.path / file: known for file, known in entry["files"].items()}
        written = all(path.is_file() and digest(path.read_bytes()) == known for path, known in files.items())
        return written and {f".{form}" for form in (*formats, "ipynb")} <= {path.suffix for path in files}

    def publish(self, outcome: TaskEnd, fingerprint: str) -> None:
        """Put a report in its place, all its formats at once; of one that failed, its notebook beside the others.

        A report that lacks a format only, because that could not be written, is put in its place without it.

        Raises
        ------
        OutputError
            if a file cannot be written; what was there before is still there
        """
        entry = {"status": "done", "seconds": round(outcome.seconds, 3), "error": outcome.error}
        if outcome.error and set(outcome.files) <= {"ipynb"}:
            self._write({f"{FAILED}/{outcome.name}.{form}": content for form, content in outcome.files.items()})
            before = self.entries.get(outcome.name, {"files": {}, "key_figures": {}})
            self.entries[outcome.name] = before | entry | {"status": "failed"}
            return
        files = {f"{outcome.name}.{form}": content for form, content in outcome.files.items()}
        self._write(files)
        (self.path / FAILED / f"{outcome.name}.ipynb").unlink(missing_ok=True)
        self.entries[outcome.name] = entry | {
            "status": "incomplete" if outcome.error else "done",
            "fingerprint": fingerprint,
            "files": {file: digest(content) for file, content in sorted(files.items())},
            "key_figures": outcome.key_figures,
        }

    def remove_others(self, names: set[str]) -> None:
        """Remove the reports that are no longer in the list."""
        for name in set(self.entries) - names:
            for file in self.entries.pop(name)["files"]:
                self._inside(file).unlink(missing_ok=True)

    def write_manifest(self, about: Mapping[str, object]) -> None:
        """Write the manifest: what the run was about, then how each report went."""
        content = {"layout": LAYOUT, **about, "reports": dict(sorted(self.entries.items()))}
        self._write({MANIFEST: (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()})

    def write_pages(self, pages: Mapping[str, bytes | str]) -> None:
        """Write the page that lists the reports, and what goes with it."""
        self._write({name: page.encode() if isinstance(page, str) else page for name, page in pages.items()})

    def _inside(self, file: str) -> Path:
        path = (self.path / file).resolve()
        if not path.is_relative_to(self.path.resolve()):
            raise DataError(f"{file} would lie outside {self.path}.")
        return path

    def _write(self, files: Mapping[str, bytes]) -> None:
        """Write all files aside, then move them to their places."""
        paths = {self._inside(file): content for file, content in files.items()}
        aside = {path: path.with_name(f".{path.name}.part") for path in paths}
        path = self.path
        try:
            for path, content in paths.items():
                path.parent.mkdir(parents=True, exist_ok=True)
                aside[path].write_bytes(content)
            for path in paths:
                aside[path].replace(path)
        except OSError as error:
            raise OutputError(path, error) from error
        finally:
            for part in aside.values():
                with contextlib.suppress(OSError):
                    part.unlink(missing_ok=True)


def _reports_of(manifest: Path) -> dict[str, dict]:
    """Return what a manifest says of each report; nothing if there is none or it cannot be read: all is made anew."""
    try:
        content = json.loads(manifest.read_bytes())
    except (OSError, ValueError):
        return {}
    known = content.get("reports") if isinstance(content, dict) and content.get("layout") == LAYOUT else None
    if not isinstance(known, dict) or not all(map(_is_entry, known.values())):
        return {}
    return known


def _is_entry(entry: object) -> bool:
    """Tell whether an entry has the shape in which it was written."""
    return (
        isinstance(entry, dict)
        and isinstance(entry.get("files"), dict)
        and isinstance(entry.get("key_figures"), dict)
        and isinstance(entry.get("fingerprint", ""), str)
    )
