"""The whole country: 63 provinces x 30 agencies x 98 indicators x 5 years, 0.9 million observations.

    python benchmarks/national.py                 (about three minutes)
    python benchmarks/national.py --reports 4     a smaller sample of reports

The figures are random, made for this measurement alone and deleted after it. Every step is measured in a process of
its own, with the memory it takes at most.
"""

import argparse
import json
import os
import platform
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from dti.store.tables import data_dir, load, load_all, table_names

TABLE = Path(__file__).with_name("national.md")
PROVINCES, AGENCIES, INDICATORS, YEARS = 63, 30, 98, range(2019, 2024)
REPORTS = PROVINCES * AGENCIES


def make(folder: Path) -> None:
    """Write the data set: our own tables, with agencies, indicators, duties and observations for the country."""
    shutil.copytree(data_dir(), folder)
    ours = {name: load(name) for name in ("agencies", "indicators", "observations", "responsibilities")}
    indicators = _indicators(ours["indicators"])
    agencies = _agencies(ours["agencies"])
    names = agencies["agency_id"]
    grid = pd.MultiIndex.from_product([names, indicators["indicator_id"], YEARS]).to_frame(index=False)
    grid.columns = ["agency_id", "indicator_id", "year"]
    figures = np.random.default_rng(0).integers(0, 101, len(grid)).astype(float)
    observations = grid.assign(
        kind=np.where(grid["year"] == YEARS[-1], "target", "actual"), source_id=ours["observations"]["source_id"][0],
        clause="I.1", value=figures, comparator="=", in_use=True, stated="stated", evidence="—",
    )  # fmt: skip
    duties = observations.query("year == 2023")[["agency_id", "indicator_id"]]
    duties = duties.assign(role="implement", basis="plan", clause="I.1")
    _write(folder, "indicators", indicators, ours)
    _write(folder, "agencies", pd.concat([ours["agencies"], agencies]), ours)
    _write(folder, "observations", pd.concat([ours["observations"], observations]), ours)
    _write(folder, "responsibilities", pd.concat([ours["responsibilities"], duties]), ours)


def _indicators(ours: pd.DataFrame) -> pd.DataFrame:
    missing = INDICATORS - len(ours)
    more = ours.head(max(missing, 0)).assign(indicator_id=[f"them-{number}" for number in range(max(missing, 0))])
    return pd.concat([ours, more], ignore_index=True).head(max(INDICATORS, len(ours)))


def _agencies(ours: pd.DataFrame) -> pd.DataFrame:
    number = range(REPORTS)
    return pd.DataFrame(
        {
            "agency_id": [f"t{place // AGENCIES:02}-{place % AGENCIES:02}" for place in number],
            "name_vi": [f"Cơ quan {place}" for place in number],
            "name_en": [f"Agency {place}" for place in number],
            "kind": "so",
            "in_register": False,
            "source_id": ours["source_id"][0],
        }
    )


def _write(folder: Path, name: str, frame: pd.DataFrame, ours: dict[str, pd.DataFrame]) -> None:
    booleans = frame.select_dtypes("bool").columns
    text = frame.assign(**{column: frame[column].map({True: "true", False: "false"}) for column in booleans})
    text.reindex(columns=ours[name].columns).to_csv(folder / f"{name}.csv", index=False)


def load_observations() -> Callable[[], object]:
    """Load the observations."""
    return lambda: load("observations")


def load_everything() -> Callable[[], object]:
    """Load all tables."""
    return lambda: load_all(table_names())


def check_everything() -> Callable[[], object]:
    """Check all tables (they are loaded anew)."""
    from dti.check import check

    return check


def work_out_progress() -> Callable[[], object]:
    """Work out change, gap and status of every figure; the tables are there."""
    from dti.plan.progress import progress

    tables = load_all(["observations", "indicators"])
    return lambda: progress(tables["observations"], tables["indicators"], 2023)


STEPS = {
    "load `observations`": load_observations,
    "load all tables": load_everything,
    "`dti check`": check_everything,
    "`dti progress`": work_out_progress,
}


def be_measured(step: str) -> None:
    """Take one step and print its seconds, CPU seconds and the megabytes this process took at most."""
    take = STEPS[step]()
    begun, used = time.perf_counter(), time.process_time()
    found = take()
    seconds, cpu = time.perf_counter() - begun, time.process_time() - used
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps([seconds, cpu, peak, len(found)]))


def measure(step: str, folder: Path) -> tuple[float, float, float]:
    """Take one step in a fresh process; returns seconds, CPU seconds and megabytes."""
    command = [sys.executable, __file__, "--step", step]
    done = subprocess.run(command, env=os.environ | {"DTI_DATA": str(folder)}, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stderr)
    seconds, cpu, megabytes, number = json.loads(done.stdout)
    print(f"{step}: {seconds:.2f} s, {cpu:.2f} s CPU, {megabytes:.0f} MB, {number} rows or tables")
    return seconds, cpu, megabytes


def report(folder: Path, out: Path, number: int) -> tuple[float, float]:
    """Make a sample of reports; returns the seconds of all, and of each but for what the run as a whole takes.

    The run is made twice, the first time for one report: the difference is what the others took.
    """
    names = [f"t{place % PROVINCES:02}-{place // PROVINCES:02}" for place in range(number)]
    took = []
    for chosen in (names[:1], names):
        options = [part for name in chosen for part in ("--agency", name)]
        command = [sys.executable, "-m", "dti", "report", "--force", "--data", folder, "--out", out, *options]
        begun = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        took.append(time.perf_counter() - begun)
        print(f"{len(chosen)} report(s): {took[-1]:.1f} s")
    return took[1], (took[1] - took[0]) / (number - 1)


def main() -> None:
    """Make the data, measure, print and write the table."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--reports", type=int, default=21, help="how many reports the sample has")
    arguments.add_argument("--step", help=argparse.SUPPRESS)
    chosen = arguments.parse_args()
    if chosen.step:
        be_measured(chosen.step)
        return
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place, "data")
        make(folder)
        rows = [(step, *measure(step, folder)) for step in STEPS]
        every, each = report(folder, Path(place, "out"), chosen.reports)
    text = _table(rows, every, each, chosen.reports)
    print(text)
    TABLE.write_text(text, encoding="utf-8")


def _table(rows: list[tuple[str, float, float, float]], every: float, each: float, number: int) -> str:
    lines = ["| Step | s | CPU s | Peak memory, MB |", "| --- | --: | --: | --: |"]
    lines += [f"| {step} | {seconds:.2f} | {cpu:.2f} | {megabytes:.0f} |" for step, seconds, cpu, megabytes in rows]
    once = every - number * each
    whole = (once + REPORTS * each) / 60
    return (
        "\n".join(lines)
        + f"\n\n{PROVINCES * AGENCIES * INDICATORS * len(YEARS):,} observations; {os.cpu_count()} cores, "
        f"{platform.system()}, Python {platform.python_version()}. {number} reports took {every:.0f} s, of which "
        f"{once:.0f} s once for the run and {each:.2f} s for each report. Extrapolated, not measured: "
        f"{REPORTS:,} reports take about {whole:.0f} minutes on this machine.\n"
    )


if __name__ == "__main__":
    main()
