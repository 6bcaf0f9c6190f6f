"""Charts of a scenario's page, with the look that all charts share."""

from collections.abc import Mapping, Sequence
from itertools import cycle

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dti.scenarios.faults import refuse
from dti.scenarios.levers import rank_curve
from dti.scenarios.page import WhatIf
from dti.scenarios.tables import added_points, chances, comparison, single
from dti.show import outputs
from dti.show.look import BLUE, GREY, LIGHT, ORANGE, look, new_figure
from dti.words.vietnamese import number

#: For indices beside each other; told apart in grey too, as far as six can be.
COLOURS = (BLUE, ORANGE, "#28A197", "#801650", "#A285D1", GREY)


def index_chart(of: WhatIf) -> outputs.Shown:
    """Return the chart of every index, baseline and scenario, as an output."""
    caption = of.word("scenario.caption.indices", year=of.scenario.year)
    base, new = of.outcome.base_values, of.outcome.values
    lines = [f"{of.index_name(i)}: {number(base[i], of.lang, 4)} → {number(new[i], of.lang, 4)}" for i in new.index]
    return outputs.chart(indices(of), caption, f"{caption}. " + "; ".join(lines) + ".", lang=of.lang)


def indices(of: WhatIf) -> Figure:
    """Return a chart of every index of the province, baseline and scenario."""
    base, new = of.outcome.base_values, of.outcome.values
    heights = range(len(new) - 1, -1, -1)
    with look():
        figure, axes = new_figure(0.9 + 0.42 * len(new))
        axes.hlines(heights, base, new, color=LIGHT, linewidth=4, zorder=1)
        axes.scatter(base, heights, s=80, color=BLUE, label=str(of.scenario.year), zorder=2)
        axes.scatter(
            new, heights, s=30, marker="D", color="white", edgecolor=ORANGE, linewidth=1.5, zorder=3,
            label=of.word("scenario.head.scenario"),
        )  # fmt: skip
        for height, value in zip(heights, new, strict=True):
            axes.annotate(
                number(value, of.lang, 4), (value, height), (9, 0), textcoords="offset points", va="center", fontsize=8
            )
        axes.set_yticks(list(heights), [of.index_name(i) for i in new.index])
        axes.set_xlim(0, 1.08)
        _decimal_ticks(axes, of)
        axes.set_ylim(-0.6, len(new) - 0.4)
        figure.legend(loc="outside upper left", ncols=2, handletextpad=0.2)
    return figure


def tornado_chart(of: WhatIf) -> outputs.Shown:
    """Return the chart of places that each index alone would bring as an output."""
    rows = single(of).rows
    caption = of.word("scenario.caption.tornado")
    lines = [f"{name}: {int(places)}" for name, places in zip(rows["name"], rows["places"], strict=True)]
    return outputs.chart(tornado(of, rows), caption, f"{caption}. " + "; ".join(lines) + ".", lang=of.lang)


def tornado(of: WhatIf, rows: pd.DataFrame) -> Figure:
    """Return a bar chart of places gained, most on top."""
    heights = range(len(rows) - 1, -1, -1)
    with look():
        figure, axes = new_figure(0.7 + 0.38 * len(rows))
        axes.barh(list(heights), rows["places"], color=BLUE, height=0.6)
        for height, places, points in zip(heights, rows["places"], rows["points"], strict=True):
            axes.annotate(
                of.word("scenario.places_for", places=int(places), points=number(points, of.lang, 1)),
                (places, height), (5, 0), textcoords="offset points", va="center", fontsize=8,
            )  # fmt: skip
        axes.set_yticks(list(heights), list(rows["name"]))
        axes.set_xlim(0, max(3, rows["places"].max()) * 1.35)
        axes.xaxis.get_major_locator().set_params(integer=True)
        axes.set_xlabel(of.word("scenario.head.places"))
    return figure


