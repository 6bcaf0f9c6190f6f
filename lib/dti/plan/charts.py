"""Charts of the plan's progress, and the look that all charts share.

Every chart is drawn on its own `matplotlib.figure.Figure` inside the shared look, never through pyplot: what a
notebook or the kernel's inline backend sets cannot change it. Charts of percentages only: shares can share an axis.
"""

from collections.abc import Iterable

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dti.show import outputs
from dti.show.look import BLUE, LIGHT, ORANGE, look, new_figure
from dti.words.vietnamese import Lang, number


def base_to_target_chart(rows: pd.DataFrame, year: int, lang: Lang = "vi") -> outputs.Shown:
    """Return `from_base_to_target` as an output, for the shares of which both ends are known.

    Parameters
    ----------
    rows : as `dti.plan.rows.described` gives them
    """
    known = rows[(rows["unit"] == "percent") & rows["base_actual"].notna() & rows["year_target"].notna()]
    if known.empty:
        return outputs.text(
            {
                "vi": f"Không có tỷ lệ nào vừa có kết quả năm {year - 1} vừa có mục tiêu năm {year} để vẽ biểu đồ.",
                "en": f"There is no share with both a {year - 1} result and a {year} target to draw.",
            }[lang]
        )
    lines = [
        f"{name}: {number(base, lang)}% → {number(target, lang)}%"
        for name, base, target in zip(known["name"], known["base_actual"], known["year_target"], strict=True)
    ]
    caption = {
        "vi": f"Từ kết quả năm {year - 1} đến mục tiêu năm {year}, từng tỷ lệ",
        "en": f"From the {year - 1} result to the {year} target, share by share",
    }[lang]
    return outputs.chart(
        from_base_to_target(known, year, lang), caption, f"{caption}. " + "; ".join(lines) + ".", lang=lang
    )


def pillar_gap_chart(rows: pd.DataFrame, year: int, lang: Lang = "vi") -> outputs.Shown:
    """Return `gaps_by_pillar` as an output, for the shares with a known gap.

    Parameters
    ----------
    rows : as `dti.plan.rows.described` gives them
    """
    known = rows[(rows["unit"] == "percent") & rows["gap"].notna()]
    if known.empty:
        return outputs.text(
            {
                "vi": "Không có tỷ lệ nào đo được khoảng cách đến mục tiêu.",
                "en": "There is no share whose gap to its target can be measured.",
            }[lang]
        )
    largest = known["gap"].clip(lower=0).groupby(known["pillar_name"], sort=False).max()
    caption = {
        "vi": f"Khoảng cách đến mục tiêu năm {year} theo nội dung",
        "en": f"Gap to the {year} target by pillar",
    }[lang]
    words = {"vi": "lớn nhất {} điểm phần trăm", "en": "largest {} percentage points"}[lang]
    lines = [f"{pillar}: {words.format(number(gap, lang))}" for pillar, gap in largest.items()]
    return outputs.chart(gaps_by_pillar(known, lang), caption, f"{caption}. " + "; ".join(lines) + ".", lang=lang)


def from_base_to_target(rows: pd.DataFrame, year: int, lang: Lang = "vi") -> Figure:
    """Return a chart of where each share stood last year, where it stands, and what its target asks.

    Parameters
    ----------
    rows : percentages as `dti.plan.progress.progress` gives them, plus ``name``; one line each, the first on top
    year : report year
    """
    words = {
        "vi": (f"Kết quả {year - 1}", f"Kết quả {year}", f"Mục tiêu {year}"),
        "en": (f"Result {year - 1}", f"Result {year}", f"Target {year}"),
    }[lang]
    with look():
        figure, axes = new_figure(0.85 + 0.31 * len(rows))
        heights = range(len(rows) - 1, -1, -1)
        axes.hlines(heights, rows["base_actual"], rows["year_target"], color=LIGHT, linewidth=4, zorder=1)
        styles = [
            ("base_actual", "o", 90, BLUE, BLUE),
            ("year_actual", "s", 46, "#222222", "white"),
            ("year_target", "D", 26, "white", ORANGE),
        ]
        for layer, ((column, marker, size, face, edge), label) in enumerate(zip(styles, words, strict=True), start=2):
            if rows[column].notna().any():
                axes.scatter(
                    rows[column], heights, marker=marker, s=size, color=face, edgecolor=edge, linewidth=1.4,
                    label=label, zorder=layer,
                )  # fmt: skip
        for height, row in zip(heights, rows.itertuples(), strict=True):
            _label_ends(axes, height, row, lang)
        axes.set_yticks(list(heights), rows["name"])
        axes.set_xlim(0, 120)
        axes.set_xticks(range(0, 101, 20), [f"{tick}%" for tick in range(0, 101, 20)])
        axes.set_ylim(-0.7, len(rows) - 0.3)
        figure.legend(loc="outside upper left", ncols=3, handletextpad=0.2)
    return figure


