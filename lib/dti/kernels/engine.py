"""Papermill's own engine on warm kernels (entry point ``dti-warm`` of ``papermill.engine``).

``papermill --engine dti-warm …`` uses it as `dti.render.one_report` does. Papermill loads this module as it is
itself loaded, so nothing else of this package may import it: the two would wait for each other.
"""

import time
from typing import Any

import nbformat
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, NotebookExecutionManager
from papermill.log import logger

from dti.kernels.provisioner import WarmKernelManager


class WarmClient(PapermillNotebookClient):
    """Papermill's client on warm kernels. A dead kernel or a timeout becomes the error of the cell it happened in."""

    def __init__(self, nb_man: NotebookExecutionManager, seconds: float | None = None, **kwargs: Any) -> None:
        super().__init__(nb_man, **kwargs)
        self.kernel_manager_class = WarmKernelManager
        self.shutdown_kernel = "immediate"
        self.extra_arguments = ["--HistoryManager.enabled=False"]
        self.seconds = seconds
        if seconds:
            deadline = time.monotonic() + seconds
            self.timeout_func = lambda cell: max(deadline - time.monotonic(), 0.001)

    def execute(self, **kwargs: Any) -> nbformat.NotebookNode:
        """Run the notebook's cells in a fresh kernel."""
        self.reset_execution_trackers()
        with self.setup_kernel(**kwargs):
            self.nb.metadata["language_info"] = self.kc.language_info
            self.papermill_execute_cells()
            self.set_widgets_metadata()
        return self.nb

    def execute_cell(self, cell: nbformat.NotebookNode, cell_index: int, **kwargs: Any) -> nbformat.NotebookNode:
        """Run one cell."""
        try:
            return super().execute_cell(cell, cell_index, **kwargs)
        except (DeadKernelError, CellTimeoutError) as error:
            name = type(error).__name__
            words = "The kernel died." if name == "DeadKernelError" else f"Not done after {self.seconds:g} seconds."
            cell.outputs.append(nbformat.v4.new_output("error", ename=name, evalue=words, traceback=[words]))
            raise CellExecutionError(words, name, words) from error


class WarmEngine(NBClientEngine):
    """Papermill's engine on warm kernels; ``execution_timeout`` is for the whole notebook, ``env`` the kernel's."""

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: NotebookExecutionManager,
        kernel_name: str,
        log_output: bool = False,
        stdout_file: object = None,
        stderr_file: object = None,
        start_timeout: int = 60,
        execution_timeout: float | None = None,
        env: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> nbformat.NotebookNode:
        """Run the notebook."""
        return WarmClient(
            nb_man,
            seconds=execution_timeout,
            startup_timeout=start_timeout,
            kernel_name=kernel_name,
            log=logger,
            log_output=log_output,
            stdout_file=stdout_file,
            stderr_file=stderr_file,
        ).execute(**({} if env is None else {"env": env}))
