"""Scenarios on a terminal: as text for people, as JSON for other programs."""

import json
from collections.abc import Sequence
from pathlib import Path

from dti.scenarios import page, tables
from dti.scenarios import sentences as say
from dti.scenarios.page import WhatIf
from dti.scenarios.scenario_file import scenario_path
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
            path = file if file.suffix in (".yml", ".yaml") or file.exists() else scenario_path(str(file), data)
            made.append(page.of_file(path, lang, data))
        except DataError as error:
            faults.append(str(error))
    if faults:
        raise DataError("\n".join(faults))
    return made


def as_text(pages: Sequence[WhatIf]) -> str:
    """Return the scenarios in sentences and tables, and side by side where there are several."""
    parts = [_one(of) for of in pages]
    if len(pages) > 1:
        beside = [tables.comparison(pages), tables.added_points(pages)]
        parts += [sheet.shown().bundle["text/plain"] for sheet in beside]
    return "\n\n\n".join(parts)


def _one(of: WhatIf) -> str:
    scores, ranks, changed = tables.results(of), tables.places(of), tables.changes(of)
    said = [
        say.title(of),
        say.caution(of),
        say.answer(of, scores, ranks),
        say.contributions(of, changed),
        say.chances(of, tables.chances(of)),
        say.goal(of, tables.goal(of), tables.ways(of)),
        say.plan(of),
    ]
    shown = [changed, *([tables.ways(of)] if of.found and of.found.reachable else [])]
    return "\n\n".join(
        [*(plain(text) for text in said if text), *(sheet.shown().bundle["text/plain"] for sheet in shown)]
    )


def as_json(pages: Sequence[WhatIf]) -> str:
    """Return the scenarios as JSON: one object per scenario."""
    return json.dumps([_record(of) for of in pages], ensure_ascii=False, indent=2)


def _record(of: WhatIf) -> dict[str, object]:
    outcome, found = of.outcome, of.found
    return {
        "title": of.scenario.title.model_dump(),
        "province": outcome.province,
        "baseline_year": outcome.base.year,
        "others": of.scenario.others,
        "baseline": {"score": outcome.base_total, "rank": outcome.base_rank},
        "scenario": {"score": round(outcome.total, 9), "rank": outcome.rank},
        "points": outcome.added.round(6).to_dict(),
        "passed": sorted(outcome.passed()),
        "passed_by": sorted(outcome.passed_by()),
        "goal": None
        if found is None
        else {
            "rank": found.rank,
            "points_needed": round(found.need, 6),
            "reachable": found.reachable,
            "best_rank": found.best_rank,
            "ways": found.plans.round(6).to_dict("index"),
        },
        "assumed_indicators": of.scenario.indicators,
        "seed": outcome.seed if of.scenario.others == "uncertain" else None,
    }
