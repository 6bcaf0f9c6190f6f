"""The run over the list of reports: which are made, what is published, what stays when something goes wrong."""

import errno
import hashlib
import json
import os
import resource
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import nbformat
import pandas as pd
import psutil
import pytest

from dti.render import run as render
from dti.render.catalogue import KINDS, NOTEBOOKS, Kind, fingerprints, inputs_of, notebook_text, reports
from dti.render.out_folder import Folder, OutputError
from dti.render.run import Options, render_all
from dti.render.task import Span, TaskEnd
from dti.render.trace import Trace
from dti.store.faults import DataError
from dti.store.tables import load_all, table_names

AGENCY = Kind("agency/{agency}", "agency.ipynb", each="agency")
PLAN = Kind("plan_progress", "plan.ipynb")
SOURCE = 'tables = load_all(["agencies", "indicators", "observations", "responsibilities", "statements"])'


class Workers:
    """Stands in for worker processes: every task comes back at once, as ``does`` says."""

    def __init__(self, does=None) -> None:
        self.rendered: list[str] = []
        self.does = does or (lambda task: {})

    def __call__(self, jobs: int, verbose: bool = False) -> "Workers":
        return self

    def run(self, tasks):
        for task in tasks:
            self.rendered.append(task.name)
            made = {form: f"{form} of {task.name}".encode() for form in ("ipynb", *task.exporters)}
            yield TaskEnd(**{"name": task.name, "files": made, "key_figures": {"chỉ tiêu": 3}} | self.does(task))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass


@pytest.fixture
def workers(monkeypatch) -> Workers:
    found = Workers()
    monkeypatch.setattr(render, "Pool", found)
    return found


@pytest.fixture
def options(tmp_path, data_copy) -> Options:
    for name in ("agency", "plan"):
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(SOURCE, id="load")])
        nbformat.write(notebook, tmp_path / f"{name}.ipynb")
    return Options(("html",), data=data_copy, out=tmp_path / "out", notebooks=tmp_path, kinds=(PLAN, AGENCY))


@pytest.fixture
def made(options, workers) -> Folder:
    """A folder in which all reports have been made once."""
    run = render_all(2023, "vi", options=options)
    workers.rendered.clear()
    return Folder(run.folder)


