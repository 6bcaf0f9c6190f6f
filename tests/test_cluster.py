"""The same work on a Dask cluster: two worker processes on this machine."""

import os
from pathlib import Path

import nbformat
import psutil
import pytest
from distributed import LocalCluster

from dti.render import cluster
from dti.render.cluster import Cluster, Pack
from dti.render.pool import Pool
from dti.render.task import Task
from dti.store.faults import DataError
from dti.store.tables import data_dir

CELLS = ["agency = ''", "from dti.store.tables import load\nload('agencies').query('agency_id == @agency')"]
PYTHON = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}


def tasks(number: int, data: object = None, pause: float = 0) -> list[Task]:
    cells = [nbformat.v4.new_code_cell(text, id=f"c{place}") for place, text in enumerate(CELLS)]
    cells[0].metadata["tags"] = ["parameters"]
    cells.append(nbformat.v4.new_code_cell(f"import time\ntime.sleep({pause})", id="pause"))
    notebook = nbformat.writes(nbformat.v4.new_notebook(cells=cells, metadata=PYTHON))
    agencies = ["so-y-te", "so-noi-vu", "so-tu-phap", "ban-dan-toc", "so-cong-thuong", "thanh-pho-lai-chau"][:number]
    folder = str(data or data_dir())
    return [Task(f"agency/{name}", notebook, {"agency": name}, {"html": "html"}, folder) for name in agencies]


@pytest.fixture(scope="module")
def dask():
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs="CRITICAL") as found:
        yield found


def test_a_cluster_gives_the_same_bytes_as_this_machine(dask, data_copy, edit):
    edit("agencies", "agency_id == 'so-y-te'", "name_vi", "Tên chỉ có ở đây")
    with Cluster(dask.scheduler_address) as remote:
        there = {outcome.name: outcome for outcome in remote.run(tasks(4, data_copy))}
    with Pool(1) as pool:
        here = {outcome.name: outcome for outcome in pool.run(tasks(4, data_copy))}
    assert {outcome.error for outcome in here.values()} == {""}
    assert {name: outcome.files for name, outcome in there.items()} == {
        name: outcome.files for name, outcome in here.items()
    }
    assert "Tên chỉ có ở đây".encode() in there["agency/so-y-te"].files["html"]


def test_reports_of_a_worker_killed_midway_are_made_by_the_others(dask):
    with Cluster(dask.scheduler_address) as remote:
        outcomes = remote.run(tasks(6, pause=0.3))
        found = [next(outcomes)]
        victim = next(iter(remote._client.run(os.getpid).values()))
        psutil.Process(victim).kill()
        found += outcomes
    assert {outcome.error for outcome in found} == {""}
    assert {outcome.name for outcome in found} == {task.name for task in tasks(6)}


def test_an_error_there_is_told_here(dask, tmp_path):
    with Cluster(dask.scheduler_address) as remote:
        [outcome] = remote.run(tasks(1, tmp_path))
    assert outcome.error.startswith("DataError: codebook.csv")


def test_workers_with_another_version_of_the_package_are_refused(dask, monkeypatch):
    monkeypatch.setattr(cluster, "code", lambda: "another")
    with pytest.raises(DataError, match="Another version of this package"):
        Cluster(dask.scheduler_address)


def test_a_pack_holds_a_folder_and_what_is_below_it(tmp_path):
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "scenarios" / "a.yml").write_bytes(b"a")
    (tmp_path / "b.csv").write_bytes(b"b")
    pack = Pack.of(tmp_path)
    assert pack.files == {"b.csv": b"b", "scenarios/a.yml": b"a"}
    (tmp_path / "elsewhere").mkdir()
    there = pack.unpacked(str(tmp_path / "elsewhere"))
    assert Pack.of(Path(there)) == pack
    assert pack.unpacked(str(tmp_path)) == there
