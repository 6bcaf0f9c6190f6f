"""Killed at any moment, an intake leaves the old data or the new; readers never see a mix of both."""

import json
import os
import shutil
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from dti.check import check
from dti.intake.take_in import intake
from dti.store.all_or_none import LIST, STAGING, Torn, consistently, locked, replace_together, settle
from dti.store.tables import PROJECT

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="kills forked processes")

#: Runs a step in forked processes and kills the n-th just before its n-th change of the disk, n = 1, 2, … to the end.
KILLER = """
    import os, shutil, signal, sys
    from pathlib import Path

    CHANGES = {"os.rename", "os.mkdir", "os.remove", "os.rmdir"}

    def changes_disk(event, args):
        return event in CHANGES or event == "open" and isinstance(args[1], str) and args[1] != "r"

    def kill_before(place):
        seen = [0]
        def count():
            seen[0] += 1
            if seen[0] == place:
                os.kill(os.getpid(), signal.SIGKILL)
        sys.addaudithook(lambda event, args: changes_disk(event, args) and count())
        sync = os.fsync
        os.fsync = lambda handle: (count(), sync(handle))[1]

    def killed(place, step):
        child = os.fork()
        if not child:
            kill_before(place)
            step()
            os._exit(0)
        return os.WIFSIGNALED(os.waitpid(child, 0)[1])

    def kill_everywhere(folder, step, judge, every=1):
        pristine = folder.with_name("pristine")
        shutil.copytree(folder, pristine)
        place = 1
        while True:
            shutil.rmtree(folder)
            shutil.copytree(pristine, folder)
            more = killed(place, step)
            judge(place)
            if not more:
                return place
            place += every
"""


def run(script: str, *arguments: object) -> list[str]:
    """Run the killer and a script in a process of their own; return what it prints."""
    code = textwrap.dedent(KILLER) + textwrap.dedent(script)
    command = [sys.executable, "-c", code, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "data"
    made.mkdir()
    for name in ("a.csv", "b.csv"):
        (made / name).write_text("old")
    return made


def contents(folder: Path) -> dict[str, str]:
    return {
        path.name: path.read_text() for path in sorted(folder.rglob("*")) if path.is_file() and path.name != ".lock"
    }


def test_every_moment_of_a_commit_leaves_all_old_or_all_new(folder):
    script = """
        from dti.store.all_or_none import locked, replace_together, settle
        folder, seen = Path(sys.argv[1]), []

        def step():
            with locked(folder):
                replace_together(folder, {name: b"new" for name in ("a.csv", "b.csv", "kept/c")})

        def judge(place):
            settle(folder)
            found = {path.name: path.read_text() for path in folder.rglob("*.csv") if ".incoming" not in path.parts}
            kept = (folder / "kept" / "c").is_file()
            assert set(found.values()) == ({"new"} if kept else {"old"}), (place, found, kept)
            seen.append("new" if kept else "old")

        places = kill_everywhere(folder, step, judge)
        print(places, *sorted(set(seen)))
    """
    places, *states = run(script, folder)
    assert int(places) > 15 and states == ["new", "old"]


def test_an_intake_killed_at_many_moments_is_whole_or_absent_and_can_be_repeated(tmp_path, data_copy):
    path = tmp_path / "a.csv"
    path.write_text("agency_id,year,indicator_id,unit,value\nhuyen-sin-ho,2023,may-tinh-cap-huyen,%,98%\n")
    script = """
        import random, time
        from dti.store.all_or_none import settle
        from dti.intake.take_in import intake
        from dti.intake.history import TABLES
        folder, path, seen = Path(sys.argv[1]), sys.argv[2], []

        def step():
            assert intake([path], folder).written

        def judge(place):
            settle(folder)
            new = {name: (folder / f"{name}.csv").read_bytes() for name in TABLES}
            old = {name: (folder.with_name("pristine") / f"{name}.csv").read_bytes() for name in TABLES}
            grown = {name: new[name].startswith(old[name]) and len(new[name]) > len(old[name]) for name in TABLES}
            kept = len(list(folder.glob("submissions/*.csv")))
            whole = grown == {name: name not in ("fractions", "withdrawals") for name in TABLES} and kept == 1
            assert whole or new == old and kept == 0, (place, grown, kept)
            seen.append(whole)

        kill_everywhere(folder, step, judge, every=6)
        chance = random.Random(2023)
        for place in range(5):
            shutil.rmtree(folder)
            shutil.copytree(folder.with_name("pristine"), folder)
            child = os.fork()
            if not child:
                step()
                os._exit(0)
            time.sleep(chance.uniform(0, 1))
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            judge(place)
        print(*sorted(set(seen)))
    """
    assert run(script, data_copy, path) == ["False", "True"]
    outcome = intake([path], data_copy)
    assert outcome.written != bool(outcome.known) and not outcome.findings
    assert check(data_copy).empty


def test_readers_see_one_moment_while_writers_write(folder):
    writer = os.fork()
    if not writer:
        for place in range(150):
            with locked(folder):
                replace_together(folder, {name: str(place).encode() for name in ("a.csv", "b.csv")})
        os._exit(0)
    seen, names = set(), ["a.csv", "b.csv"]
    while os.waitpid(writer, os.WNOHANG) == (0, 0):
        first, second = consistently(folder, names, lambda: [(folder / name).read_text() for name in names])
        assert first == second
        seen.add(first)
    assert len(seen) > 1


def test_what_lies_aside_without_a_commit_is_dropped_and_the_lock_outlives_no_process(folder):
    (folder / STAGING).mkdir()
    (folder / STAGING / "a.csv").write_text("half")
    child = os.fork()
    if not child:
        with locked(folder):
            os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)
    with locked(folder, wait=0):
        pass
    assert contents(folder) == {"a.csv": "old", "b.csv": "old"}


def test_a_reader_finishes_a_commit_that_was_interrupted(folder):
    staging = folder / STAGING
    staging.mkdir()
    digests = {}
    for name in ("a.csv", "b.csv"):
        (staging / name).write_text("new")
        digests[name] = "11507a0e2f5e69d5dfa40a62a1bd7b6ee57e6bcd85c67c9b8431b36fff21c437"
    (staging / LIST).write_text(json.dumps(digests))
    (staging / "a.csv").replace(folder / "a.csv")
    settle(folder)
    assert contents(folder) == {"a.csv": "new", "b.csv": "new"}


def test_a_folder_changed_by_hand_in_between_is_not_trusted(folder):
    (folder / STAGING).mkdir()
    (folder / STAGING / LIST).write_text(json.dumps({"a.csv": "0" * 64}))
    with pytest.raises(Torn):
        settle(folder)
    shutil.rmtree(folder / STAGING)


def test_the_folder_of_tables_is_left_clean():
    assert not (PROJECT / "data" / STAGING).exists()
