"""Charts of a scenario's page, with the look that all charts share."""

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dti.scenarios.faults import refuse
from dti.scenarios.page import WhatIf
from dti.scenarios.tables import chances
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


def _decimal_ticks(axes: Axes, of: WhatIf) -> None:
    """Write the ticks of values from 0 to 1 with the language's decimal sign."""
    ticks = [step / 5 for step in range(6)]
    axes.set_xticks(ticks, [number(tick, of.lang, 1) for tick in ticks])