def curve_chart(of: WhatIf, index_id: str | None = None) -> outputs.Shown:
    """Return the chart of the rank as one index goes from 0 to 1 as an output.

    Parameters
    ----------
    index_id : by default the index that alone brings most places
    """
    index_id = index_id or single(of).rows.index[0]
    curve = rank_curve(of.outcome, index_id)
    name = of.index_name(index_id)
    caption = of.word("scenario.caption.curve", name=name)
    ends = of.word("scenario.curve_ends", low=curve.iloc[0], high=curve.iloc[-1])
    with look():
        figure, axes = new_figure(2.6)
        axes.step(curve.index, curve, where="post", color=BLUE, linewidth=1.8)
        axes.plot(of.outcome.values[index_id], of.outcome.rank, marker="D", color=ORANGE, markersize=8)
        axes.annotate(
            str(of.outcome.rank), (of.outcome.values[index_id], of.outcome.rank), (8, 8), textcoords="offset points"
        )
        axes.invert_yaxis()
        _decimal_ticks(axes, of)
        axes.set_xlabel(name)
        axes.set_ylabel(of.word("scenario.axis.rank"))
    return outputs.chart(figure, caption, f"{caption}. {ends}", lang=of.lang)


def chance_chart(of: WhatIf) -> outputs.Shown:
    """Return the chart of how likely each rank is next year, with the changes and without them, as an output."""
    caption = of.word("scenario.caption.chances", year=of.scenario.year + 1)
    if of.futures is None:
        return outputs.text("")
    rows = chances(of).rows
    lines = [
        f"{row['name']}: {number(100 * row['without'], of.lang, 1)}% → {number(100 * row['with'], of.lang, 1)}%"
        for _, row in rows.iterrows()
    ]
    return outputs.chart(chance(of), caption, f"{caption}. " + "; ".join(lines) + ".")


def chance(of: WhatIf) -> Figure:
    """Return a chart of the chance of every rank or a better one, best ranks to the right.

    Raises
    ------
    ScenarioError
        a year from which nothing can be projected
    """
    if of.futures is None:
        raise refuse("year", "no_chance", year=of.scenario.year)
    ranks = range(1, len(of.start.base.total) + 1)
    changed = bool(of.outcome.added.any())
    looks = [(of.word("scenario.head.without"), BLUE, "-"), (of.word("scenario.head.with"), ORANGE, "--")]
    with look():
        figure, axes = new_figure(2.8)
        for one, (label, colour, line) in zip(of.futures[: 1 + changed], looks, strict=False):
            axes.step(ranks, [100 * one.chance(rank) for rank in ranks], line, where="mid", color=colour, label=label)
        asked = of.scenario.goal.rank if of.scenario.goal else of.start.base_rank
        axes.axvline(asked, color=GREY, linewidth=0.8)
        axes.annotate(of.word("scenario.rank", rank=asked), (asked, 92), (5, 0), textcoords="offset points")
        axes.set_xlim(len(ranks) + 1, 0)
        axes.set_ylim(0, 102)
        axes.set_xlabel(of.word("scenario.axis.rank_or_better"))
        axes.set_ylabel(of.word("scenario.axis.chance"))
        figure.legend(loc="outside upper left", ncols=2, handletextpad=0.4)
    return figure


def comparison_chart(pages: Sequence[WhatIf]) -> outputs.Shown:
    """Return the chart of the rank in several scenarios as an output."""
    of, rows = pages[0], comparison(pages).rows
    caption = of.word("scenario.caption.compared_ranks")
    lines = [
        f"{name}: {before} → {after}"
        for name, before, after in zip(rows["name"], rows["base_rank"], rows["rank"], strict=True)
    ]
    return outputs.chart(compared_ranks(of, rows), caption, f"{caption}. " + "; ".join(lines) + ".", lang=of.lang)


