"""A warm process: it has the libraries loaded, and forks a child for each piece of work.

Starting Python and importing pandas, matplotlib and Jupyter takes seconds; forking a process that has done so takes
milliseconds, and the child shares nothing that it changes. `WarmProcess` starts such a process, `start` asks it for
a child that runs one function, and `Child` is that child as `subprocess.Popen` would show it.

The warm process itself runs no thread and opens no ZeroMQ context, for neither survives a fork. A child is killed
when whoever asked for it goes away, and all of them when the owner of the warm process does, so none is ever left
behind. This module needs nothing but the standard library, so that a warm process can be started before anything
slow is imported.
"""

import contextlib
import gc
import importlib
import json
import os
import selectors
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn

#: Names the address of the warm process to fork kernels from; without it each Jupyter process has its own.
KERNELS = "DTI_WARM_KERNELS"

#: Bytes of a temporary folder's path that leave room for a socket's name below it.
LONGEST_PLACE = 80

#: Whether this system can fork (Windows cannot).
CAN_FORK = hasattr(os, "fork") and hasattr(socket, "send_fds")

#: One thread for linear algebra, so that sums are added in the same order on any machine; a fixed hash seed, so that
#: sets are walked in the same order.
STEADY = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "PYTHONHASHSEED": "0"}

#: A package that jsonschema uses to check addresses if it is there, and that takes longer to load than all else here;
#: a notebook's schema has none to check.
SLOW_GRAMMAR = "rfc3987_syntax"

#: Arrow's memory allocator then starts no thread.
NO_THREADS = {"JE_ARROW_MALLOC_CONF": "background_thread:false"}


class WarmProcess:
    """A process that has ``modules`` loaded and forks children until it is closed.

    Parameters
    ----------
    modules : imported in this order; then the function ``prepare()`` of each that has one is called
    env : environment variables on top of this process's own

    Attributes
    ----------
    address : what `start` takes
    folder : a folder for temporary files, removed with the process
    """

    def __init__(self, modules: Sequence[str], env: Mapping[str, str] | None = None) -> None:
        self.modules, self.env = list(modules), dict(env or {})
        self.folder = tempfile.mkdtemp(prefix="dti-", dir=_short_place())
        self.address = str(Path(self.folder, "warm"))
        self._lifeline, theirs = socket.socketpair()
        with theirs, socket.socket(socket.AF_UNIX) as listener:
            listener.bind(self.address)
            listener.listen(128)
            fds = [listener.fileno(), theirs.fileno()]
            self._process = subprocess.Popen(
                [sys.executable, "-Xfrozen_modules=off", "-m", "dti.kernels.fork_server", *map(str, fds), *modules],
                pass_fds=fds,
                stdin=subprocess.DEVNULL,
                env=os.environ | STEADY | NO_THREADS | dict(env or {}),
                start_new_session=True,
            )

    @property
    def has_ended(self) -> bool:
        """Whether the process is gone, so that nothing can be forked from it."""
        return self._process.poll() is not None

    def hang_up(self) -> None:
        """Let the process end, and every child of it, without waiting for that."""
        self._lifeline.close()

    def close(self) -> None:
        """End the process and every child of it."""
        self.hang_up()
        with contextlib.suppress(subprocess.TimeoutExpired):  # still importing: it has no children yet
            self._process.wait(timeout=0.5)
        self.kill()

    def kill(self) -> None:
        """End the process at once, with what it has forked to get ready; children that it was asked for end later."""
        if not self.has_ended:
            _kill_group(self._process.pid)
        self._process.wait()
        self._lifeline.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> "WarmProcess":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _short_place() -> str | None:
    """Return a folder in which an address fits: a system takes no more than about a hundred bytes for one."""
    return None if len(os.fsencode(tempfile.gettempdir())) <= LONGEST_PLACE else "/tmp"


class Child:
    """A child of a warm process, with the part of `subprocess.Popen`'s interface that Jupyter uses."""

    stdin = stdout = stderr = None

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._received = b""
        self._lock = threading.Lock()
        self.returncode: int | None = None
        pid = self._line()
        if pid is None or not pid.isdigit():
            raise ChildProcessError("the warm process, or the child it was to fork, has ended")
        self.pid = int(pid)

    def wait_ready(self) -> bool:
        """Wait until the child says that it is ready; False if it ended instead."""
        return self._line() == "ready"

    def poll(self) -> int | None:
        """Return the exit code, or None while the child runs."""
        return self._ended(block=False)

    def wait(self, timeout: float | None = None) -> int | None:
        """Wait until the child has ended and return its exit code."""
        self._connection.settimeout(timeout)
        try:
            return self._ended(block=True)
        except TimeoutError:
            raise subprocess.TimeoutExpired("warm child", timeout) from None
        finally:
            self._connection.settimeout(None)

    def send_signal(self, signum: int) -> None:
        """Signal the child and its own children, unless it has ended."""
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, signum)

    def kill(self) -> None:
        """Kill the child."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask the child to end."""
        self.send_signal(signal.SIGTERM)

    def close(self) -> None:
        """Kill the child if it still runs and forget it."""
        self._connection.close()

    def _ended(self, *, block: bool) -> int | None:
        with self._lock:
            while self.returncode is None and (block or self._readable()):
                line = self._line()
                if line is None:
                    self.returncode = -signal.SIGKILL
                elif line.startswith("exit "):
                    self.returncode = int(line.removeprefix("exit "))
        return self.returncode

    def _readable(self) -> bool:
        if b"\n" in self._received:
            return True
        with selectors.DefaultSelector() as selector:
            selector.register(self._connection, selectors.EVENT_READ)
            return bool(selector.select(timeout=0))

    def _line(self) -> str | None:
        """Return the next line that the warm process or the child sent; None if both are gone."""
        while b"\n" not in self._received:
            received = self._connection.recv(4096)
            if not received:
                return None
            self._received += received
        line, self._received = self._received.split(b"\n", 1)
        return line.decode()


