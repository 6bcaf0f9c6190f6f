"""Worker processes on this machine, each making one report at a time.

Light on imports, so that the warm processes load what the work needs while the caller still decides what to do.
"""

import atexit
import os
import time
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from socket import socketpair
from typing import Any

from dti import warm

#: How long a worker may go on after a report's time is up, before it is taken to be stuck. Seconds.
GRACE = 30


@dataclass(frozen=True)
class Task:
    """What it takes to make one report.

    Parameters
    ----------
    name : the report's path below the folder of its year and language, without an ending
    notebook : text of the notebook's file
    parameters : for the notebook's parameters cell
    exporters : nbconvert exporter of each format wanted, e.g. ``{"html": "dti-html"}``
    data : folder of tables
    folder : where the notebook runs; None: in an empty one
    timeout : seconds until the notebook is given up; None: never
    """

    name: str
    notebook: str
    parameters: Mapping[str, Any]
    exporters: Mapping[str, str]
    data: str
    folder: str | None = None
    timeout: float | None = None


@dataclass(frozen=True)
class Outcome:
    """What came of a task.

    Parameters
    ----------
    files : content by ending, ``ipynb`` being the executed notebook; of a report that failed no more than that
    key_figures : values by label
    error : why there is no report; empty if there is one
    seconds : time it took
    """

    name: str
    files: Mapping[str, bytes] = field(default_factory=dict)
    key_figures: Mapping[str, float] = field(default_factory=dict)
    error: str = ""
    seconds: float = 0.0


_ready: list[warm.WarmProcess] = []


def get_ready(data: str | None = None) -> None:
    """Start the warm processes that the next `Pool` will use, so that they load while the caller does.

    Parameters
    ----------
    data : folder of the tables that the kernels will find read; by default the project's own
    """
    if warm.CAN_FORK and not _ready:
        env = {} if data is None else {"DTI_DATA": data}
        _ready.extend([warm.WarmProcess(["dti.worker"]), warm.WarmProcess(["dti.warm_kernel"], env)])
        atexit.register(_discard)


def _discard() -> None:
    """End the warm processes that no pool has used: there was nothing to do."""
    while _ready:
        _ready.pop().kill()


class Pool:
    """Worker processes, forked from warm processes where the system can fork.

    Parameters
    ----------
    jobs : how many
    verbose : let warnings and what libraries say through to stderr
    """

    def __init__(self, jobs: int, *, verbose: bool = False) -> None:
        self._jobs = jobs
        self._verbose = "verbose" if verbose else ""
        self._workers: dict[Connection, warm.Child | BaseProcess] = {}
        get_ready()
        self._warm = _ready[:]
        _ready.clear()

    def run(self, tasks: Iterable[Task]) -> Iterator[Outcome]:
        """Yield the outcome of each task as it comes.

        A task whose worker dies is given to another one; if that dies too, the report has failed.
        """
        waiting = deque(tasks)
        running: dict[Connection, tuple[Task, float]] = {}
        deaths: Counter[str] = Counter()
        while waiting or running:
            while waiting and len(running) < self._jobs:
                channel = self._idle(running) or self._start()
                task = waiting.popleft()
                channel.send(task)
                running[channel] = task, time.monotonic() + (task.timeout or float("inf")) + GRACE
            for channel in wait(list(running), _seconds_left(running.values())):
                task, _ = running[channel]
                try:
                    outcome = channel.recv()
                except EOFError:
                    deaths[task.name] += 1
                    if deaths[task.name] == 1:
                        waiting.append(task)
                        outcome = None
                    else:
                        outcome = Outcome(task.name, error="The process that made the report died, twice.")
                    self._end(channel)
                del running[channel]
                if outcome is not None:
                    yield outcome
            for channel in [known for known, (_, limit) in running.items() if limit < time.monotonic()]:
                task, _ = running.pop(channel)
                self._end(channel)
                yield Outcome(task.name, error=f"Not done after {task.timeout:g} seconds.")

    def close(self) -> None:
        """End all workers, and the kernels they run."""
        for channel in list(self._workers):
            self._end(channel)
        for process in self._warm:
            process.hang_up()
        for process in self._warm:
            process.close()

    def __enter__(self) -> "Pool":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _idle(self, running: Mapping[Connection, object]) -> Connection | None:
        return next((channel for channel in self._workers if channel not in running), None)

    def _start(self) -> Connection:
        channel, process = self._fork() if warm.CAN_FORK else self._spawn()
        self._workers[channel] = process
        return channel

    def _fork(self) -> tuple[Connection, warm.Child]:
        workers, kernels = self._warm
        ours, theirs = socketpair()
        with theirs:
            env = os.environ | warm.STEADY | {warm.KERNELS: kernels.address, "TMPDIR": kernels.folder}
            fds = [theirs.fileno()]
            process = warm.start(workers.address, "dti.worker:run_forked", [self._verbose], env=env, fds=fds)
        return Connection(ours.detach()), process

    def _spawn(self) -> tuple[Connection, BaseProcess]:
        from dti.worker import work

        ours, theirs = get_context("spawn").Pipe()
        with theirs:
            process = get_context("spawn").Process(target=work, args=(theirs, self._verbose))
            process.start()
        return ours, process

    def _end(self, channel: Connection) -> None:
        process = self._workers.pop(channel)
        channel.close()
        process.kill()
        process.close() if isinstance(process, warm.Child) else process.join()


def _seconds_left(running: Iterable[tuple[Task, float]]) -> float | None:
    """Return how long to wait before a task is overdue; None for as long as it takes."""
    limit = min(limit for _, limit in running)
    return None if limit == float("inf") else max(0.0, limit - time.monotonic())