def tree(folder: Path) -> dict[str, bytes]:
    """Every file of a folder that a user sees."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != ".lock"
    }


def test_every_agency_of_the_register_has_a_report_and_the_province_its_own():
    tables = load_all(["agencies", "observations"])
    names = [report.name for report in reports(tables, 2023, "vi")]
    register = tables["agencies"].query("has_report")["agency_id"]
    assert len(register) == 33
    assert {"plan_progress", *("agency/" + register)} <= set(names)
    assert len(names) == len(set(names))


def test_the_list_names_notebooks_that_are_there():
    for kind in KINDS:
        assert json.loads(notebook_text(kind))["nbformat"] == 4
    listed = {kind.notebook for kind in KINDS}
    there = {path.name for path in NOTEBOOKS.glob("*.ipynb")}
    assert listed <= there
    assert there - listed == {"00_explore.ipynb", "07_next_plan.ipynb", "08_own_index.ipynb"}  # for analysts alone


def test_the_ranking_is_reported_of_years_that_can_be_set_beside_the_one_before():
    tables = load_all(["agencies", "observations"])
    of_2023 = [report for report in reports(tables, 2023, "vi") if report.name == "ranking_factors"]
    assert [report.parameters for report in of_2023] == [{"year": 2023, "base_year": 2022, "lang": "vi"}]
    assert "ranking_factors" not in [report.name for report in reports(tables, 2022, "vi")]


def test_a_scenario_s_page_depends_on_its_file_and_the_comparison_on_all_of_them(data_copy):
    def prints():
        tables = load_all(table_names(data_copy), data_copy)
        listed = reports(tables, 2023, "vi", data=data_copy)
        return fingerprints(listed, {kind: notebook_text(kind) for kind in KINDS}, tables, data_copy)

    before = prints()
    path = data_copy / "scenarios" / "hang-45.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("rank: 45", "rank: 44"), encoding="utf-8")
    after = prints()
    assert {name for name in before if before[name] != after[name]} == {"what_if/hang-45", "scenarios"}
    for path in (data_copy / "scenarios").iterdir():
        path.unlink()
    assert set(before) - set(prints()) == {name for name in before if name.startswith(("what_if/", "scenarios"))}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--agency", "so-abc"], "so-y-te"),
        (["--agency", "tinh"], "so-y-te"),
        (["--agency", "../../etc"], "so-y-te"),
        (["--year", "1999"], "Known years: 2022, 2023"),
        (["--format", "odt"], "Known: html, docx, pdf"),
        (["--lang", "fr"], "vi"),
        (["--data", "no-such-folder"], "codebook.csv"),
        (["--scheduler", "tcp://127.0.0.1:1"], "No Dask scheduler answers at tcp://127.0.0.1:1"),
    ],
)
def test_bad_arguments_end_with_2_name_the_known_ones_and_write_nothing(dti, tmp_path, arguments, words):
    code, out, err = dti("report", "--out", tmp_path / "out", *arguments)
    assert (code, out) == (2, "")
    assert words in err
    assert not (tmp_path / "out").exists()


def test_faulty_data_end_with_2_list_every_fault_and_write_nothing(dti, tmp_path, edit):
    edit("observations", "indicator_id == 'may-tinh-cap-xa'", "value", "abc")
    data = edit("agencies", "agency_id == 'so-y-te'", "kind", "benh-vien")
    code, _, err = dti("report", "--data", data, "--out", tmp_path / "out")
    assert code == 2
    assert "observations.csv" in err and "agencies.csv" in err
    assert not (tmp_path / "out").exists()


def test_an_output_folder_that_cannot_be_made_ends_with_2(dti, tmp_path):
    (tmp_path / "file").write_text("mine")
    code, _, err = dti("report", "--out", tmp_path / "file" / "out")
    assert code == 2
    assert "Cannot write to" in err and "--out" in err
    assert (tmp_path / "file").read_text() == "mine"


def test_a_second_run_on_the_same_folder_ends_with_2_and_leaves_the_first_alone(dti, tmp_path):
    folder = Folder(tmp_path / "out" / "2023" / "vi")
    with folder.locked():
        code, _, err = dti("report", "--out", tmp_path / "out")
    assert code == 2
    assert "Another run is writing to" in err
    assert tree(tmp_path / "out") == {}


def test_the_manifest_says_what_was_made_from_what(made, options):
    manifest = json.loads((made.path / "manifest.json").read_bytes())
    assert len(manifest["reports"]) == 34
    for name, entry in manifest["reports"].items():
        assert entry["status"] == "done" and entry["error"] == "" and entry["seconds"] >= 0
        assert set(entry["files"]) == {f"{name}.html", f"{name}.ipynb"}
        for file, digest in entry["files"].items():
            assert hashlib.sha256((made.path / file).read_bytes()).hexdigest() == digest
    observations = hashlib.sha256((options.data / "observations.csv").read_bytes()).hexdigest()
    assert manifest["inputs"]["data/observations.csv"] == observations
    assert {"python", "pandas", "matplotlib"} <= set(manifest["versions"])
    assert pd.Timestamp(manifest["data_date"]) >= pd.Timestamp("2022-12-30")


def test_with_nothing_changed_nothing_is_made_and_with_force_everything(made, options, workers):
    before = tree(made.path)
    assert len(render_all(2023, "vi", options=options).unchanged) == 34
    assert workers.rendered == []
    assert tree(made.path) == before
    render_all(2023, "vi", options=Options(**vars(options) | {"force": True}))
    assert len(workers.rendered) == 34


@pytest.mark.parametrize("content", ['{"reports": [{"id": "agency/so-y-te"}]}', "[]", "{", ""])
def test_a_manifest_that_is_not_of_this_layout_is_as_good_as_none(made, options, workers, content):
    (made.path / "manifest.json").write_text(content)
    assert len(render_all(2023, "vi", options=options).made) == 34
    assert len(render_all(2023, "vi", options=options).unchanged) == 34


def test_the_figure_of_one_agency_changes_its_report_and_the_plan_s_alone(made, options, workers):
    path = options.data / "observations.csv"
    rows = pd.read_csv(path, dtype=str, keep_default_na=False)
    own = rows.iloc[[0]].assign(agency_id="so-y-te", value="99", evidence="99%", note="", note_en="")
    pd.concat([rows, own]).to_csv(path, index=False)
    render_all(2023, "vi", options=options)
    assert workers.rendered == ["plan_progress", "agency/so-y-te"]


def test_a_figure_of_the_province_changes_the_reports_of_those_who_answer_for_it(made, options, workers, edit):
    tables = load_all(["responsibilities", "statements", "assignments"], options.data)
    duties = tables["responsibilities"].groupby("indicator_id")["agency_id"].agg(set)
    told = tables["assignments"].merge(tables["statements"], on="statement_id")
    words = told["text_vi"].str.cat(told["part_vi"], na_rep="")
    concerned = {
        name: found | set(told.loc[words.str.contains("{" + name + ".", regex=False), "agency_id"])
        for name, found in duties.items()
    }
    indicator, agencies = min(concerned.items(), key=lambda item: len(item[1]))
    edit("observations", f"indicator_id == '{indicator}'", "clause", "Phần I, mục I.1")
    render_all(2023, "vi", options=options)
    assert set(workers.rendered) == {"plan_progress"} | {f"agency/{agency}" for agency in agencies} & set(made.entries)
    assert 1 < len(workers.rendered) < 34


def test_another_notebook_or_another_setting_changes_the_reports_made_from_it(made, options, workers):
    path = options.notebooks / "plan.ipynb"
    path.write_text(path.read_text().replace("tables =", "tables  ="))
    render_all(2023, "vi", options=options)
    assert workers.rendered == ["plan_progress"]
    workers.rendered.clear()
    with (options.data / "office.yml").open("a") as file:
        file.write("\n# the same, said otherwise\n")
    render_all(2023, "vi", options=options)
    assert len(workers.rendered) == 34


def test_an_agency_s_report_depends_on_nothing_of_other_agencies_and_the_plan_s_on_everything():
    tables = load_all(table_names())
    notebooks = {AGENCY: "{}", PLAN: "{}"}
    listed = reports(tables, 2023, "vi", kinds=[PLAN, AGENCY])
    whole = fingerprints(listed, notebooks, tables)
    duties = tables["responsibilities"]
    fewer = fingerprints(listed, notebooks, tables | {"responsibilities": duties.query("agency_id != 'so-y-te'")})
    assert {name for name in whole if whole[name] != fewer[name]} == {"plan_progress", "agency/so-y-te"}
    for report in listed[1:]:
        used = inputs_of(report, tables)
        for name, frame in used.items():
            if "agency_id" in frame and name not in {"agencies", "assignments"}:  # an item says who else it is for
                assert set(frame["agency_id"]) <= {report.parameters["agency"], "tinh"}
    assert inputs_of(listed[0], tables) is tables


def test_a_page_that_was_lost_or_altered_is_made_again_alone(made, options, workers):
    (made.path / "agency" / "so-y-te.html").unlink()
    (made.path / "agency" / "so-noi-vu.html").write_text("half a pa")
    render_all(2023, "vi", options=options)
    assert sorted(workers.rendered) == ["agency/so-noi-vu", "agency/so-y-te"]
    assert (made.path / "agency" / "so-noi-vu.html").read_text() == "html of agency/so-noi-vu"


def test_a_format_once_made_is_kept_in_step_with_the_others(made, options, workers):
    render_all(2023, "vi", ["so-y-te"], Options(**vars(options) | {"formats": ["docx"]}))
    assert workers.rendered == ["agency/so-y-te"]
    assert made.path.joinpath("agency", "so-y-te.html").exists()
    render_all(2023, "vi", ["so-y-te"], Options(**vars(options) | {"force": True}))
    files = json.loads((made.path / "manifest.json").read_bytes())["reports"]["agency/so-y-te"]["files"]
    assert set(files) == {f"agency/so-y-te.{form}" for form in ("html", "docx", "ipynb")}


def test_a_report_that_fails_is_named_leaves_its_notebook_and_the_good_page_of_before(
    made, options, workers, dti, monkeypatch
):
    workers.does = lambda task: (
        {"error": "KeyError: 'x'", "files": {"ipynb": b"with the error"}} if task.name.endswith("so-y-te") else {}
    )
    monkeypatch.setattr(render, "KINDS", options.kinds)
    before = (made.path / "agency" / "so-y-te.html").read_bytes()
    run = render_all(2023, "vi", options=Options(**vars(options) | {"force": True}))
    assert run.failed == {"agency/so-y-te": "KeyError: 'x'"}
    assert len(run.made) == 33
    assert (made.path / "agency" / "so-y-te.html").read_bytes() == before
    assert (made.path / "failed" / "agency" / "so-y-te.ipynb").read_bytes() == b"with the error"
    entry = json.loads((made.path / "manifest.json").read_bytes())["reports"]["agency/so-y-te"]
    assert (entry["status"], entry["error"]) == ("failed", "KeyError: 'x'")
    workers.does = lambda task: {}
    workers.rendered.clear()
    render_all(2023, "vi", options=options)
    assert workers.rendered == ["agency/so-y-te"]
    assert not (made.path / "failed" / "agency" / "so-y-te.ipynb").exists()


def test_the_command_ends_with_1_and_names_the_report_that_failed(workers, dti, tmp_path):
    workers.does = lambda task: {"error": "KeyError: 'x'\nand where", "files": {}}
    code, out, err = dti("report", "--agency", "so-y-te", "--out", tmp_path / "out")
    assert code == 1
    assert err.strip() == "agency/so-y-te: KeyError: 'x'"
    assert "[1/1] agency/so-y-te  failed: KeyError: 'x'" in out
    assert "0 made, 0 unchanged, 1 failed" in out


def test_an_interrupted_run_keeps_what_is_finished_and_the_next_goes_on_from_there(options, workers, dti, tmp_path):
    def interrupt(task):
        if task.name == "agency/so-y-te":
            raise KeyboardInterrupt
        return {}

    workers.does = interrupt
    code, _, err = dti("report", "--agency", "so-noi-vu", "--agency", "so-y-te", "--out", tmp_path / "out")
    assert code == 130
    assert "Interrupted. Reports finished: 1; the next run goes on from there." in err
    workers.does = lambda task: {}
    workers.rendered.clear()
    assert dti("report", "--agency", "so-noi-vu", "--agency", "so-y-te", "--out", tmp_path / "out")[0] == 0
    assert workers.rendered == ["agency/so-y-te"]


def test_a_full_disk_stops_the_run_with_a_clear_message_and_harms_nothing(made, options, workers, dti, monkeypatch):
    before = {name: content for name, content in tree(made.path).items() if name != "manifest.json"}
    real = Path.write_bytes

    def write(path: Path, content: bytes) -> int:
        if "so-noi-vu.html" in path.name:
            real(path, content[:5])
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
        return real(path, content)

    monkeypatch.setattr(Path, "write_bytes", write)
    workers.does = lambda task: {"files": {"html": b"new", "ipynb": b"new"}}
    run = render_all(2023, "vi", options=Options(**vars(options) | {"force": True}))
    assert run.failed["agency/so-noi-vu"].endswith("No space left on device.")
    assert len(workers.rendered) < 34
    assert set(run.made) | set(run.failed) == set(made.entries)
    after = tree(made.path)
    assert not [name for name in after if name.endswith(".part")]
    assert all(after[f"{name}.html"] == before[f"{name}.html"] for name in run.failed)
    assert all(after[f"{name}.html"] == b"new" for name in run.made)


def test_a_write_cut_short_leaves_no_piece_and_the_page_of_before(made):
    before = tree(made.path)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    previous = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 16, limits[1]))
    try:
        with pytest.raises(OutputError, match=r"so-y-te\.html"):
            made.publish(TaskEnd("agency/so-y-te", {"ipynb": b"small", "html": b"x" * (1 << 17)}), "print")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, previous)
    assert tree(made.path) == before


def test_nothing_is_written_outside_the_folder(made, tmp_path):
    with pytest.raises(DataError, match="outside"):
        made.publish(TaskEnd("../../escaped", {"html": b"x"}), "print")
    assert not list(tmp_path.rglob("escaped*"))


def test_a_report_no_longer_in_the_list_is_removed(made, options, edit):
    agencies = options.data / "agencies.csv"
    kept = [line for line in agencies.read_text().splitlines(keepends=True) if not line.startswith("ban-dan-toc,")]
    agencies.write_text("".join(kept))
    for name in ("responsibilities", "assignments"):
        duties = options.data / f"{name}.csv"
        lines = duties.read_text().splitlines(keepends=True)
        duties.write_text("".join(line for line in lines if "ban-dan-toc," not in line))
    render_all(2023, "vi", options=options)
    assert not (made.path / "agency" / "ban-dan-toc.html").exists()
    assert "ban-dan-toc" not in (made.path / "index.html").read_text()


def test_the_index_lists_agencies_in_vietnamese_order_escapes_them_and_links_what_is_there(options, workers, edit):
    edit("agencies", "agency_id == 'ban-dan-toc'", "name_vi", "Đảng <script>alert(1)</script>")
    edit("agencies", "agency_id == 'so-y-te'", "name_vi", "Dân tộc")
    edit("agencies", "agency_id == 'so-noi-vu'", "name_vi", "Ấn")
    run = render_all(2023, "vi", options=options)
    page = (run.folder / "index.html").read_text()
    assert page.index(">Ấn<") < page.index(">Ban Quản lý") < page.index(">Dân tộc<") < page.index("Đảng &lt;script&gt;")
    assert "<script" not in page
    assert '<html lang="vi">' in page
    assert (
        '<a href="agency/so-y-te.html">Dân tộc</a>' in page
        and '<a href="plan_progress.html">Tiến độ kế hoạch của tỉnh</a>' in page
    )
    assert ".docx" not in page
    assert '<table class="heat">' in page and "Khoảng cách lớn nhất" in page


def test_ctrl_c_ends_the_command_leaves_no_process_and_keeps_what_is_finished(tmp_path):
    command = [sys.executable, "-m", "dti", "report", "--jobs", "2"]
    command += ["--out", str(tmp_path / "out")]
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # A shell that runs the suite in the background has it ignore Ctrl-C, and children inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    try:
        first = process.stdout.readline()
        offspring = psutil.Process(process.pid).children(recursive=True)
        assert len(offspring) >= 4  # two warm processes, two workers, their kernels
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=20)
    finally:
        process.kill()
    assert process.returncode == 130
    assert "Interrupted." in err
    assert first.startswith("[1/")
    _, alive = psutil.wait_procs(offspring, timeout=2)
    assert not alive
    finished = json.loads((tmp_path / "out" / "2023" / "vi" / "manifest.json").read_bytes())["reports"]
    assert first.split()[1] in finished
    assert not list((tmp_path / "out").rglob("*.part"))


def test_a_trace_says_what_a_run_went_through(options, workers):
    workers.does = lambda task: {"spans": [Span(task.name, 5.0, 6.5, 99), Span("[1] cell", 5.5, 6.0, 99)]}
    trace = Trace()
    render_all(2023, "vi", ["so-y-te"], replace(options, trace=trace))
    events = json.loads(trace.text())["traceEvents"]
    own = {event["name"] for event in events if event["pid"] != 99}
    assert {"check", "fingerprints", "reports", "publish agency/so-y-te", "list of reports"} <= own
    [report, cell] = [event for event in events if event["ph"] == "X" and event["pid"] == 99]
    assert (report["name"], report["ts"], report["dur"]) == ("agency/so-y-te", 0, 1.5e6)
    assert (cell["ts"], cell["dur"]) == (0.5e6, 0.5e6)
    assert {event["args"]["name"] for event in events if event["ph"] == "M"} == {"dti", "worker"}
