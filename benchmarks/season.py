"""A whole season of reporting, played through: forms, late ones, corrections, a withdrawal, reminders, reports.

``python benchmarks/season.py`` has LibreOffice save the form of every agency that is asked for one; a test plays the
same with a few of them. All figures are made up.
"""

import io
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import openpyxl

from dti.check import check
from dti.intake import records, status
from dti.intake.forms import file_name, form
from dti.intake.take_in import intake, summary, withdraw
from dti.plan.duties import figures_due, reporting_agencies
from dti.store.tables import PROJECT, load_all, table_names

YEAR = 2023
VALUES = {"percent": "97%", "count": 1000, "ratio": "0,97", "mbps": 25}


def filled(tables: dict, agency: str, keep: int | None = None) -> bytes:
    """Return an agency's form as it fills it in; of one that is late with some, its first figures only."""
    units = tables["indicators"].set_index("indicator_id")["unit"]
    due = list(figures_due(tables, agency, YEAR).itertuples())[:keep]
    answers = {(one.indicator_id, one.subject_id): {"value": VALUES[units[one.indicator_id]]} for one in due}
    return form(tables, agency, YEAR, answers=answers, sender="Người lập biểu")


def saved_by_libreoffice(folder: Path, out: Path, profile: Path) -> None:
    """Have LibreOffice open every form of a folder and save it again."""
    office = shutil.which("soffice")
    assert office, "LibreOffice is not installed"
    files = sorted(map(str, folder.glob("*.xlsx")))
    command = [office, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", "xlsx"]
    subprocess.run([*command, "--outdir", str(out), *files], check=True, capture_output=True, timeout=900)
    assert len(list(out.glob("*.xlsx"))) == len(files)


def play(data: Path, place: Path, agencies: Sequence[str], withheld: int, partly: int) -> list[str]:
    """Play the season through in a copy of the data; return what happened, line by line."""
    tables = load_all(table_names(data), data)
    told = []
    late, short = list(agencies[:withheld]), list(agencies[withheld : withheld + partly])
    for agency in agencies:
        for folder, keep in (("typed", 1 if agency in short else None), ("typed-late", None)):
            (place / folder).mkdir(exist_ok=True)
            if (folder == "typed" and agency in late) or (folder == "typed-late" and agency not in (*late, *short)):
                continue
            (place / folder / file_name(agency, YEAR)).write_bytes(filled(tables, agency, keep))
    saved_by_libreoffice(place / "typed", place / "sent", place / "profile")
    saved_by_libreoffice(place / "typed-late", place / "sent-late", place / "profile")

    outcome = intake([place / "sent"], data, accept="đã kiểm tra")
    assert outcome.written, outcome.findings[:3]
    told.append(f"{len(outcome.taken)} forms in time: {summary(outcome, 'en')[-1]}")

    now = load_all(table_names(data), data)
    due, today = date(YEAR + 1, 1, 15), date(YEAR + 1, 1, 20)
    rows = status.agencies_asked(now, YEAR, due=due, today=today).set_index("agency_id").loc[list(agencies)]
    begun = time.perf_counter()
    owed = status.figures_asked(now, YEAR).query("not received and agency_id in @agencies")
    seconds = time.perf_counter() - begun
    assert set(rows.index[rows["state"] == "overdue"]) == {*late, *short} == set(owed["agency_id"])
    told.append(f"{len(late)} withheld and {len(short)} partly filled are listed, {len(owed)} figures, {seconds:.2f} s")

    outcome = intake([place / "sent-late"], data, accept="gửi muộn")
    assert outcome.written, outcome.findings[:3]
    now = load_all(table_names(data), data)
    rows = status.agencies_asked(now, YEAR).set_index("agency_id").loc[list(agencies)]
    assert rows["state"].eq("complete").all()
    told.append(f"{len(outcome.taken)} late forms: all complete")

    agency = agencies[-1]
    first = next(one for one in figures_due(tables, agency, YEAR).itertuples() if one.role != "support")
    path = place / "sent" / file_name(agency, YEAR)
    path = path if path.is_file() else place / "sent-late" / path.name
    corrected = _corrected(path.read_bytes(), first.indicator_id, first.subject_id)
    path.write_bytes(corrected)
    outcome = intake([path], data, accept="đính chính")
    assert outcome.written and len([one for one in outcome.changes if one.before != one.after]) == 1
    told.append(summary(outcome, "en")[1].strip())

    outcome = withdraw(first.indicator_id, agency, YEAR, "Cơ quan đề nghị", data, subject_id=first.subject_id)
    assert outcome.written, outcome.findings
    now = load_all(table_names(data), data)
    states = records.history(now, first.indicator_id, first.subject_id, YEAR)["state"].tolist()
    assert states[-1] == "withdrawn" and "in_use" not in states
    told.append(f"withdrawn; history: {', '.join(states)}")
    faults = check(data)
    assert faults.empty, faults
    told.append("every figure follows from the files")
    return told


def _corrected(content: bytes, indicator: str, subject: str) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book["Số liệu"]
    row = next(
        r for r in range(1, sheet.max_row + 1) if str(sheet.cell(r, 1).value).startswith(f"{indicator}|{subject}|")
    )
    cell = sheet.cell(row, 10)
    cell.value = "98%" if "%" in str(cell.value) or sheet.cell(row, 6).value == "%" else 998
    cell.number_format = "General"
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def main() -> None:
    """Play it with every agency, then make the reports of one."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(shutil.copytree(PROJECT / "data", Path(folder) / "data"))
        agencies = reporting_agencies(load_all(table_names(data), data), YEAR)
        print("\n".join(play(data, Path(folder), agencies, withheld=5, partly=3)))
        command = [sys.executable, "-m", "dti", "report", "--agency", agencies[0], "--jobs", "1", "--data", str(data)]
        done = subprocess.run([*command, "--out", str(Path(folder) / "out")], capture_output=True, text=True)
        print(done.stdout.strip().splitlines()[-1] if done.stdout else done.stderr)


if __name__ == "__main__":
    main()
