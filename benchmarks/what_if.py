"""How fast a scenario answers: a slider's move against running the notebook again, and 10,000 uncertain draws.

.venv/bin/python benchmarks/what_if.py
"""

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import papermill

from dti.scenarios.outcome import apply
from dti.scenarios.page import page
from dti.scenarios.scenario_file import Change, OneOrBoth, Scenario
from dti.scenarios.sliders import Panel
from dti.store.tables import PROJECT


def median_seconds(work: Callable[[], object], times: int) -> float:
    """Return the median time of some work, the first run (which fills caches) left out."""
    work()
    spent = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        spent.append(time.perf_counter() - start)
    return statistics.median(spent)


def main() -> None:
    """Print the table."""
    panel = Panel(page("xa-hoi-so"))
    places = iter(range(10_000))

    def move() -> None:
        panel.sliders["HDCQS"].value = 0.5 + (next(places) % 60) * 0.005

    notebook = PROJECT / "notebooks" / "04_what_if.ipynb"

    def again() -> None:
        with tempfile.TemporaryDirectory() as folder:
            papermill.execute_notebook(notebook, Path(folder) / "run.ipynb", cwd=notebook.parent, progress_bar=False)

    words = OneOrBoth(vi="-", en="-")
    uncertain = Scenario(title=words, reasoning=words, year=2023, others="uncertain", changes={"HTS": Change(add=0.1)})
    slider = median_seconds(move, 30)
    start = time.perf_counter()
    again()
    rerun = time.perf_counter() - start
    draws = median_seconds(lambda: apply(uncertain).rank, 5)
    print("| What | Time | Against running the notebook again |\n| --- | --: | --: |")
    print(f"| a slider's move: rank, sentence, chart | {1000 * slider:.0f} ms | {rerun / slider:.0f} times faster |")
    print(f"| 10,000 uncertain draws | {draws:.2f} s | {rerun / draws:.0f} times faster |")
    print(f"| the notebook run again by papermill | {rerun:.1f} s | 1 |")


if __name__ == "__main__":
    main()
