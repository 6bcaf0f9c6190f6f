"""How much of a plan the reader finds, and how much of what it finds is right, against keys made by people.

Run: ``python benchmarks/reader.py``. The keys: Plan 4900 as it stands in ``data/observations.csv``; an illustrative plan of
2024; four illustrative plans of 2025 whose authors had not seen the rules. The rules were bettered on the first two; of the
others only the heading "A." was learnt.
"""

import re
import sys
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import pandas as pd

from dti.reader.agencies import Register
from dti.reader.contradictions import contradictions
from dti.reader.duties import duties
from dti.reader.figures import TABLES, figures, pairs
from dti.reader.lines import folded, tidy
from dti.reader.plan import Plan, read_plan
from dti.store.tables import load_all

ROOT = Path(__file__).resolve().parents[1]
PLAN_4900 = ROOT / "tests/plans/ke-hoach-4900-2022.txt"
PLANS = {
    "2024": (ROOT / "examples/ke-hoach-2024-minh-hoa", "ke-hoach-2024-minh-hoa", 2024),
    "phu-luc": (ROOT / "tests/plans/phu-luc-minh-hoa", "ke-hoach-2025-phu-luc-minh-hoa", 2025),
    "van-xuoi": (ROOT / "tests/plans/van-xuoi-minh-hoa", "ke-hoach-2025-van-xuoi-minh-hoa", 2025),
    "bao-cao": (ROOT / "tests/plans/bao-cao-minh-hoa", "ke-hoach-2025-bao-cao-minh-hoa", 2025),
    "bang-phu-luc": (ROOT / "tests/plans/bang-phu-luc-minh-hoa", "ke-hoach-2025-bang-phu-luc-minh-hoa", 2025),
}


@dataclass
class Score:
    """What was found of a key; shares from 0 to 1."""

    figures: int = 0
    found: int = 0
    read: int = 0
    decoys: int = 0
    decoys_taken: int = 0
    known: int = 0
    matched: int = 0
    joined: int = 0
    joined_wrongly: int = 0
    tasks: int = 0
    tasks_right: int = 0
    conflicts: int = 0
    conflicts_found: int = 0
    misses: list[str] = field(default_factory=list)

    @property
    def recall(self) -> float:
        """Share of the key's figures found with value, year, kind, level right and at the right place."""
        return self.found / self.figures

    @property
    def precision(self) -> float:
        """Share of what was read as a stated figure that is one of the key."""
        return self.found / self.read

    def line(self, name: str) -> str:
        """Return the score in one line."""
        return (
            f"{name:22} recall {self.found}/{self.figures} = {self.recall:.1%}  precision {self.precision:.1%}  "
            f"decoys {self.decoys_taken}/{self.decoys}  indicators {self.matched}/{self.known}, wrong {self.joined_wrongly}/{self.joined}  "
            f"tasks {self.tasks_right}/{self.tasks}  contradictions {self.conflicts_found}/{self.conflicts}"
        )


def tables() -> dict[str, pd.DataFrame]:
    """Return the tables that a plan is read beside."""
    return load_all(TABLES, ROOT / "data")


@lru_cache(maxsize=20_000)
def plain(text: str) -> str:
    """Return text as it is compared."""
    return re.sub(r"\s+", " ", folded(tidy(text)))


def score_with_key(folder: Path, name: str, suffix: str, year: int) -> Score:
    """Return how a plan with a key is read."""
    known = tables()
    plan = read_plan(folder / f"{name}{suffix}", year, known)
    rows = figures(plan, known)
    key = pd.read_csv(folder / "key.csv", dtype=str, keep_default_na=False)
    score = Score()
    stated = rows[rows["kind"].isin(["actual", "target"]) & ~rows["implied"]]
    score.read = len(stated)
    used: set[int] = set()
    for wanted in key.itertuples():
        near = _near(rows, plan, wanted.clause, wanted.evidence)
        if wanted.kind == "none":
            _decoy(score, near, wanted)
        else:
            _figure(score, near, wanted, used)
    score.read = len(set(stated["number"]) | used)
    _tasks(score, plan, known, folder, year)
    _conflicts(score, rows, folder, key)
    return score


