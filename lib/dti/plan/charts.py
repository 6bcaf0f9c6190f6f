"""Charts of the plan's progress: of percentages only, since shares can share an axis.

Every chart is drawn on its own `matplotlib.figure.Figure` inside the shared look, never through pyplot: what a
notebook or the kernel's inline backend sets cannot change it.
"""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dti.show import outputs
from dti.show.look import BLUE, GREY, INK, LIGHT, ORANGE, look, new_figure
from dti.words.vietnamese import Lang, number
from dti.words.word_list import word

#: Height of a row of two lines of type, and of what stands around the rows, in inches.
ROW, AROUND = 0.34, 0.5


def base_to_target_chart(rows: pd.DataFrame, year: int, lang: Lang = "vi") -> outputs.Shown:
    """Return `from_base_to_target` as an output, for the shares of which both ends are known.

    Parameters
    ----------
    rows : as `dti.plan.rows.described` gives them
    """
    known = rows[(rows["unit"] == "percent") & rows["base_actual"].notna() & rows["year_target"].notna()]
    if known.empty:
        return outputs.text(word("plan_charts.no_ends", lang, base_year=year - 1, year=year))
    moving = _to_move(known)
    caption = word("plan_charts.ends_level", lang, count=len(known), year=year)
    if len(moving):
        widest = number((moving["year_target"] - moving["base_actual"]).abs().iloc[0], lang)
        caption = word("plan_charts.ends", lang, count=len(moving), all=len(known), year=year, widest=widest)
    lines = [
        f"{name}: {number(base, lang)}% → {number(target, lang)}%"
        for name, base, target in zip(known["name"], known["base_actual"], known["year_target"], strict=True)
    ]
    return outputs.chart(
        from_base_to_target(known, year, lang),
        caption,
        f"{caption}. {'; '.join(lines)}.",
        subtitle=word("plan_charts.ends_of", lang, base_year=year - 1, year=year),
        small=_small(moving, ["base_actual", "year_actual", "year_target"], year, lang) if len(moving) else None,
        lang=lang,
    )


def _to_move(known: pd.DataFrame) -> pd.DataFrame:
    """Return the shares whose target is not where they stand, the longest way first."""
    way = (known["year_target"] - known["base_actual"]).abs()
    moved = known["year_actual"].notna() & (known["year_actual"] != known["year_target"])
    return known.loc[way[(way > 0) | moved].sort_values(ascending=False, kind="stable").index]


def _small(rows: pd.DataFrame, columns: list[str], year: int, lang: Lang) -> pd.DataFrame:
    """Return what a narrow screen shows for a chart of shares: their names and figures."""
    heads = {
        "base_actual": word("plan_charts.result", lang, year=year - 1),
        "year_actual": word("plan_charts.result", lang, year=year),
        "year_target": word("plan_charts.target", lang, year=year),
        "gap": word("plan_charts.gap", lang),
    }
    shown = rows[["name", *(column for column in columns if rows[column].notna().any())]]
    for column in shown.columns[1:]:
        shown = shown.assign(**{column: [number(value, lang) for value in shown[column]]})
    return shown.rename(columns=heads | {"name": word("column.name", lang)})


def from_base_to_target(rows: pd.DataFrame, year: int, lang: Lang = "vi") -> Figure:
    """Return a chart of where each share stood last year, where it stands, and what its target asks.

    The longest way stands on top; those whose target is where they stand are one line.

    Parameters
    ----------
    rows : percentages as `dti.plan.progress.progress` gives them, plus ``name``
    year : report year
    """
    moving = _to_move(rows)
    level = len(rows) - len(moving)
    heights = range(len(moving) - 1 + bool(level), bool(level) - 1, -1)
    with look():
        figure, axes = new_figure(AROUND + 0.3 + ROW * (len(moving) + bool(level)))
        axes.hlines(heights, moving["base_actual"], moving["year_target"], color=LIGHT, linewidth=4, zorder=1)
        styles = [
            ("base_actual", "o", 80, BLUE, BLUE, word("plan_charts.result", lang, year=year - 1)),
            ("year_actual", "s", 46, INK, "white", word("plan_charts.result", lang, year=year)),
            ("year_target", "D", 26, "white", ORANGE, word("plan_charts.target", lang, year=year)),
        ]
        for layer, (column, marker, size, face, edge, label) in enumerate(styles, start=2):
            if moving[column].notna().any():
                axes.scatter(
                    moving[column], heights, marker=marker, s=size, color=face, edgecolor=edge, linewidth=1.4,
                    label=label, zorder=layer, clip_on=False,
                )  # fmt: skip
        for height, row in zip(heights, moving.itertuples(), strict=True):
            _label_ends(axes, height, row, lang)
        axes.set_yticks(list(heights), list(moving["name"]))
        if level:
            axes.text(0, 0, word("plan_charts.level", lang, count=level), color=GREY, va="center")
        axes.set_xlim(0, 100)
        axes.set_xticks(range(0, 101, 20), [f"{tick}%" for tick in range(0, 101, 20)])
        axes.set_ylim(-0.7, len(moving) + bool(level) - 0.3)
        if len(moving):
            figure.legend()
    return figure


