"""The two charts of the annual assessment: where the gaps are, pillar by pillar, and the shares furthest from a target."""

import pandas as pd
from matplotlib.figure import Figure

from dti.assessment.page import Assessment
from dti.plan.charts import from_base_to_target
from dti.show import outputs
from dti.show.look import BLUE, look, new_figure
from dti.words.vietnamese import Lang, number
from dti.words.word_list import word

#: So many shares are drawn; all of them stand in the first appendix.
MOST = 10
#: Height of a pillar's row and of what stands around the rows, in inches.
ROW, AROUND = 0.27, 0.6


def pillar_chart(of: Assessment) -> outputs.Shown:
    """Return `gaps_by_pillar` as an output, for the shares with a gap to the report year's target."""
    left = _open_gaps(of)
    if left.empty:
        return outputs.text(word("assessment.gaps.none", of.lang, year=of.year))
    by_pillar = left.groupby("pillar_name")["gap"].agg(["max", "size"]).sort_values("max", ascending=False)
    widest = number(by_pillar["max"].iloc[0], of.lang)
    caption = word("assessment.gaps.caption", of.lang, year=of.year, pillar=by_pillar.index[0], gap=widest)
    subtitle = word("assessment.gaps.subtitle", of.lang, year=of.year)
    small = pd.DataFrame(
        {
            word("assessment.gaps.pillar", of.lang): by_pillar.index,
            word("assessment.gaps.open", of.lang): [number(size, of.lang) for size in by_pillar["size"]],
            word("assessment.gaps.largest", of.lang): [number(gap, of.lang) for gap in by_pillar["max"]],
        }
    )
    lines = "; ".join(f"{pillar}: {number(gap, of.lang)}" for pillar, gap in by_pillar["max"].items())
    figure = gaps_by_pillar(left, of.lang)
    return outputs.chart(figure, caption, f"{caption}. {lines}.", subtitle=subtitle, small=small, lang=of.lang)


def gaps_by_pillar(left: pd.DataFrame, lang: Lang) -> Figure:
    """Return a chart of one row per pillar and one dot per share, as far from zero as its target is from it.

    Parameters
    ----------
    left : ``pillar_name`` and ``gap`` (percentage points, above zero) of each share
    """
    largest = left.groupby("pillar_name")["gap"].max().sort_values()
    heights = {pillar: height for height, pillar in enumerate(largest.index)}
    with look():
        figure, axes = new_figure(AROUND + ROW * len(largest))
        axes.scatter(left["gap"], left["pillar_name"].map(heights), s=46, color=BLUE, alpha=0.55, linewidth=0)
        for pillar, gap in largest.items():
            beside = {"textcoords": "offset points", "va": "center"}
            axes.annotate(number(gap, lang), (gap, heights[pillar]), (7, 0), **beside)
        axes.set_yticks(list(heights.values()), list(heights))
        axes.set_xlim(0, max(10.0, largest.max() * 1.05))
        axes.set_ylim(-0.7, len(largest) - 0.3)
    return figure


def farthest_chart(of: Assessment) -> outputs.Shown:
    """Return the shares furthest from their target, of which last year's result is known: from where to where."""
    left = _open_gaps(of).query("base_actual.notna()").head(MOST)
    if left.empty:
        return outputs.text("")
    caption = word("assessment.farthest", of.lang, year=of.year)
    subtitle = word("plan_charts.ends_of", of.lang, base_year=of.year - 1, year=of.year)
    names = {
        "name": word("column.name", of.lang),
        "base_actual": word("plan_charts.result", of.lang, year=of.year - 1),
        "year_actual": word("plan_charts.result", of.lang, year=of.year),
        "year_target": word("plan_charts.target", of.lang, year=of.year),
    }
    small = left[[name for name in names if left[name].notna().any()]].rename(columns=names)
    small = small.assign(
        **{name: [f"{number(value, of.lang)}%" for value in small[name]] for name in small.columns[1:]}
    )
    lines = "; ".join(" ".join(row) for row in small.itertuples(index=False))
    figure = from_base_to_target(left, of.year, of.lang)
    return outputs.chart(figure, caption, f"{caption}. {lines}.", subtitle=subtitle, small=small, lang=of.lang)


def _open_gaps(of: Assessment) -> pd.DataFrame:
    """Return the shares that are short of the report year's target, the furthest first."""
    left = of.progress.query("unit == 'percent' and gap > 0")
    return left.sort_values("gap", ascending=False, kind="stable")
