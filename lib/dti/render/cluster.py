"""The same work on a Dask cluster: tasks and data go there, whole reports come back.

Needs the extra ``cluster`` on this machine and the same version of this package on every worker. A worker process
makes one report at a time, so start workers with ``dask worker --nthreads 1 --nworkers auto ADDRESS``.
"""

import pickle
import re
import tempfile
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

from dti.render.catalogue import code, digest
from dti.render.task import Task, TaskEnd
from dti.store.faults import DataError

#: How often a report is tried again on another worker when its worker is lost.
RETRIES = 2

_one_at_a_time = threading.Lock()
_unpacked: dict[str, tempfile.TemporaryDirectory] = {}


class Cluster:
    """A Dask cluster, used like `dti.render.pool.Pool`.

    Parameters
    ----------
    scheduler : address of its scheduler, e.g. ``tcp://10.0.0.5:8786``

    Raises
    ------
    DataError
        no scheduler there, no workers, or workers that have another version of this package
    """

    def __init__(self, scheduler: str) -> None:
        self._distributed = _distributed()
        if re.fullmatch(r"([a-z]+://)?[^\s:/]+:[0-9]+", scheduler) is None:
            raise DataError(f"--scheduler {scheduler}: not an address. Expected: for example tcp://10.0.0.5:8786.")
        try:
            self._client = self._distributed.Client(scheduler, timeout=5, set_as_default=False)
        except (OSError, ValueError) as error:
            raise DataError(f"No Dask scheduler answers at {scheduler}: {error}") from None
        _require_same_code(self._client)

    def run(self, tasks: Iterable[Task]) -> Iterator[TaskEnd]:
        """Yield the outcome of each task as it comes."""
        tasks = list(tasks)
        packs = {folder: Pack.of(Path(folder)) for folder in {task.data for task in tasks}}
        data = {folder: self._client.scatter(pack, broadcast=True) for folder, pack in packs.items()}
        submit = partial(self._client.submit, render_there, pure=False, retries=RETRIES)
        futures = {submit(task, data[task.data]): task for task in tasks}
        for future in self._distributed.as_completed(list(futures), loop=self._client.loop):
            task, error = futures.pop(future), future.exception()
            yield future.result() if error is None else TaskEnd(task.name, error=f"{type(error).__name__}: {error}")

    def __enter__(self) -> "Cluster":
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()


def _distributed() -> ModuleType:
    try:
        import distributed
    except ImportError:
        raise DataError(
            "Other machines need Dask: in this project's folder, pip install '.[cluster]', here and there."
        ) from None
    return distributed


def _require_same_code(client: Any) -> None:
    """Raise a `DataError` if a worker would make other reports than this machine."""
    known = client.run(_code_there)
    if not known:
        raise DataError("The Dask cluster has no workers.")
    others = sorted(worker for worker, theirs in known.items() if theirs != code())
    if others:
        raise DataError(f"Another version of this package is installed on {', '.join(others)}.")


def _code_there() -> str:
    return code()


@dataclass(frozen=True)
class Pack:
    """The files of a folder, to be sent: content by path, and the sha256 of all."""

    digest: str
    files: dict[str, bytes]

    @classmethod
    def of(cls, folder: Path) -> "Pack":
        """Return the files of a folder and of those below it."""
        paths = sorted(path for path in folder.rglob("*") if path.is_file())
        files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
        return cls(digest(pickle.dumps(files)), files)

    def unpacked(self, where: str) -> str:
        """Return a folder below ``where`` that holds the files as long as this process lives."""
        if self.digest not in _unpacked:
            folder = tempfile.TemporaryDirectory(prefix="dti-data-", dir=where)
            for name, content in self.files.items():
                path = Path(folder.name, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
            _unpacked[self.digest] = folder
        return _unpacked[self.digest].name


def render_there(task: Task, data: Pack) -> TaskEnd:
    """Make one report on a worker."""
    from distributed import get_worker

    from dti.render.one_report import render

    with _one_at_a_time:
        return render(replace(task, data=data.unpacked(get_worker().local_directory), folder=None))