def _label_ends(axes: Axes, height: int, row: object, lang: Lang) -> None:
    """Write a line's first and last figure beside its ends, once where they are the same."""
    ends = sorted({value for value in (row.base_actual, row.year_actual, row.year_target) if pd.notna(value)})
    sides = [(ends[-1], 8, "left"), (ends[0], -8, "right")][: len(ends)]
    for value, offset, side in sides:
        axes.annotate(
            f"{number(value, lang)}%", (value, height), (offset, 0), textcoords="offset points", va="center", ha=side
        )


def pillar_gap_chart(rows: pd.DataFrame, year: int, lang: Lang = "vi") -> outputs.Shown:
    """Return `gaps_by_pillar` as an output, for the shares with a known gap.

    Parameters
    ----------
    rows : as `dti.plan.rows.described` gives them
    """
    known = rows[(rows["unit"] == "percent") & rows["gap"].notna()]
    if known.empty:
        return outputs.text(word("plan_charts.no_gaps", lang))
    largest = known["gap"].clip(lower=0).groupby(known["pillar_name"], sort=False).max()
    caption = word("plan_charts.gaps_closed", lang, count=len(known), year=year)
    if largest.max() > 0:
        caption = word("plan_charts.gaps", lang, pillar=largest.idxmax(), gap=number(largest.max(), lang), year=year)
    lines = [f"{pillar}: {number(gap, lang)}" for pillar, gap in largest.items()]
    open_gaps = known[known["gap"] > 0].sort_values("gap", ascending=False, kind="stable")
    return outputs.chart(
        gaps_by_pillar(known, lang),
        caption,
        f"{caption}. {word('plan_charts.gaps_of', lang, year=year)}: {'; '.join(lines)}.",
        subtitle=word("plan_charts.gaps_of", lang, year=year),
        small=_small(open_gaps, ["gap"], year, lang) if len(open_gaps) else None,
        lang=lang,
    )


def gaps_by_pillar(rows: pd.DataFrame, lang: Lang = "vi") -> Figure:
    """Return a chart of what is missing before the target: a bar per share under the name of its pillar.

    Pillars with the largest gap stand first; shares already at their target are counted beside the pillar's name.

    Parameters
    ----------
    rows : percentages with a known gap, as `dti.plan.progress.progress` gives them, plus ``name`` and ``pillar_name``
    """
    lines = _gap_lines(rows, lang)
    heights = list(range(len(lines) - 1, -1, -1))
    heads = lines["gap"].isna()
    with look():
        figure, axes = new_figure(AROUND + 0.27 * len(lines))
        axes.barh(heights, lines["gap"].fillna(0), color=BLUE, height=0.5)
        for height, gap in zip(heights, lines["gap"], strict=True):
            if pd.notna(gap):
                axes.annotate(number(gap, lang), (gap, height), (5, 0), textcoords="offset points", va="center")
        axes.set_yticks(heights, list(lines["label"]))
        for label, is_head in zip(axes.get_yticklabels(), heads, strict=True):
            label.set(fontweight="bold" if is_head else "normal", color=BLUE if is_head else INK)
        axes.set_xlim(0, max(10.0, rows["gap"].max()))
        axes.set_ylim(-0.7, len(lines) - 0.3)
    return figure


def _gap_lines(rows: pd.DataFrame, lang: Lang) -> pd.DataFrame:
    """Return the lines of the chart from top to bottom: label, and gap; blank in the line of a pillar."""
    lines: list[tuple[str, float | None]] = []
    order = rows.groupby("pillar_name", sort=False)["gap"].max().sort_values(ascending=False, kind="stable").index
    for pillar in order:
        own = rows[rows["pillar_name"] == pillar].sort_values("gap", ascending=False, kind="stable")
        missing, closed = own[own["gap"] > 0], int((own["gap"] <= 0).sum())
        beside = f" ({word('plan_charts.closed', lang, count=closed)})" if closed else ""
        lines += [(f"{pillar}{beside}", None), *zip(missing["name"], missing["gap"], strict=True)]
    return pd.DataFrame(lines, columns=["label", "gap"]).astype({"gap": float})