def _near(rows: pd.DataFrame, plan: Plan, clause: str, evidence: str) -> pd.DataFrame:
    """Return the numbers that lie inside a quote in its clause."""
    path = [plain(part) for part in clause.split(" > ")]
    cells = [part for part in path if re.match(r"tt \d|dòng \d|toàn tỉnh$", part)]
    tail = [re.sub("^- ", "", part) for part in path[path.index(cells[0]) :]] if cells else []
    number = r"^(?:phần [ivx]+\.|phụ lục [ivx]+\.|[ivx]+\.|[\d.]+\.?|[a-zđ]\))\s*"
    formal = r"tt \d|dòng \d|toàn tỉnh$|bảng|chú thích|phụ lục [ivx]+$|phần đầu|căn cứ$|thông tin|- |cấp "
    heads = [re.sub(number, "", part) for part in path if not re.match(formal, part)]
    quote, places = plain(evidence), []
    for block in plan.outline.blocks:
        if (block.kind == "row") != bool(tail) or ("chú thích" in path[-1]) != (block.kind == "note"):
            continue
        if tail and plain(block.clause).split(", ")[-len(tail) :] != tail:
            continue
        if not all(head in plain(" > ".join(block.titles)) for head in heads):
            continue
        spaced = re.escape(quote).replace(r"\ ", r"\s+")  # a line of a table with empty cells has blanks side by side
        places += [(block.number, hit.start(), hit.end()) for hit in re.finditer(spaced, folded(block.text))]
    inside = pd.Series(False, index=rows.index)
    for block, start, end in places:
        inside |= rows["block"].eq(block) & (rows["start"] < end) & (rows["end"] > start)
    return rows[inside]


def _decoy(score: Score, near: pd.DataFrame, wanted: tuple) -> None:
    score.decoys += 1
    first = re.split(r"[; ]", wanted.value)[0]
    taken = near[near["kind"].isin(["actual", "target"]) & ~near["implied"]]
    if any(
        re.fullmatch(r"[\d.]+", first) and first.count(".") < 2 and value == float(first) for value in taken["value"]
    ):
        score.decoys_taken += 1
        score.misses.append(f"{wanted.id} taken for a figure: {wanted.evidence}")


def _figure(score: Score, near: pd.DataFrame, wanted: tuple, used: set[int]) -> None:
    score.figures += 1
    high = float(wanted.value_high) if wanted.value_high else None
    right = near[
        near["kind"].eq(wanted.kind) & near["year"].eq(float(wanted.year)) & near["level"].eq(wanted.level)
        & near["value"].sub(float(wanted.value)).abs().lt(0.006)
        & (near["value_high"].isna() if high is None else near["value_high"].eq(high)) & ~near["number"].isin(used)
    ]  # fmt: skip
    if right.empty:
        score.misses.append(f"{wanted.id} missed: {wanted.evidence}")
        return
    first = right[right["indicator_id"].eq(wanted.existing_indicator_id)]
    row = (first if len(first) else right).iloc[0]
    used.add(row["number"])
    score.found += 1
    if row["indicator_id"]:
        score.joined += 1
        score.joined_wrongly += row["indicator_id"] != wanted.existing_indicator_id
    if wanted.existing_indicator_id:
        score.known += 1
        score.matched += row["indicator_id"] == wanted.existing_indicator_id
        if row["indicator_id"] != wanted.existing_indicator_id:
            score.misses.append(f"{wanted.id} of {wanted.existing_indicator_id}, read as '{row['indicator_id']}'")


def _tasks(score: Score, plan: Plan, known: dict[str, pd.DataFrame], folder: Path, year: int) -> None:
    found: dict[tuple[int, str], list] = {}
    for duty in duties(plan.outline, Register(known["agencies"]), year):
        found.setdefault((duty.block.number, duty.evidence), []).append(duty)
    for wanted in pd.read_csv(folder / "tasks_key.csv", dtype=str, keep_default_na=False).itertuples():
        score.tasks += 1
        quote, last = plain(wanted.evidence), plain(wanted.clause.split(" > ")[-1])
        hits = [
            parts for (_, evidence), parts in found.items()
            if quote in plain(evidence) or plain(evidence) in quote or (parts[0].block.kind == "row" and quote in plain(parts[0].block.text))
        ]  # fmt: skip
        here = [
            parts for parts in hits if last in plain(" > ".join([*parts[0].block.titles, parts[0].block.clause]))
        ] or hits
        if here and any(_same_task(parts, wanted) for parts in here):
            score.tasks_right += 1
        else:
            score.misses.append(f"{wanted.id} task: {wanted.evidence[:70]}")


