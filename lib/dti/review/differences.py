"""What changed between two runs: sentences, cells, ranks, charts, whole reports, apart by cause.

The executed notebooks of both output folders are read as reports and set side by side. Their manifests say what each
was made from, so every change can be laid to what changed before it: the data, the method, or the wording.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import nbformat

from dti.export import blocks as tree
from dti.export.report import ReportPage, report
from dti.review.alignment import aligned
from dti.review.meaning import FIGURE, RANK, UNIT, VERDICT, YEAR, marks
from dti.store.faults import DataError
from dti.words.vietnamese import Lang
from dti.words.word_list import word

DATA, METHOD, WORDING = CAUSES = ("data", "method", "wording")
MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Difference:
    """One place that changed.

    Parameters
    ----------
    report : its path below both folders
    kind : sentence, cell, rank, chart, report
    place : where in the report, in words
    was, now : blank where there is nothing
    causes : of `CAUSES`; both data and method where either can be behind it
    """

    report: str
    kind: str
    place: str
    was: str
    now: str
    causes: tuple[str, ...]


@dataclass(frozen=True)
class RunComparison:
    """All differences, and by cause the inputs that changed between the runs."""

    differences: list[Difference]
    inputs: dict[str, list[str]]


def compare(old: Path, new: Path) -> RunComparison:
    """Return what changed between two folders of reports.

    Parameters
    ----------
    old, new : folders that `dti report` wrote to, or one year and language of such folders

    Raises
    ------
    DataError
        a folder without reports, or two that have none in common
    """
    runs = {}
    for folder in (old, new):
        runs[folder] = {path.parent.relative_to(folder): path.parent for path in sorted(folder.rglob(MANIFEST))}
        if not runs[folder]:
            raise DataError(f"{folder}: no {MANIFEST} there. Expected: a folder that 'dti report' wrote to.")
    common = [place for place in runs[old] if place in runs[new]]
    if not common:
        places = [", ".join(map(str, found)) for found in runs.values()]
        raise DataError(f"No year and language in common: {places[0]} in {old}, {places[1]} in {new}.")
    found, inputs = [], {cause: [] for cause in CAUSES}
    for place in common:
        changed, differences = _compare_run(runs[old][place], runs[new][place], place)
        found += differences
        inputs = {cause: sorted({*inputs[cause], *changed[cause]}) for cause in CAUSES}
    return RunComparison(found, inputs)


def _compare_run(old: Path, new: Path, place: Path) -> tuple[dict[str, list[str]], list[Difference]]:
    manifests = [_manifest(folder / MANIFEST) for folder in (old, new)]
    lang: Lang = "en" if manifests[1].get("lang") == "en" else "vi"
    changed = changed_inputs(*manifests)
    found: list[Difference] = []
    names = [set(manifest["reports"]) for manifest in manifests]
    for name in sorted(names[0] | names[1]):
        path = (place / name).as_posix()
        files = [folder / f"{name}.ipynb" for folder in (old, new)]
        was, now = (_shown(file) for file in files)
        if was is None and now is None:
            continue
        if was is None or now is None:
            told = word("diff.report_gone" if now is None else "diff.report_new", lang)
            found.append(Difference(path, "report", told, "", "", tuple(c for c in CAUSES if changed[c])))
            continue
        found += _compare_reports(path, was, now, lang, changed)
    return changed, found


def _manifest(path: Path) -> dict:
    try:
        return json.loads(path.read_bytes())
    except ValueError as error:
        raise DataError(f"{path}: not readable: {error}. Expected: the file as 'dti report' wrote it.") from None


def _shown(path: Path) -> ReportPage | None:
    return report(nbformat.read(path, as_version=4)) if path.is_file() else None


def changed_inputs(old: dict, new: dict) -> dict[str, list[str]]:
    """Return by cause what two runs were made from that is not the same.

    Examples
    --------
    >>> changed_inputs({"inputs": {"data/words.csv": "1"}}, {"inputs": {"data/words.csv": "2", "data/a.csv": "3"}})
    {'data': ['data/a.csv'], 'method': [], 'wording': ['data/words.csv']}
    """
    found: dict[str, list[str]] = {cause: [] for cause in CAUSES}
    before, after = old.get("inputs", {}), new.get("inputs", {})
    before = before | {f"version of {name}": version for name, version in old.get("versions", {}).items()}
    after = after | {f"version of {name}": version for name, version in new.get("versions", {}).items()}
    for name in sorted({*before, *after}):
        if before.get(name) != after.get(name):
            found[_cause(name)].append(name)
    return found


def _cause(name: str) -> str:
    if name == "data/words.csv" or name.startswith(("data/texts/", "data/office.yml")):
        return WORDING
    return DATA if name.startswith("data/") and name != "data/codebook.csv" else METHOD


def _compare_reports(
    path: str, was: ReportPage, now: ReportPage, lang: Lang, changed: dict[str, list[str]]
) -> Iterator[Difference]:
    def differ(kind: str, place: str, old: str, new: str) -> Difference:
        return Difference(path, kind, place, old, new, causes_of(old, new, lang, changed))

    sentences = [list(_sentences(side)) for side in (was, now)]
    texts = [[text for _, text in side] for side in sentences]
    for old, new in aligned(*sentences, texts):
        if old is None or new is None or old[1] != new[1]:
            place = (new or old)[0]
            yield differ("sentence", place, old[1] if old else "", new[1] if new else "")
    for kind, place, old, new in _cells(was, now, lang):
        yield differ(kind, place, old, new)
    charts = [
        [(b.caption, b.alt) for b in tree.walk(side.blocks) if isinstance(b, tree.Picture)] for side in (was, now)
    ]
    for old, new in aligned(*charts, [[caption for caption, _ in side] for side in charts], in_order=True):
        if old != new:
            yield differ("chart", (new or old)[0], old[1] if old else "", new[1] if new else "")


def _sentences(shown: ReportPage) -> Iterator[tuple[str, str]]:
    """Give each paragraph, item and heading with the heading it stands under."""
    heading = shown.title
    yield heading, shown.title
    for block in tree.walk(shown.blocks):
        if isinstance(block, tree.Heading):
            heading = tree.plain(block.runs)
        if isinstance(block, tree.Heading | tree.Paragraph):
            yield heading, tree.plain(block.runs)


def _cells(was: ReportPage, now: ReportPage, lang: Lang) -> Iterator[tuple[str, str, str, str]]:
    tables = [[b for b in tree.walk(side.blocks) if isinstance(b, tree.Table)] for side in (was, now)]
    heads = [[" ".join((t.caption, *_texts(t.head[0] if t.head else None))) for t in side] for side in tables]
    for old, new in aligned(*tables, heads, in_order=True):
        if old is None or new is None:
            only = old or new
            rows = "; ".join(" | ".join(_texts(row)) for row in only.body)
            yield ("cell", only.caption, rows if new is None else "", rows if old is None else "")
            continue
        columns = _texts(new.head[-1] if new.head else None)
        pairs = aligned(old.body, new.body, [[" ".join(_texts(row)) for row in side.body] for side in (old, new)])
        for before, after in pairs:
            yield from _row(new.caption, columns, _texts(before), _texts(after), lang)


def _row(
    caption: str, columns: list[str], before: list[str], after: list[str], lang: Lang
) -> Iterator[tuple[str, str, str, str]]:
    if not before or not after or len(before) != len(after):
        if before != after:
            yield "cell", caption, " | ".join(before), " | ".join(after)
        return
    name = next((text for text in after if len(text) > 3 and not text[:1].isdigit()), after[0])
    for number, (old, new) in enumerate(zip(before, after, strict=True)):
        if old != new:
            column = columns[number] if number < len(columns) else str(number + 1)
            kind = "rank" if RANK.search(column) else "cell"
            yield kind, word("diff.cell", lang, table=caption, row=name, column=column), old, new


def _texts(row: tree.Row | None) -> list[str]:
    return [tree.plain(cell.runs) for cell in row.cells] if row else []


def causes_of(was: str, now: str, lang: Lang, changed: dict[str, list[str]]) -> tuple[str, ...]:
    """Return what a change can be laid to: where figures moved, data or method; where words alone did, wording first.

    Examples
    --------
    >>> changed = {"data": ["data/observations.csv"], "method": [], "wording": ["data/words.csv"]}
    >>> causes_of("đạt 5%", "đạt 6%", "vi", changed), causes_of("đạt 5%", "ở mức 5%", "vi", changed)
    (('data',), ('wording',))
    """
    kinds = {FIGURE, UNIT, YEAR, VERDICT}
    meant = [[(m.kind, m.text) for m in marks(text, lang) if m.kind in kinds - {VERDICT}] for text in (was, now)]
    first = [(DATA, METHOD), (WORDING,)] if meant[0] != meant[1] else [(WORDING,), (METHOD,), (DATA,)]
    for causes in first:
        found = tuple(cause for cause in causes if changed[cause])
        if found:
            return found
    return ()


def as_json(compared: RunComparison) -> str:
    """Return a comparison as JSON; nothing changed gives no differences."""
    records = [asdict(difference) for difference in compared.differences]
    content = {"inputs": compared.inputs, "differences": records}
    return json.dumps(content, ensure_ascii=False, indent=1)


def lines(compared: RunComparison, lang: Lang) -> list[str]:
    """Return a comparison as text, apart by cause; nothing changed gives nothing."""
    told: list[str] = []
    for causes, found in by_causes(compared).items():
        told.append(f"{cause_words(causes, lang)} ({len(found)})")
        listed = [name for cause in causes for name in compared.inputs[cause]]
        told += [f"  {', '.join(listed)}"] if listed else []
        for difference in found:
            told.append(f"  {difference.report}: {difference.place}")
            told += [f"    − {difference.was}"] if difference.was else []
            told += [f"    + {difference.now}"] if difference.now else []
    return told


def by_causes(compared: RunComparison) -> dict[tuple[str, ...], list[Difference]]:
    """Return the differences in groups of the same causes, in the order of `CAUSES`."""
    groups: dict[tuple[str, ...], list[Difference]] = {}
    for difference in sorted(compared.differences, key=lambda one: [CAUSES.index(cause) for cause in one.causes]):
        groups.setdefault(difference.causes, []).append(difference)
    return groups


def cause_words(causes: tuple[str, ...], lang: Lang) -> str:
    """Return causes in words.

    Examples
    --------
    >>> cause_words(("data", "method"), "en"), cause_words((), "en")
    ('Data or method', 'Cause not known')
    """
    if not causes:
        return word("diff.cause.none", lang)
    said = f" {word('diff.or', lang)} ".join(word(f"diff.cause.{cause}", lang) for cause in causes)
    return said[:1].upper() + said[1:]
