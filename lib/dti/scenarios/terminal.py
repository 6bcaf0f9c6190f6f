"""Scenarios on a terminal: as text for people, as JSON for other programs."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from dti.scenarios import page, tables, workbook
from dti.scenarios import sentences as say
from dti.scenarios.faults import ScenarioError
from dti.scenarios.page import WhatIf
from dti.scenarios.plan_figures import who_must
from dti.scenarios.scenario_file import ENDINGS, scenario_path
from dti.show.sheet import Field, Sheet
from dti.store.faults import DataError
from dti.store.tables import Folder
from dti.words.markdown import plain
from dti.words.vietnamese import Lang


def pages(files: Sequence[Path], lang: Lang, data: Folder = None) -> list[WhatIf]:
    """Return the pages of scenario files; a bare name is a scenario of the data folder.

    Raises
    ------
    DataError
        with the faults of all files at once
    """
    made, faults = [], []
    for file in files:
        try:
            path = file if file.suffix.lower() in ENDINGS or file.exists() else scenario_path(str(file), data)
            made.append(page.of_file(path, lang, data))
        except ScenarioError as error:
            faults.append(error.said(lang))
        except DataError as error:
            faults.append(str(error))
    if faults:
        raise DataError("\n".join(faults))
    return made


def write_workbook(files: Sequence[Path], out: Path, lang: Lang, data: Folder = None) -> None:
    """Write scenarios as a workbook with live formulas.

    Raises
    ------
    DataError
        what cannot be applied, or not be put into a workbook
    """
    made = pages(files, lang, data)
    try:
        workbook.write_workbook(made, out)
    except ScenarioError as error:
        raise DataError(error.said(lang)) from None


def as_text(pages: Sequence[WhatIf]) -> str:
    """Return the scenarios in sentences and tables, and side by side where there are several."""
    parts = [_one(of) for of in pages]
    if len(pages) > 1:
        parts += [_table(sheet) for sheet in (tables.comparison(pages), tables.added_points(pages))]
    return "\n\n\n".join(parts)


def _one(of: WhatIf) -> str:
    scores, ranks, changed = tables.results(of), tables.places(of), tables.changes(of)
    asked, middle, sought = tables.chances(of), tables.likely(of), tables.goal(of)
    plans, choice, duties = tables.ways(of), tables.choice(of), tables.duties(of)
    said = [
        say.title(of),
        say.caution(of),
        say.answer(of, scores, ranks),
        say.goal(of, sought, plans, choice),
        say.contributions(of, changed),
        say.chances(of, asked, middle),
        say.plan(of),
    ]
    shown = [changed, *(sheet for sheet in (plans, choice, asked, duties) if len(sheet.rows))]
    return "\n\n".join([*(plain(text) for text in said if text), *map(_table, shown)])


def _table(sheet: Sheet) -> str:
    """Return a sheet as plain text; what heads its groups stands in a column of its own."""
    if sheet.group is not None:
        sheet = replace(sheet, fields=(Field(sheet.group, ""), *sheet.fields))
    return sheet.shown().bundle["text/plain"]


def as_json(pages: Sequence[WhatIf]) -> str:
    """Return the scenarios as JSON: one object per scenario."""
    return json.dumps([_record(of) for of in pages], ensure_ascii=False, indent=2)


def _record(of: WhatIf) -> dict[str, object]:
    outcome = of.outcome
    score = None if outcome.projected else round(outcome.total, 9)
    return {
        "title": of.scenario.title.model_dump(exclude_none=True),
        "province": outcome.province,
        "baseline_year": outcome.base.year,
        "others": of.scenario.others,
        "own": of.scenario.moves,
        "baseline": {"score": outcome.base_total, "rank": outcome.base_rank},
        "scenario": {"score": score, "rank": outcome.rank, "rank_90": [outcome.rank_at(0.05), outcome.rank_at(0.95)]},
        "points": outcome.added.round(6).to_dict(),
        "passed": sorted(outcome.passed()),
        "passed_by": sorted(outcome.passed_by()),
        "chance": _chances(of),
        "back_test": _back_test(of),
        "goal": _goal(of),
        "assumed_indicators": of.scenario.indicators,
        "who_must": _who_must(of),
        "seed": outcome.seed,
    }


def _chances(of: WhatIf) -> dict[str, object] | None:
    """Return the chance of every rank or a better one next year, without and with the changes."""
    if of.futures is None:
        return None
    ranks = range(1, len(of.start.base.total) + 1)
    return {
        name: {rank: round(one.chance(rank), 4) for rank in ranks}
        for name, one in zip(("without", "with"), of.futures, strict=True)
    }


def _back_test(of: WhatIf) -> dict[str, object] | None:
    test = of.back_test
    if test is None:
        return None
    return {
        "from": test.base_year,
        "on": test.base_year + 1,
        "decisions": list(test.decisions),
        "missed": round(test.missed, 4),
        "same_rank_missed": round(test.same_missed, 4),
        "interval_held": None if test.held is None else round(test.held, 4),
    }


def _goal(of: WhatIf) -> dict[str, object] | None:
    found = of.found
    if found is None:
        return None
    return {
        "rank": found.rank,
        "points_needed": round(found.need, 6),
        "reachable": found.reachable,
        "best_rank": found.best_rank,
        "ways": found.plans.round(9).to_dict("index"),
        "choice": found.choice.round(6).to_dict("index"),
        "fewest_sets": found.sets.to_dict("records"),
    }


def _who_must(of: WhatIf) -> list[dict[str, object]]:
    if not of.scenario.indicators:
        return []
    rows = who_must(of.plan, of.tables, of.scenario.plan_year)
    return json.loads(rows.to_json(orient="records", force_ascii=False))