def _same_task(parts: list, wanted: tuple) -> bool:
    roles = ("direct", "lead", "support", "implement")
    want = {role: set(filter(None, getattr(wanted, role).split(";"))) for role in roles}
    got = {role: {part.agency_id for part in parts if part.role == role and part.agency_id} for role in roles}
    if "chấp nhận direct hoặc lead" in wanted.note:
        for one in (want, got):
            one["lead"], one["direct"] = one["lead"] | one["direct"], set()
    return want == got and parts[0].deadline == wanted.deadline


def _conflicts(score: Score, rows: pd.DataFrame, folder: Path, key: pd.DataFrame) -> None:
    found = contradictions(rows)
    values = {
        frozenset((round(a, 2), round(b, 2))) for a, b in zip(found["value_first"], found["value_second"], strict=True)
    }
    for wanted in pd.read_csv(folder / "contradictions.csv").itertuples():
        score.conflicts += 1
        if frozenset((round(float(wanted.value_a), 2), round(float(wanted.value_b), 2))) in values:
            score.conflicts_found += 1
        else:
            score.misses.append(f"contradiction {wanted.value_a}/{wanted.value_b}: {wanted.note[:60]}")


def score_plan_4900() -> Score:
    """Return how the first plan is read, against the rows that people made of it."""
    known = tables()
    plan = read_plan(PLAN_4900, 2023, known)
    rows = figures(plan, known)
    level = known["indicators"].set_index("indicator_id")["level"]
    observations = known["observations"].query("source_id == 'kh-4900-2022'")
    score, used = Score(), set()
    texts = {block.number: plain(block.text) for block in plan.outline.blocks}
    for wanted in observations.itertuples():
        score.figures += 1
        here = rows[
            rows["clause"].eq(wanted.clause) & rows["kind"].eq(wanted.kind) & rows["year"].eq(wanted.year) & ~rows["number"].isin(used)
            & rows["value"].sub(wanted.value).abs().lt(0.006) & rows["level"].eq(level[wanted.indicator_id])
        ]  # fmt: skip
        quote = plain(wanted.evidence)
        at = [
            any(
                row.start < hit.end() and row.end > hit.start()
                for hit in re.finditer(re.escape(quote), texts[row.block])
            )
            for row in here.itertuples()
        ]
        right = here[pd.Series(at, index=here.index, dtype=bool)]
        if right.empty:
            score.misses.append(
                f"{wanted.indicator_id} {wanted.year} {wanted.kind}: {wanted.clause}, {wanted.evidence[:60]}"
            )
            continue
        first = right[right["indicator_id"].eq(wanted.indicator_id)]
        used.add((first if len(first) else right).iloc[0]["number"])
        score.found += 1
        score.known += 1
        score.matched += len(first) > 0
    score.read = int(rows["kind"].ne("none").sum())
    return score


def pairs_of_4900() -> tuple[set[str], set[str]]:
    """Return the indicators with a result of 2022 and a target of 2023: by the tables, and as read."""
    known = tables()
    used = known["observations"].query("source_id == 'kh-4900-2022' and in_use")
    results = set(used.query("kind == 'actual' and year == 2022")["indicator_id"])
    wanted = results & set(used.query("kind == 'target' and year == 2023")["indicator_id"])
    return wanted, set(pairs(figures(read_plan(PLAN_4900, 2023, known), known), 2023)["indicator_id"])


def main(verbose: bool) -> None:
    """Print the scores of all plans."""
    scores = {"Plan 4900": score_plan_4900()}
    for name, (folder, file, year) in PLANS.items():
        for suffix in (".docx", ".txt"):
            scores[f"{name} {suffix}"] = score_with_key(folder, file, suffix, year)
    for name, score in scores.items():
        print(score.line(name))
        if verbose:
            print("\n".join(f"    {miss}" for miss in score.misses))
    wanted, found = pairs_of_4900()
    print(f"Plan 4900 pairs: {len(wanted & found)} of {len(wanted)}, false {sorted(found - wanted)}")


if __name__ == "__main__":
    main("-v" in sys.argv)
