"""How far a run is: a bar on a terminal, a line for each report elsewhere."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from dti.render.task import TaskEnd


@contextmanager
def shown(console: Console | None = None) -> Iterator[Callable[[int, int, TaskEnd], None]]:
    """Give a function to call after each report with the number done, the number to do, and its outcome."""
    console = console or Console(highlight=False)
    if not console.is_terminal:
        yield lambda done, total, outcome: console.print(_line(done, total, outcome), markup=False, soft_wrap=True)
        return
    columns = [BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), TextColumn("{task.description}", markup=False)]
    with Progress(*columns, console=console) as bar:
        task = bar.add_task("", total=None)

        def tell(done: int, total: int, outcome: TaskEnd) -> None:
            bar.update(task, completed=done, total=total, description=outcome.name)
            if outcome.error:
                console.print(_line(done, total, outcome), markup=False, soft_wrap=True)

        yield tell


def _line(done: int, total: int, outcome: TaskEnd) -> str:
    went = f"failed: {outcome.error.splitlines()[0]}" if outcome.error else f"{outcome.seconds:.1f} s"
    return f"[{done}/{total}] {outcome.name}  {went}"