def start(
    address: str,
    function: str,
    arguments: Sequence[str] = (),
    *,
    env: dict[str, str] | None = None,
    cwd: str | os.PathLike | None = None,
    fds: Sequence[int] = (),
) -> Child:
    """Return a new child of the warm process at ``address``.

    Parameters
    ----------
    function : ``module:name`` of what the child runs; it is called with ``arguments``, then the numbers that ``fds``
        and the connection on which it may say ``ready`` have in the child
    env, cwd : the child's environment and folder; by default the caller's
    fds : open files that the child receives beside stdout and stderr, which it shares with the caller
    """
    request = {"function": function, "arguments": list(arguments), "cwd": str(cwd or Path.cwd())}
    request["env"] = dict(os.environ if env is None else env)
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(address)
    payload = json.dumps(request).encode() + b"\n"
    sent = socket.send_fds(connection, [payload], [1, 2, *fds])
    connection.sendall(payload[sent:])
    return Child(connection)


def say_ready(connection: int) -> None:
    """Tell whoever asked for this child that it is ready."""
    os.write(connection, b"ready\n")


def serve(listener: socket.socket, lifeline: socket.socket) -> tuple[dict, list[int]]:
    """Fork a child for each request. Returns only in the children: the request and its open files.

    Ends, and kills all children, when ``lifeline`` closes.
    """
    children: dict[int, socket.socket] = {}
    wake, wakened = socket.socketpair()
    wake.setblocking(False)
    wakened.setblocking(False)
    signal.set_wakeup_fd(wakened.fileno(), warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    with selectors.DefaultSelector() as selector:
        for source in (listener, lifeline, wake):
            selector.register(source, selectors.EVENT_READ)
        while True:
            for key, _ in selector.select():
                if key.fileobj is lifeline:
                    _end(children, Path(listener.getsockname()).parent)
                elif key.fileobj is wake:
                    wake.recv(4096)
                    _reap(children, selector)
                elif key.fileobj is listener:
                    connection, request, fds = _request(listener)
                    if request is None:
                        connection.close()
                        continue
                    pid = os.fork()
                    if pid == 0:
                        for source in (wake, wakened, listener, lifeline, *children.values()):
                            source.close()
                        _tell(connection, str(os.getpid()))  # here, so that nothing the child says comes before it
                        return request, [*fds, connection.detach()]
                    for fd in fds:
                        os.close(fd)
                    children[pid] = connection
                    selector.register(connection, selectors.EVENT_READ, pid)
                elif key.data in children:
                    _kill(key.data)
                    selector.unregister(key.fileobj)


def _end(children: dict[int, socket.socket], folder: Path) -> NoReturn:
    """Kill all children, remove the folder and end this process."""
    for pid in children:
        _kill(pid)
    for pid in children:
        os.waitpid(pid, 0)
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(0)


def _request(listener: socket.socket) -> tuple[socket.socket, dict | None, list[int]]:
    connection, _ = listener.accept()
    payload, fds, _, _ = socket.recv_fds(connection, 1 << 16, 16)
    while payload and not payload.endswith(b"\n"):
        payload += connection.recv(1 << 16)
    return connection, json.loads(payload) if payload else None, fds


def _kill(pid: int) -> None:
    for kill in (os.killpg, os.kill):  # the group does not exist before the child has made it
        with contextlib.suppress(ProcessLookupError):
            kill(pid, signal.SIGKILL)


def _kill_group(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)


def _reap(children: dict[int, socket.socket], selector: selectors.BaseSelector) -> None:
    """Tell of the children that have ended how they did."""
    for pid in list(children):
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            _kill_group(pid)  # what it has started goes with it
            connection = children.pop(pid)
            with contextlib.suppress(KeyError):
                selector.unregister(connection)
            _tell(connection, f"exit {os.waitstatus_to_exitcode(status)}")
            connection.close()


def _tell(connection: socket.socket, line: str) -> None:
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        connection.sendall(line.encode() + b"\n")


def _become(request: dict, fds: list[int]) -> list[int]:
    """Make a forked child a process of its own; returns its open files but stdout and stderr."""
    os.setsid()
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for number, fd in enumerate(fds[:2], start=1):
        os.dup2(fd, number)
        os.close(fd)
    os.environ.clear()
    os.environ.update(request["env"])
    os.chdir(request["cwd"])
    return fds[2:]


def main(listener: str, lifeline: str, *modules: str) -> None:
    """Load ``modules``, then serve; in a child, run what was asked for."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    del sys.path[0]  # the folder this happens to be started in
    sys.modules[SLOW_GRAMMAR] = None
    sockets = socket.socket(fileno=int(listener)), socket.socket(fileno=int(lifeline))
    for module in [importlib.import_module(name) for name in modules]:
        if hasattr(module, "prepare"):
            module.prepare()
    gc.collect()
    gc.freeze()  # what is loaded stays loaded: the children's collections need not touch, and so copy, it
    request, fds = serve(*sockets)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    handed = _become(request, fds)
    module, name = request["function"].split(":")
    getattr(importlib.import_module(module), name)(*request["arguments"], *handed)


if __name__ == "__main__":
    main(*sys.argv[1:])
