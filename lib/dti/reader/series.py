"""Figures that stand in a row and share words: levels named in turn, the share in a bracket behind a count."""

import re
from dataclasses import replace

from dti.reader.context import Context
from dti.reader.lines import folded
from dti.reader.reading import Reading


def level_of_the_count(at: Context, before: list[Reading]) -> tuple[str, ...]:
    """Return the level of the count that a bracket gives the share of: "98/106 (92,45 %) xã"."""
    last = before[-1] if before else None
    share = at.inside and re.fullmatch(
        r"\s*(?:(?:đạt|chiếm|bằng|tương đương|tương ứng|tức|tỷ lệ|tỉ lệ|khoảng|gần)\s*)*", at.left
    )
    counted = last is not None and last.quantity.total is not None and last.kind != "none"
    near = counted and at.piece.start - last.quantity.end < 25
    return (last.level,) if share and near and last.level.startswith("cap-") else ()


_IN_TURN = re.compile(r"lần lượt|tương ứng|các (?:mức|tỷ lệ|tỉ lệ|con số|chỉ tiêu) (?:này|trên)")


def split_in_turn(groups: list[list[Reading]]) -> list[Reading]:
    """Give the figures of a series the levels that are named in turn, before it or behind it.

    "lần lượt 100%, 95% và 85% … cấp tỉnh, cấp huyện, cấp xã"; "(kế hoạch giao lần lượt là 55%, 40% và 20%)" after three
    figures with a level each.
    """
    place = 0
    while place < len(groups):
        if not _figure(groups[place]):
            place += 1
            continue
        end = place + 1
        while end < len(groups) and _figure(groups[end]) and groups[end][0].before.strip() in (",", "và", ", và"):
            end += 1
        series = groups[place:end]
        if len(series) > 1:
            groups[place:end] = _in_turn(series, [group for group in groups[:place] if _figure(group)])
        place = end
    return [reading for group in groups for reading in group]


def _figure(group: list[Reading]) -> bool:
    return bool(group) and group[0].kind != "none"


def _in_turn(series: list[list[Reading]], earlier: list[list[Reading]]) -> list[list[Reading]]:
    """Return a series with one level each, as it stands if nothing is said in turn."""
    behind, ahead = series[-1], series[0]
    if len(behind) == len(series):
        return [[replace(behind[place], quantity=group[0].quantity)] for place, group in enumerate(series)]
    if len(ahead) == len(series) and _IN_TURN.search(folded(ahead[0].before)):
        return [[replace(ahead[place], quantity=group[0].quantity)] for place, group in enumerate(series)]
    models = earlier[-len(series) :]
    if len(models) < len(series) or not _IN_TURN.search(folded(series[0][0].before)):
        return series
    first = series[0][0]
    return [
        [
            replace(
                group[0],
                level=model[0].level,
                subject=model[0].subject,
                own=model[0].own,
                phrase=model[0].phrase,
                kind=first.kind,
                year=first.year,
            )
        ]
        for group, model in zip(series, models, strict=True)
    ]