def _label_ends(axes: Axes, height: int, row: object, lang: Lang) -> None:
    """Write a line's first and last figure beside its ends, once where they are the same."""
    ends = sorted({value for value in (row.base_actual, row.year_actual, row.year_target) if pd.notna(value)})
    if not ends:
        return
    axes.annotate(
        f"{number(ends[-1], lang)}%", (ends[-1], height), (8, 0), textcoords="offset points", va="center", fontsize=8
    )
    if len(ends) > 1:
        axes.annotate(
            f"{number(ends[0], lang)}%", (ends[0], height), (-8, 0), textcoords="offset points", va="center",
            ha="right", fontsize=8,
        )  # fmt: skip


def gaps_by_pillar(rows: pd.DataFrame, lang: Lang = "vi") -> Figure:
    """Return a chart of what is missing before the target, one dot per share, pillar by pillar.

    Shares already at their target are counted at zero.

    Parameters
    ----------
    rows : percentages with a known gap, as `dti.plan.progress.progress` gives them, plus ``pillar_name`` in the
        order wanted
    """
    words = {
        "vi": ("Khoảng cách đến mục tiêu (điểm phần trăm)", "còn khoảng cách", "đã ở mức mục tiêu (số chỉ tiêu)"),
        "en": ("Gap to target (percentage points)", "gap remains", "already at target (number of indicators)"),
    }[lang]
    open_gaps, closed = rows[rows["gap"] > 0], rows[rows["gap"] <= 0].groupby("pillar_name", sort=False).size()
    lanes = _lanes(open_gaps)
    pillars = list(dict.fromkeys(rows["pillar_name"]))
    depth = lanes.groupby(open_gaps["pillar_name"]).max().reindex(pillars, fill_value=0)
    top = -(depth + 1.6).cumsum().shift(fill_value=0.0)
    heights = open_gaps["pillar_name"].map(top).astype(float) - lanes  # text where no gap is open
    with look():
        figure, axes = new_figure(1.0 + 0.2 * (depth + 1.6).sum())
        axes.scatter(open_gaps["gap"], heights, marker="D", s=40, color=ORANGE, label=words[1], zorder=3)
        _write_beside(axes, open_gaps["gap"], heights, [number(gap, lang) for gap in open_gaps["gap"]])
        axes.scatter(
            [0] * len(closed), top[closed.index], marker="o", s=36, color="white", edgecolor=BLUE, linewidth=1.5,
            label=words[2], zorder=3,
        )  # fmt: skip
        _write_beside(axes, [0] * len(closed), top[closed.index], [f"× {count}" for count in closed])
        axes.set_yticks(top, pillars)
        axes.set_ylim(top.iloc[-1] - depth.iloc[-1] - 0.9, 0.9)
        axes.set_xlim(-1, max(10.0, rows["gap"].max()) * 1.1)
        axes.set_xlabel(words[0])
        figure.legend(loc="outside upper left", ncols=2, handletextpad=0.2)
    return figure


def _write_beside(axes: Axes, places: Iterable[float], heights: Iterable[float], labels: Iterable[str]) -> None:
    for place, height, label in zip(places, heights, labels, strict=True):
        axes.annotate(label, (place, height), (7, 0), textcoords="offset points", va="center", fontsize=8)


def _lanes(rows: pd.DataFrame) -> pd.Series:
    """Return for each row the lane (0, 1, 2 …) in which its dot and figure keep clear of others of its pillar."""
    room = 0.1 * max(10.0, rows["gap"].max())
    lanes = pd.Series(0, index=rows.index)
    for _, group in rows["gap"].groupby(rows["pillar_name"]):
        ends = [room]  # the first lane begins with what is written at zero
        for index, place in group.sort_values(kind="stable").items():
            lane = next((lane for lane, end in enumerate(ends) if place >= end), len(ends))
            ends[lane : lane + 1] = [place + room]
            lanes[index] = lane
    return lanes
