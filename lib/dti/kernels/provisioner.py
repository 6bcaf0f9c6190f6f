"""Jupyter kernels from a warm process, through Jupyter's own hooks.

`WarmProvisioner` (entry point ``dti-warm`` of ``jupyter_client.kernel_provisioners``) starts a Python kernel by
forking it from a process that has pandas, matplotlib, seaborn and this package loaded, instead of starting Python.
It serves any Jupyter client: ``JUPYTER_DEFAULT_PROVISIONER_NAME=dti-warm jupyter lab``. What papermill needs beside
it is in `dti.kernels.engine`.

The kernel is the ordinary ipykernel, a process of its own, and ends with its notebook. Where there is no fork, or
the kernel is not this Python's, Jupyter's usual way of starting it is used; what the notebook shows is the same.
"""

import asyncio
import atexit
import os
import shutil
import sys
import tempfile
import time
from functools import lru_cache
from pathlib import Path
from queue import Empty
from typing import Any

from jupyter_client.asynchronous import AsyncKernelClient
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning import LocalProvisioner
from traitlets import DottedObjectName, default

from dti.kernels import fork_server

#: Names of the entry points.
ENGINE = PROVISIONER = "dti-warm"


class WarmProvisioner(LocalProvisioner):
    """Starts Python kernels by forking them from a warm process."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> dict[str, Any]:
        """Start the kernel; returns how to connect to it."""
        arguments = ipykernel_arguments(cmd)
        if arguments is None or not fork_server.CAN_FORK:
            return await super().launch_kernel(cmd, **kwargs)
        self.cwd = kwargs.get("cwd") or Path.cwd()
        self.process = await asyncio.to_thread(self._fork, arguments, kwargs.get("env"))
        self.pid = self.pgid = self.process.pid
        return self.connection_info

    def _fork(self, arguments: list[str], env: dict[str, str] | None) -> fork_server.Child:
        child = fork_server.start(_address(), "dti.kernels.preloaded:run", arguments, env=env, cwd=self.cwd)
        child.wait_ready()
        return child

    async def kill(self, restart: bool = False) -> None:
        """Kill the kernel and see it dead, so that nobody has to poll for it."""
        await super().kill(restart=restart)
        if isinstance(self.process, fork_server.Child):
            await asyncio.to_thread(self.process.wait)


def ipykernel_arguments(command: list[str]) -> list[str] | None:
    """Return the arguments for ipykernel in a command that starts it with this Python; None if it is another.

    Examples
    --------
    >>> ipykernel_arguments([sys.executable, "-m", "ipykernel_launcher", "-f", "kernel.json"])
    ['-f', 'kernel.json']
    >>> ipykernel_arguments(["R", "--slave"])
    """
    if "ipykernel_launcher" not in command or not Path(command[0]).exists():
        return None
    if Path(command[0]).absolute() != Path(sys.executable).absolute():
        return None
    return command[command.index("ipykernel_launcher") + 1 :]


def _address() -> str:
    return os.environ.get(fork_server.KERNELS) or _own_warm_process().address


@lru_cache(maxsize=1)
def _own_warm_process() -> fork_server.WarmProcess:
    process = fork_server.WarmProcess(["dti.kernels.preloaded"])
    atexit.register(process.close)
    return process


class WarmKernelSpecManager(KernelSpecManager):
    """Kernelspecs as installed; those that name no provisioner get ours."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        """Return the kernelspec of a name."""
        spec = super().get_kernel_spec(kernel_name)
        spec.metadata = {"kernel_provisioner": {"provisioner_name": PROVISIONER}} | spec.metadata
        return spec


class ReadyClient(AsyncKernelClient):
    """A client that begins as soon as the kernel is ready, without waiting for a silence."""

    language_info: dict[str, Any] | None = None

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait until the kernel answers and its outputs arrive."""
        deadline = time.monotonic() + (60 if timeout is None else timeout)
        await self._iopub(deadline, lambda message: True)  # the kernel greets each new subscriber
        request = self.kernel_info()
        reply = await self._async_recv_reply(request, timeout=max(0, deadline - time.monotonic()))
        self.language_info = reply["content"]["language_info"]
        await self._iopub(deadline, lambda message: _is_idle(message, request))

    async def _iopub(self, deadline: float, wanted: Any) -> None:
        while True:
            if not await self._async_is_alive():
                raise RuntimeError("Kernel died before replying to kernel_info")
            if time.monotonic() > deadline:
                raise RuntimeError("Kernel didn't respond in time")
            try:
                message = await self.iopub_channel.get_msg(timeout=1)
            except Empty:
                continue
            if wanted(message):
                return


def _is_idle(message: dict[str, Any], request: str) -> bool:
    return (
        message["msg_type"] == "status"
        and message["content"]["execution_state"] == "idle"
        and message["parent_header"].get("msg_id") == request
    )


class WarmKernelManager(AsyncKernelManager):
    """A kernel manager that takes kernels from the warm process and speaks to them over local sockets."""

    client_class = DottedObjectName("dti.kernels.provisioner.ReadyClient", config=True)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.kernel_spec_manager = WarmKernelSpecManager()
        if fork_server.CAN_FORK:
            self._folder = tempfile.mkdtemp(prefix="k-")
            self.transport = "ipc"
            self.connection_file = str(Path(self._folder, "kernel.json"))

    @default("client_factory")
    def _client_factory_default(self) -> type:
        return ReadyClient

    def cleanup_ipc_files(self) -> None:
        """Remove the sockets, and the folder they were in."""
        super().cleanup_ipc_files()
        if fork_server.CAN_FORK:
            shutil.rmtree(self._folder, ignore_errors=True)