def compared_ranks(of: WhatIf, rows: pd.DataFrame) -> Figure:
    """Return a chart of ranks before and after, scenario by scenario, the better rank to the right."""
    heights = range(len(rows) - 1, -1, -1)
    with look():
        figure, axes = new_figure(1.1 + 0.5 * len(rows))
        axes.hlines(heights, rows["base_rank"], rows["rank"], color=LIGHT, linewidth=4, zorder=1)
        drawn = rows["low"].notna()
        if drawn.any():
            at = [height for height, random in zip(heights, drawn, strict=True) if random]
            axes.hlines(
                at, rows.loc[drawn, "low"], rows.loc[drawn, "high"], color=ORANGE, linewidth=1.2, zorder=1,
                label=of.word("scenario.nine_of_ten"),
            )  # fmt: skip
        axes.scatter(rows["base_rank"], heights, s=80, color=BLUE, label=of.word("scenario.baseline"), zorder=2)
        axes.scatter(
            rows["rank"], heights, s=30, marker="D", color="white", edgecolor=ORANGE, linewidth=1.5, zorder=3,
            label=of.word("scenario.head.scenario"),
        )  # fmt: skip
        for height, rank in zip(heights, rows["rank"], strict=True):
            axes.annotate(str(rank), (rank, height), (0, 8), textcoords="offset points", ha="center", fontsize=8)
        axes.set_yticks(list(heights), list(rows["name"]))
        axes.set_ylim(-0.6, len(rows) - 0.3)
        axes.margins(x=0.1)
        axes.invert_xaxis()
        axes.xaxis.get_major_locator().set_params(integer=True)
        axes.set_xlabel(of.word("scenario.axis.rank"))
        figure.legend(loc="outside upper left", ncols=3, handletextpad=0.4)
    return figure


def added_points_chart(pages: Sequence[WhatIf]) -> outputs.Shown:
    """Return the chart of the points that each index adds in several scenarios as an output."""
    of, sheet = pages[0], added_points(pages)
    caption = of.word("scenario.caption.stacked")
    changed = {field.name: field.label for field in sheet.fields[1:-1] if sheet.rows[field.name].any()}
    if not changed:
        return outputs.text(of.word("scenario.none_changes"))
    lines = [f"{row['name']}: {number(row['total'], of.lang, 1, sign=True)}" for _, row in sheet.rows.iterrows()]
    return outputs.chart(
        stacked_points(of, sheet.rows, changed), caption, f"{caption}. " + "; ".join(lines) + ".", lang=of.lang
    )


def stacked_points(of: WhatIf, rows: pd.DataFrame, changed: Mapping[str, str]) -> Figure:
    """Return stacked bars of points: gains to the right of zero, losses to the left.

    Parameters
    ----------
    changed : names of the indices drawn, by id
    """
    heights = list(range(len(rows) - 1, -1, -1))
    with look():
        figure, axes = new_figure(1.1 + 0.45 * len(rows))
        for (index_id, name), colour in zip(changed.items(), cycle(COLOURS), strict=False):
            before = rows[list(changed)].loc[:, :index_id].drop(columns=index_id)
            points = rows[index_id].fillna(0)
            start = before.clip(lower=0).sum(axis=1).where(points >= 0, before.clip(upper=0).sum(axis=1))
            axes.barh(heights, points, left=start, height=0.55, color=colour, label=name)
        axes.axvline(0, color=GREY, linewidth=0.8)
        axes.set_yticks(heights, list(rows["name"]))
        axes.set_xlabel(of.word("scenario.axis.points"))
        axes.margins(x=0.12)
        figure.legend(loc="outside upper left", ncols=2, handletextpad=0.4)
    return figure


def _decimal_ticks(axes: Axes, of: WhatIf) -> None:
    """Write the ticks of values from 0 to 1 with the language's decimal sign."""
    ticks = [step / 5 for step in range(6)]
    axes.set_xticks(ticks, [number(tick, of.lang, 1) for tick in ticks])
