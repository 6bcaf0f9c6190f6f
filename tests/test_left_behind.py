"""Nothing is left running, whatever way a command ends."""

import os
import signal
import subprocess
import sys
import time
import uuid
from pathlib import Path

import pytest

from dti.kernels.fork_server import WarmProcess

pytestmark = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="processes are looked up in /proc")


def running(mark: str) -> list[int]:
    """Return the processes that have inherited a mark."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if mark.encode() in (entry / "environ").read_bytes():
                    found.append(int(entry.name))
            except OSError:  # ended meanwhile, or somebody else's
                continue
    return found


def start(mark: str, *arguments: object) -> subprocess.Popen:
    return start_python(mark, "-m", "dti", *map(str, arguments))


def start_python(mark: str, *arguments: str) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, *arguments],
        env=os.environ | {"DTI_TEST_MARK": mark},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def assert_gone(mark: str, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while (left := running(mark)) and time.monotonic() < deadline:
        time.sleep(0.1)
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    assert not left


def test_a_report_that_ends_early_leaves_no_process_and_hangs_no_pipe(tmp_path):
    mark = uuid.uuid4().hex
    ended = start(mark, "report", "--agency", "khong-co", "--out", tmp_path)
    _, told = ended.communicate(timeout=60)  # waits for everybody who holds the pipes
    assert ended.returncode == 2 and b"khong-co" in told
    assert_gone(mark)


@pytest.mark.parametrize(("way", "after"), [(signal.SIGTERM, 0.8), (signal.SIGKILL, 3.0)])
def test_a_report_that_is_stopped_leaves_no_process(tmp_path, way, after):
    mark = uuid.uuid4().hex
    stopped = start(mark, "report", "--agency", "so-y-te", "--jobs", 1, "--out", tmp_path)
    time.sleep(after)
    stopped.send_signal(way)
    stopped.communicate(timeout=60)
    assert_gone(mark)


def test_a_child_ends_when_its_parent_is_gone():
    mark = uuid.uuid4().hex
    more_than_a_pipe_holds = "time.sleep(1) or bytes(1 << 20)"
    code = f"import time; from dti.kernels.preloaded import in_a_child; in_a_child(lambda: {more_than_a_pipe_holds})"
    parent = subprocess.Popen([sys.executable, "-c", code], env=os.environ | {"DTI_TEST_MARK": mark})
    deadline = time.monotonic() + 60
    while len(running(mark)) < 2:
        assert parent.poll() is None and time.monotonic() < deadline
        time.sleep(0.02)
    parent.kill()
    parent.wait(10)
    assert_gone(mark)


def test_what_a_warm_process_forks_to_get_ready_ends_with_it(tmp_path):
    (tmp_path / "stuck.py").write_text(
        "import time\nfrom dti.kernels.preloaded import in_a_child\n"
        "def prepare():\n    in_a_child(lambda: time.sleep(1000))\n"
    )
    mark = uuid.uuid4().hex
    warm = WarmProcess(["stuck"], {"DTI_TEST_MARK": mark, "PYTHONPATH": str(tmp_path)})
    deadline = time.monotonic() + 60
    while len(running(mark)) < 2:
        assert not warm.has_ended and time.monotonic() < deadline
        time.sleep(0.02)
    warm.kill()
    assert_gone(mark, 10)


def test_a_child_that_fails_or_hangs_ends_and_says_so():
    mark = uuid.uuid4().hex
    code = """
import sys, time
from dti.kernels import preloaded
preloaded.LONGEST_CHILD = 1
for failing in (lambda: 1 / 0, lambda: time.sleep(1000), sys.exit):
    try:
        preloaded.in_a_child(failing)
    except ChildProcessError:
        print("told")
"""
    ended = start_python(mark, "-c", code)
    told, _ = ended.communicate(timeout=60)
    assert ended.returncode == 0 and told.splitlines() == 3 * [b"told"]
    assert_gone(mark)


def test_a_report_from_faulty_data_hangs_no_pipe(data_copy, tmp_path):
    with (data_copy / "words.csv").open("a", encoding="utf-8") as file:
        file.write("x,{slot\n")
    mark = uuid.uuid4().hex
    ended = start(mark, "report", "--data", data_copy, "--agency", "so-y-te", "--jobs", 1, "--out", tmp_path / "out")
    said, told = ended.communicate(timeout=120)
    assert ended.returncode == 2 and b"words.csv" in said + told
    assert_gone(mark)
