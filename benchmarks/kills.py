"""``kill -9`` at random moments of an intake and of a run of reports: is anything lost, is anything left behind.

``python benchmarks/kills.py [INTAKES] [RUNS]`` does so 200 times each; a test does it a few times with the same seed.
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import psutil

from dti.check import check
from dti.intake.history import TABLES
from dti.store.all_or_none import settle
from dti.store.tables import PROJECT

ROWS = "agency_id,year,indicator_id,unit,value\nhuyen-sin-ho,2023,may-tinh-cap-huyen,%,98%\n"


def killed_after(command: list[str], seconds: float) -> tuple[bool, list[psutil.Process]]:
    """Start a command and kill it; return whether it was still at work, and the processes it leaves behind."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(seconds)
    known = psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
    at_work = process.poll() is None
    if at_work:
        os.kill(process.pid, signal.SIGKILL)
    process.wait()
    return at_work, psutil.wait_procs(known, timeout=20)[1]


def intakes(times: int, place: Path, seed: int = 2023, longest: float = 6.0) -> Counter:
    """Kill that many intakes; each must have taken in all or nothing, and the next one must go through."""
    chance, seen = random.Random(seed), Counter()
    file = place / "a.csv"
    file.write_text(ROWS, encoding="utf-8")
    old = {name: (PROJECT / "data" / f"{name}.csv").read_bytes() for name in TABLES}
    for _ in range(times):
        data = Path(shutil.copytree(PROJECT / "data", place / "data"))
        command = [sys.executable, "-m", "dti", "intake", str(file), "--data", str(data)]
        at_work, left = killed_after(command, chance.uniform(0, longest))
        settle(data)
        new = {name: (data / f"{name}.csv").read_bytes() for name in TABLES}
        kept = len(list(data.glob("submissions/*")))
        whole = kept == 1 and new["submissions"] != old["submissions"] and new["observations"] != old["observations"]
        seen["killed at work"] += at_work
        seen["taken in whole"] += whole
        seen["torn"] += not whole and (new != old or kept > 0)
        seen["left behind"] += len(left)
        seen["faults"] += len(check(data))
        shutil.rmtree(data)
    return seen


def reports(times: int, place: Path, seed: int = 2023, longest: float = 15.0) -> Counter:
    """Kill that many runs of reports; no process may be left, no report half written, and the next run goes on."""
    chance, seen = random.Random(seed), Counter()
    out = place / "out"
    command = [sys.executable, "-m", "dti", "report", "--agency", "so-y-te", "--jobs", "2", "--out", str(out)]
    for _ in range(times):
        at_work, left = killed_after([*command, "--force"], chance.uniform(0, longest))
        seen["killed at work"] += at_work
        seen["left behind"] += len(left)
        pages = list(out.rglob("*.html"))
        seen["half written"] += sum(not page.read_text(encoding="utf-8").rstrip().endswith("</html>") for page in pages)
    done = subprocess.run(command, capture_output=True)
    seen["last run failed"] += done.returncode != 0
    return seen


def main() -> None:
    """Print what became of them."""
    times = [int(word) for word in sys.argv[1:3]] + [200, 200][len(sys.argv) - 1 :]
    with tempfile.TemporaryDirectory() as place:
        print("intake:", dict(intakes(times[0], Path(place))))
        print("report:", dict(reports(times[1], Path(place))))


if __name__ == "__main__":
    main()
