"""Warm processes, the kernels forked from them, and the workers that use both."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import papermill
import psutil
import pytest
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning import KernelProvisionerFactory

from dti.kernels import fork_server as warm
from dti.kernels import provisioner as kernels
from dti.render import one_report
from dti.render.catalogue import KINDS, NOTEBOOKS, notebook_text, reports
from dti.render.pool import NEEDED, Pool
from dti.render.run import EXPORTERS
from dti.render.task import Task
from dti.store.tables import data_dir, load_all

PAGE = """\
import numpy as np
from pandas._config.config import _registered_options
import pandas as pd
import seaborn as sns
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from dti.plan import charts
from dti.show import look
from dti.store import tables
from dti.show.outputs import chart"""
SHOWN = [
    "frame = tables.load('agencies').head(3)\nframe",
    "plt.plot([1, 2, 4]); plt.title('Đường nét');",
    "sns.barplot(x=[3, 1], y=['a', 'b'])\nNone",
    "with look.look():\n    figure, axes = look.new_figure(2.0)\n    axes.set_title('Ổn định')",
    "chart(figure, 'Hình', 'Mô tả')",
    "print(sorted(plt.rcParams.items()), [(name, pd.get_option(name)) for name in sorted(_registered_options)])",
    "import sys\nprint(set('abcdef'), np.get_printoptions(), [path for path in sys.path if not path])",
    "import threading, warnings\nwarnings.warn('seen')\nnp.float64(frame['name_vi'].str.len().mean())",
]
PYTHON = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}


def task(*cells: str, name: str = "x", timeout: float | None = None) -> Task:
    code = [nbformat.v4.new_code_cell(source, id=f"c{number}") for number, source in enumerate(cells)]
    code[0].metadata["tags"] = ["parameters"]
    notebook = nbformat.writes(nbformat.v4.new_notebook(cells=code, metadata=PYTHON))
    return Task(name, notebook, {"lang": "vi"}, {"html": "html"}, str(data_dir()), timeout=timeout)


@pytest.fixture(scope="module")
def loaded():
    """A process that has loaded what reports need, for all pools here."""
    with warm.WarmProcess(NEEDED) as found:
        yield found


@pytest.fixture(scope="module")
def pool(loaded):
    with Pool(1, warm=loaded) as found:
        yield found


@pytest.fixture(scope="module")
def page(pool) -> bytes:
    """A page as rendered first, alone."""
    [outcome] = pool.run([task("lang = 'en'", PAGE, *SHOWN)])
    assert outcome.error == ""
    return outcome.files


def test_a_warm_kernel_and_plain_papermill_give_the_same_bytes(page, monkeypatch, tmp_path):
    plain = task("lang = 'en'", PAGE, *SHOWN)
    monkeypatch.setattr(warm, "CAN_FORK", False)
    assert one_report.render(plain).files == page
    monkeypatch.setenv("PYTHONHASHSEED", "0")
    source = tmp_path / "in.ipynb"
    source.write_text(plain.notebook)
    executed = papermill.execute_notebook(source, None, parameters={"lang": "vi"}, progress_bar=False)
    assert nbformat.writes(one_report.cleaned(executed)).encode() == page["ipynb"]


def test_neither_jobs_nor_order_change_a_byte_of_any_format(loaded):
    kind = next(kind for kind in KINDS if kind.each == "agency")
    agencies = ["so-y-te", "huyen-sin-ho", "ban-dan-toc"]
    listed = reports(load_all(["agencies", "observations"]), 2023, "vi", agencies, [kind])
    given = {"exporters": EXPORTERS, "data": str(data_dir()), "folder": str(NOTEBOOKS)}
    wanted = [Task(report.name, notebook_text(kind), report.parameters, **given) for report in listed]
    with Pool(1, warm=loaded) as one, Pool(2, warm=loaded) as two:
        alone = {outcome.name: outcome for outcome in one.run(wanted)}
        together = {outcome.name: outcome for outcome in two.run(reversed(wanted))}
    for name, outcome in alone.items():
        assert outcome.error == "" and set(outcome.files) == {"ipynb", *EXPORTERS}
        assert [form for form in outcome.files if outcome.files[form] != together[name].files[form]] == []


@pytest.mark.parametrize("verbose", [False, True])
def test_what_libraries_say_is_shown_only_to_those_who_ask(loaded, capfd, verbose):
    chatter = "import os, warnings\nos.write(2, b'chatter of a library')\nwarnings.warn('a warning')"
    with Pool(1, verbose=verbose, warm=loaded) as pool:
        [outcome] = pool.run([task("lang = 1", chatter)])
    assert outcome.error == "" and "UserWarning" not in outcome.files["ipynb"].decode()
    said = "".join(capfd.readouterr())
    assert ("chatter of a library" in said, "a warning" in said) == (verbose, verbose)


def test_of_a_widget_the_words_that_stand_in_for_it_remain(pool):
    shown = {"application/vnd.jupyter.widget-view+json": {"model_id": "x"}, "text/plain": "Slider()"}
    cells = [
        "lang = 1",
        "from dti.show.outputs import Shown",
        f"Shown({shown})",
        f"Shown({shown | {'text/markdown': 'Move'}})",
    ]
    [outcome] = pool.run([task(*cells)])
    outputs = [output for cell in nbformat.reads(outcome.files["ipynb"].decode(), 4).cells for output in cell.outputs]
    assert [dict(output.data) for output in outputs] == [{"text/plain": "Slider()", "text/markdown": "Move"}]


def test_an_executed_notebook_names_neither_machine_nor_hour(page):
    text = page["ipynb"].decode()
    assert "papermill" in text and '"lang": "vi"' in text
    for word in (str(Path.home()), "/tmp", "start_time", "duration", "iopub", time.strftime("%Y-%m-%d")):
        assert word not in text


@pytest.mark.parametrize(
    "deed",
    [
        "plt.rcParams['figure.figsize'] = (1, 1)\nplt.style.use('dark_background')\nsns.set_theme(font_scale=3)",
        "pd.DataFrame.head = lambda *_: 'patched'\ntables.load = None\nnp.random.seed(1)",
        "hoard = np.ones(500 * 2**20 // 8)",
        "import os\nos._exit(3)",
        "import os\nos.environ['DTI_DATA'] = '/'\nos.chdir('/')",
    ],
    ids=["settings", "patches", "500 MB", "exit", "folder"],
)
def test_what_one_notebook_does_leaves_the_next_report_as_if_alone(pool, page, deed):
    outcomes = {outcome.name: outcome for outcome in pool.run([task("lang = 1", PAGE, deed, name="deed")])}
    assert ("The kernel died." in outcomes["deed"].error) == ("_exit" in deed)
    [after] = pool.run([task("lang = 'en'", PAGE, *SHOWN)])
    assert after.files == page


def test_a_report_says_what_its_time_went_into(pool):
    [outcome] = pool.run([task("lang = 1", "import time\ntime.sleep(0.2)")])
    report, *cells, page = outcome.spans
    assert [span.name.split("] ")[-1] for span in cells][-1] == "import time" and page.name == "x.html"
    assert all(report.begin <= cell.begin <= cell.end <= report.end <= page.begin for cell in cells)
    assert cells[-1].end - cells[-1].begin > 0.2


def test_a_killed_kernel_fails_its_report_and_leaves_the_notebook_as_far_as_it_got(pool):
    [outcome] = pool.run([task("lang = 1", "print('so far')", "import os\nos.kill(os.getpid(), 9)", "1 + 1")])
    assert outcome.error == "DeadKernelError: The kernel died."
    text = outcome.files["ipynb"].decode()
    assert set(outcome.files) == {"ipynb"}
    assert "so far" in text and "The kernel died." in text


def test_a_cell_that_never_ends_is_given_up(pool):
    [outcome] = pool.run([task("lang = 1", "while True:\n    pass", timeout=1.5)])
    assert outcome.error == "CellTimeoutError: Not done after 1.5 seconds."
    assert "Not done" in outcome.files["ipynb"].decode()


def test_an_error_in_a_cell_is_told_with_the_notebook(pool):
    [outcome] = pool.run([task("lang = 1", "from dti.store.tables import load\nload('no-such-table')")])
    assert outcome.error.startswith("DataError: There is no table 'no-such-table'. Known: ")
    assert "no-such-table" in outcome.files["ipynb"].decode()


def test_an_exporter_that_fails_fails_its_report_alone(pool):
    bad = Task(**vars(task("lang = 1")) | {"exporters": {"html": "no-such-exporter"}, "name": "bad"})
    outcomes = {outcome.name: outcome for outcome in pool.run([bad, task("lang = 1", name="good")])}
    assert "Error: " in outcomes["bad"].error.splitlines()[0] and set(outcomes["bad"].files) == {"ipynb"}
    assert outcomes["good"].error == ""


def test_a_format_that_fails_leaves_the_others(pool):
    both = Task(**vars(task("lang = 1")) | {"exporters": {"pdf": "no-such-exporter", "html": "html"}})
    [outcome] = pool.run([both])
    assert set(outcome.files) == {"ipynb", "html"} and outcome.error.startswith("pdf: ")


def test_a_kernel_that_dies_once_is_replaced(pool, tmp_path):
    flag = tmp_path / "seen"
    die_once = (
        f"import os, pathlib\nflag = pathlib.Path({str(flag)!r})\n"
        "if not flag.exists():\n    flag.touch()\n    os.kill(os.getpid(), 9)\n'made'"
    )
    [outcome] = pool.run([task("lang = 1", die_once)])
    assert flag.exists() and outcome.error == "" and "made" in outcome.files["ipynb"].decode()


def test_what_kernels_are_forked_from_is_started_again_when_it_is_killed():
    with Pool(1) as pool:
        [before] = pool.run([task("lang = 1", "'made'")])
        pool._warm._process.kill()
        pool._warm._process.wait()
        after = list(pool.run([task("lang = 1", "'made'", name=name) for name in "ab"]))
        assert [outcome.error for outcome in after] == ["", ""]
    assert before.error == ""


def test_the_report_of_a_worker_that_is_killed_is_made_by_another(pool, tmp_path):
    flag = tmp_path / "seen"
    kill_my_client = (
        "import os, pathlib, psutil\n"
        f"flag = pathlib.Path({str(flag)!r})\n"
        "if not flag.exists():\n"
        "    flag.touch()\n"
        "    [client] = [one for one in psutil.Process(os.getppid()).children() if one.pid != os.getpid()]\n"
        "    client.kill()\n"
        "'made'"
    )
    [outcome] = pool.run([task("lang = 1", kill_my_client)])
    assert flag.exists()
    assert outcome.error == "" and "made" in outcome.files["ipynb"].decode()
    always = kill_my_client.replace("if not flag.exists()", "if True")
    other, deadly = pool.run([task("lang = 1", always, name="deadly"), task("lang = 1", name="other")])
    assert (other.name, other.error) == ("other", "")
    assert deadly.error == "The process that made the report died, twice."


def test_a_warm_process_runs_no_thread_even_after_forking(loaded, page):
    assert psutil.Process(loaded._process.pid).num_threads() == 1


def test_the_provisioner_serves_any_jupyter_client(monkeypatch):
    monkeypatch.setenv("JUPYTER_DEFAULT_PROVISIONER_NAME", kernels.PROVISIONER)
    KernelProvisionerFactory.clear_instance()  # it reads the variable once

    async def session() -> None:
        manager = AsyncKernelManager(kernel_name="python3")
        await manager.start_kernel()
        assert isinstance(manager.provisioner, kernels.WarmProvisioner)
        client = manager.client()
        client.start_channels()
        await client.wait_for_ready(timeout=60)
        first = manager.provisioner.pid
        sleep = asyncio.create_task(client.execute_interactive("import time; time.sleep(600)", timeout=60))
        await asyncio.sleep(0.5)
        await manager.interrupt_kernel()
        assert (await sleep)["content"]["ename"] == "KeyboardInterrupt"
        await manager.restart_kernel()
        await client.wait_for_ready(timeout=60)
        assert manager.provisioner.pid != first and not psutil.pid_exists(first)
        client.stop_channels()
        await manager.shutdown_kernel()
        assert not await manager.is_alive()

    asyncio.run(session())
    KernelProvisionerFactory.clear_instance()


def test_a_program_that_knows_nothing_of_papermill_gets_warm_kernels_too():
    program = (
        "from jupyter_client.manager import start_new_kernel\n"
        "manager, client = start_new_kernel(kernel_name='python3')\n"
        "print(type(manager.provisioner).__name__, manager.is_alive())\n"
        "client.stop_channels(); manager.shutdown_kernel()"
    )
    env = os.environ | {"JUPYTER_DEFAULT_PROVISIONER_NAME": kernels.PROVISIONER}
    done = subprocess.run([sys.executable, "-c", program], env=env, capture_output=True, text=True, timeout=120)
    assert done.stdout.split() == ["WarmProvisioner", "True"], done.stderr


@pytest.fixture(scope="module")
def process():
    with warm.WarmProcess([]) as found:
        yield found


@pytest.fixture
def waiting(process):
    """A child that waits for ever."""
    end, other = os.pipe()
    child = warm.start(process.address, "os:read", fds=[end])
    yield child
    os.close(end)
    os.close(other)


def test_a_child_tells_how_it_ended(process):
    assert warm.start(process.address, "builtins:exit", ["nothing"]).wait() == 1
    assert warm.start(process.address, "os:getpid").wait() == 1  # called with the connection, which it does not take
    assert warm.start(process.address, "builtins:abs").wait() == 0


def test_a_child_can_be_killed_and_only_it(process, waiting):
    assert waiting.poll() is None
    with pytest.raises(subprocess.TimeoutExpired):
        waiting.wait(timeout=0.05)
    waiting.kill()
    assert waiting.wait() == -signal.SIGKILL
    assert warm.start(process.address, "builtins:abs").wait() == 0


def test_a_child_ends_with_whoever_asked_for_it(process, waiting):
    offspring = psutil.Process(waiting.pid)
    waiting.close()
    offspring.wait(timeout=10)


def test_all_children_end_with_the_owner_of_the_warm_process():
    script = (
        "import os, sys; from dti.kernels import fork_server as warm; process = warm.WarmProcess([])\n"
        "child = warm.start(process.address, 'os:read', fds=[os.pipe()[0]])\n"
        "print(child.pid, process._process.pid, flush=True); os.kill(os.getpid(), 9)"
    )
    ended = subprocess.run([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    _, alive = psutil.wait_procs(
        [psutil.Process(int(pid)) for pid in ended.stdout.split() if psutil.pid_exists(int(pid))], timeout=10
    )
    assert ended.returncode == -signal.SIGKILL
    assert not alive


def test_a_warm_process_that_cannot_load_its_modules_is_an_error_not_a_wait():
    with warm.WarmProcess(["no.such.module"]) as broken, pytest.raises((ChildProcessError, ConnectionError)):
        warm.start(broken.address, "builtins:abs")
