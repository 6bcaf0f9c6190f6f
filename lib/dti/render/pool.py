"""Worker processes on this machine, each making one report at a time.

Light on imports, so that the warm process loads what the work needs while the caller still decides what to do.
"""

import atexit
import os
import time
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from socket import socketpair

from dti.kernels import fork_server
from dti.render.task import Task, TaskEnd

#: How long a worker may go on after a report's time is up, before it is taken to be stuck. Seconds.
GRACE = 30


#: What workers and the kernels they run need; both are forked from one process, which loads it once.
NEEDED = ("dti.kernels.preloaded", "dti.render.one_report")

_ready: list[fork_server.WarmProcess] = []


def get_ready(data: str | None = None) -> None:
    """Start the warm process that the next `Pool` will use, so that it loads while the caller does.

    Parameters
    ----------
    data : folder of the tables that the kernels will find read; by default the project's own
    """
    if fork_server.CAN_FORK and not _ready:
        _ready.append(fork_server.WarmProcess(NEEDED, {} if data is None else {"DTI_DATA": data}))
        atexit.register(_discard)


def _discard() -> None:
    """End the warm process that no pool has used: there was nothing to do."""
    while _ready:
        _ready.pop().kill()


class Pool:
    """Worker processes, forked from a warm process where the system can fork.

    Parameters
    ----------
    jobs : how many
    verbose : let warnings and what libraries say through to stderr
    warm : a process to fork from that has `NEEDED` loaded and that others use too; by default one of its own
    """

    def __init__(self, jobs: int, *, verbose: bool = False, warm: fork_server.WarmProcess | None = None) -> None:
        self._jobs = jobs
        self._verbose = "verbose" if verbose else ""
        self._workers: dict[Connection, fork_server.Child | BaseProcess] = {}
        self._shared = warm is not None
        if warm is None:
            get_ready()
        self._warm = warm or (_ready.pop() if _ready else None)

    def run(self, tasks: Iterable[Task]) -> Iterator[TaskEnd]:
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
                except (EOFError, ConnectionResetError):
                    outcome = TaskEnd(task.name, error="The process that made the report died, twice.")
                    self._end(channel)
                    deaths[task.name] += 1
                else:
                    if outcome.error and self._has_lost_its_source():
                        self._end(channel)
                        deaths[task.name] += 1
                if deaths[task.name] == 1 and outcome.error:
                    deaths[task.name] += 1
                    waiting.append(task)
                    outcome = None
                del running[channel]
                if outcome is not None:
                    yield outcome
            for channel in [known for known, (_, limit) in running.items() if limit < time.monotonic()]:
                task, _ = running.pop(channel)
                self._end(channel)
                yield TaskEnd(task.name, error=f"Not done after {task.timeout:g} seconds.")

    def close(self) -> None:
        """End all workers, and the kernels they run."""
        for channel in list(self._workers):
            self._end(channel)
        if self._warm is not None and not self._shared:
            self._warm.close()

    def __enter__(self) -> "Pool":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _has_lost_its_source(self) -> bool:
        """Tell whether the process that workers and kernels are forked from has ended."""
        return self._warm is not None and self._warm.has_ended

    def _renewed(self) -> fork_server.WarmProcess:
        """Return the process that workers and kernels are forked from, started again if it has ended."""
        if self._warm.has_ended:
            self._warm.close()
            self._warm = fork_server.WarmProcess(self._warm.modules, self._warm.env)
        return self._warm

    def _idle(self, running: Mapping[Connection, object]) -> Connection | None:
        for channel in [known for known in self._workers if known not in running]:
            if not self._has_lost_its_source():
                return channel
            self._end(channel)  # it would fork its kernels from a process that is gone
        return None

    def _start(self) -> Connection:
        channel, process = self._fork() if fork_server.CAN_FORK else self._spawn()
        self._workers[channel] = process
        return channel

    def _fork(self) -> tuple[Connection, fork_server.Child]:
        warm = self._renewed()
        ours, theirs = socketpair()
        with theirs:
            env = os.environ | fork_server.STEADY | {fork_server.KERNELS: warm.address, "TMPDIR": warm.folder}
            fds = [theirs.fileno()]
            process = fork_server.start(
                warm.address, "dti.render.one_report:run_forked", [self._verbose], env=env, fds=fds
            )
        return Connection(ours.detach()), process

    def _spawn(self) -> tuple[Connection, BaseProcess]:
        from dti.render.one_report import work

        ours, theirs = get_context("spawn").Pipe()
        with theirs:
            process = get_context("spawn").Process(target=work, args=(theirs, self._verbose))
            process.start()
        return ours, process

    def _end(self, channel: Connection) -> None:
        process = self._workers.pop(channel)
        channel.close()
        process.kill()
        process.close() if isinstance(process, fork_server.Child) else process.join()


def _seconds_left(running: Iterable[tuple[Task, float]]) -> float | None:
    """Return how long to wait before a task is overdue; None for as long as it takes."""
    limit = min(limit for _, limit in running)
    return None if limit == float("inf") else max(0.0, limit - time.monotonic())
