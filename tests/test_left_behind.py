"""Nothing is left running, whatever way a command ends."""

import os
import signal
import subprocess
import sys
import time
import uuid
from pathlib import Path

import pytest

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
    return subprocess.Popen(
        [sys.executable, "-m", "dti", *map(str, arguments)],
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
