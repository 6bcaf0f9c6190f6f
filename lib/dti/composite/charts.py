"""Charts of the ranking page, with the look that all charts share."""

from collections.abc import Iterable

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from dti.composite.page import Page
from dti.composite.tables import NEIGHBOURS
from dti.show import fonts, outputs
from dti.show.look import BLUE, GREY, LIGHT, ORANGE, look, new_figure
from dti.show.sheet import Sheet
from dti.words.vietnamese import number

INK = "#222222"
#: Above this value a shade is dark enough for white figures.
DARK = 0.66
#: From white to the palette's blue: a single hue, so that it reads in grey as well.
SHADES = LinearSegmentedColormap.from_list("shades", ["#FFFFFF", BLUE])


# -------------------------------------------------------------------------------------------------- slope


def slope_chart(page: Page) -> outputs.Shown:
    """Return the chart of ranks in both years as an output."""
    words = page.words("{name}: hạng {base} → {rank}", "{name}: rank {base} → {rank}")
    return outputs.chart(
        slope(page),
        page.words(
            f"Thứ hạng DTI {page.base_year} và {page.year}. Đậm: {page.name}; xanh: liền kề; nét đứt: cùng vùng",
            f"DTI ranks {page.base_year} and {page.year}. Bold: {page.name}; blue: neighbours; dashed: same region",
        ),
        page.words(
            f"Biểu đồ đường nối thứ hạng hai năm của {len(page.change)} tỉnh, thành phố. {_listed(page, words)}.",
            f"Lines between the ranks of {len(page.change)} provinces in both years. {_listed(page, words)}.",
        ),
        lang=page.lang,
    )


def _listed(page: Page, words: str) -> str:
    """Return the province and its neighbours with their ranks in both years."""
    near = page.change[abs(page.change["rank"] - page.change.at[page.province, "rank"]) <= NEIGHBOURS]
    return "; ".join(
        words.format(name=page.names[unit], base=row["base_rank"], rank=row["rank"]) for unit, row in near.iterrows()
    )


def slope(page: Page) -> Figure:
    """Return a chart of all ranks in both years: the province, its neighbours and its region stand out."""
    change = page.change
    near = change.index[abs(change["rank"] - change.at[page.province, "rank"]) <= NEIGHBOURS]
    looks = {"others": [], "region": [], "near": [], "own": []}
    for unit in change.index:
        kind = (
            "own"
            if unit == page.province
            else "near"
            if unit in near
            else "region"
            if unit in page.region
            else "others"
        )
        looks[kind].append(unit)
    styles = {
        "others": {"color": LIGHT, "linewidth": 0.7},
        "region": {"color": GREY, "linewidth": 1.0, "linestyle": (0, (3, 2)), "marker": "o", "markersize": 2.5},
        "near": {"color": BLUE, "linewidth": 1.3, "marker": "o", "markersize": 3.5},
        "own": {"color": ORANGE, "linewidth": 3.0, "marker": "s", "markersize": 6},
    }
    with look():
        figure, axes = new_figure(8.2)
        for layer, (kind, units) in enumerate(looks.items()):
            for unit in units:
                axes.plot([0, 1], change.loc[unit, ["base_rank", "rank"]].astype(int), zorder=layer + 1, **styles[kind])
        shown = {unit: kind for kind in ("region", "near", "own") for unit in looks[kind]}
        for column, place in (("base_rank", 0), ("rank", 1)):
            _label_ranks(axes, change.loc[list(shown), column].astype(int), shown, page.names, place)
        axes.set_xlim(-0.75, 1.75)
        axes.set_ylim(len(change) + 1, 0)
        axes.set_xticks([0, 1], [str(page.base_year), str(page.year)], fontsize=10, fontweight="bold")
        axes.xaxis.tick_top()
        axes.set_yticks([])
        axes.grid(visible=False)
        axes.spines["bottom"].set_visible(False)
        axes.tick_params(length=0)
    return figure


def _label_ranks(axes: Axes, ranks: pd.Series, kinds: dict[str, str], names: pd.Series, place: int) -> None:
    """Write rank and name beside the ends of the lines; provinces that share a rank share a label."""
    for rank, tied in ranks.groupby(ranks):
        own = any(kinds[unit] == "own" for unit in tied.index)
        near = any(kinds[unit] == "near" for unit in tied.index)
        name = ", ".join(names[unit] for unit in tied.index)
        axes.annotate(
            f"{name}  {rank}" if place == 0 else f"{rank}  {name}",
            (place, rank),
            (-7 if place == 0 else 7, 0),
            textcoords="offset points",
            ha="right" if place == 0 else "left",
            va="center",
            fontsize=8 if own else 6.8,
            fontweight="bold" if own else "normal",
            color=INK if own else BLUE if near else GREY,
        )


# ---------------------------------------------------------------------------------------------- waterfall


def waterfall_chart(page: Page, split: Sheet) -> outputs.Shown:
    """Return the chart of what moved the rank as an output.

    Parameters
    ----------
    split : `dti.composite.tables.decomposition`
    """
    steps = split.rows["places"].drop(index=["own", "total"])
    listed = "; ".join(
        f"{page.index_name(key)}: {number(step, page.lang, 2, sign=True)}" for key, step in steps.items()
    )
    return outputs.chart(
        waterfall(page, split),
        page.words(
            f"{page.name}: số bậc do từng chỉ số và do các tỉnh khác, từ {page.base_year} đến {page.year}",
            f"{page.name}: places by each index and by the others, from {page.base_year} to {page.year}",
        ),
        page.words(
            f"Biểu đồ thác nước, số bậc. {listed}.",
            f"Waterfall, in places. {listed}.",
        ),
        lang=page.lang,
    )


def waterfall(page: Page, split: Sheet) -> Figure:
    """Return a waterfall of the rank: gains to the right, losses hatched to the left."""
    steps = split.rows["places"].drop(index=["own", "total"])
    change = page.change.loc[page.province]
    ends = [(page.base_year, int(change["base_rank"])), (page.year, int(change["rank"]))]
    reached = ends[0][1] - np.concatenate([[0], steps.cumsum()])
    words = page.words("Hạng", "Rank")
    labels = [f"{words} {ends[0][0]}", *(page.index_name(key) for key in steps.index), f"{words} {ends[1][0]}"]
    heights = np.arange(len(labels))[::-1]
    with look():
        figure, axes = new_figure(0.9 + 0.42 * len(labels))
        for height, (_, rank) in zip((heights[0], heights[-1]), ends, strict=True):
            axes.plot([rank], [height], "s", color=INK, markersize=7, zorder=3)
            axes.annotate(str(rank), (rank, height), (8, 0), textcoords="offset points", va="center", fontweight="bold")
        for height, start, end, places in zip(heights[1:-1], reached[:-1], reached[1:], steps, strict=True):
            gain = places >= 0
            axes.barh(
                height, end - start, left=start, height=0.55, color=BLUE if gain else "white",
                edgecolor=BLUE if gain else ORANGE, hatch=None if gain else "////", linewidth=1.2, zorder=2,
            )  # fmt: skip
            axes.annotate(
                number(places, page.lang, 2, sign=True), (min(start, end), height), (7, 0),
                textcoords="offset points", va="center",
            )  # fmt: skip
        for upper, rank in enumerate(reached):
            axes.plot([rank, rank], [heights[upper], heights[upper + 1]], color=GREY, linewidth=0.7, zorder=1)
        axes.set_yticks(heights, list(labels))
        low, high = min(reached.min(), *(rank for _, rank in ends)), max(reached.max(), *(rank for _, rank in ends))
        room = max(1.5, 0.16 * (high - low))
        axes.set_xlim(high + 0.3 * room, low - room)
        _whole_ranks(axes, len(page.change))
        axes.set_xlabel(page.words("Thứ hạng (bên phải tốt hơn)", "Rank (better to the right)"))
    return figure


def _whole_ranks(axes: Axes, last: int) -> None:
    """Leave only those marks on the axis that are ranks."""
    axes.set_xticks([tick for tick in axes.get_xticks() if 1 <= tick <= last and tick == int(tick)])


# ----------------------------------------------------------------------------------------------- heat map


def heat_map_chart(page: Page) -> outputs.Shown:
    """Return the heat map of indices of the province and its neighbours as an output."""
    own = "; ".join(
        f"{page.index_name(key)} {number(value, page.lang, 2)}"
        for key, value in page.compared.values.loc[page.province].items()
    )
    return outputs.chart(
        heat_map(page),
        page.words(
            f"Giá trị từng chỉ số của {page.name} và các tỉnh, thành phố liền kề, năm {page.year} (đậm hơn là cao hơn)",
            f"Values of each index, {page.name} and its neighbours in rank, {page.year} (darker is higher)",
        ),
        page.words(
            f"Bảng màu: mỗi hàng một tỉnh theo thứ hạng, mỗi cột một chỉ số. {page.name}: {own}.",
            f"Grid of shades: a row per province in order of rank, a column per index. {page.name}: {own}.",
        ),
        lang=page.lang,
    )


def heat_map(page: Page) -> Figure:
    """Return values of the indices as shades with the figures written in, rows in order of rank."""
    place = page.change.index.get_loc(page.province)
    units = page.change.index[max(0, place - NEIGHBOURS) : place + NEIGHBOURS + 1]
    values = page.compared.values.loc[units]
    with look():
        figure, axes = new_figure(1.5 + 0.3 * len(units))
        axes.imshow(values, cmap=SHADES, vmin=0, vmax=1, aspect="auto")
        for (row, column), value in np.ndenumerate(values.to_numpy()):
            axes.text(
                column, row, number(value, page.lang, 2), ha="center", va="center", fontsize=8,
                color="white" if value > DARK else INK,
            )  # fmt: skip
        own = units.get_loc(page.province)
        axes.add_patch(_frame(own, values.shape[1]))
        labels = [f"{page.names[unit]}  {page.change.at[unit, 'rank']}" for unit in units]
        axes.set_yticks(range(len(units)), labels)
        axes.get_yticklabels()[own].set_fontweight("bold")
        axes.set_xticks(range(values.shape[1]), [fonts.wrapped(page.index_name(key), 8) for key in values], fontsize=8)
        axes.xaxis.tick_top()
        axes.tick_params(length=0)
        axes.grid(visible=False)
        for spine in axes.spines.values():
            spine.set_visible(False)
    return figure


def _frame(row: int, columns: int) -> object:
    from matplotlib.patches import Rectangle

    return Rectangle((-0.5, row - 0.5), columns, 1, fill=False, edgecolor=ORANGE, linewidth=2.5, clip_on=False)


# --------------------------------------------------------------------------------------- intervals, peers


def interval_chart(page: Page, firm: Sheet) -> outputs.Shown:
    """Return the chart of rank intervals as an output.

    Parameters
    ----------
    firm : `dti.composite.tables.intervals`
    """
    listed = "; ".join(f"{row.name}: {row.low}–{row.high}" for row in firm.rows.itertuples(index=False))
    return outputs.chart(
        rank_intervals(page, firm),
        page.words(
            "Khoảng thứ hạng khi thay đổi cách tính; dấu vuông: hạng công bố, vạch đứng: hạng trung vị",
            "Intervals of ranks under other ways of computing; square: published rank, bar: median rank",
        ),
        page.words(
            f"Biểu đồ khoảng thứ hạng. {listed}.",
            f"Intervals of ranks. {listed}.",
        ),
        lang=page.lang,
    )


def rank_intervals(page: Page, firm: Sheet) -> Figure:
    """Return a line per province from its best to its lowest rank, with median and published rank."""
    rows = firm.rows
    heights = np.arange(len(rows))[::-1]
    own = rows.index == page.province
    with look():
        figure, axes = new_figure(0.9 + 0.3 * len(rows))
        for height, (unit, row) in zip(heights, rows.iterrows(), strict=True):
            is_own = unit == page.province
            axes.hlines(height, row["low"], row["high"], color=ORANGE if is_own else BLUE, linewidth=5 if is_own else 3)
            axes.annotate(
                f"{row['low']}–{row['high']}" if row["low"] != row["high"] else str(row["low"]), (row["low"], height),
                (7, 0), textcoords="offset points", va="center", fontsize=8, fontweight="bold" if is_own else "normal",
            )  # fmt: skip
        axes.scatter(rows["median"], heights, marker="|", s=140, color=INK, zorder=3, linewidth=1.6)
        axes.scatter(rows["rank"].astype(int), heights, marker="s", s=26, color="white", edgecolor=INK, zorder=4)
        _name_rows(axes, heights, rows["name"], own)
        axes.set_xlim(rows["high"].max() + 1, max(-2.0, rows["low"].min() - 5))
        _whole_ranks(axes, len(page.change))
        axes.set_xlabel(page.words("Thứ hạng (bên phải tốt hơn)", "Rank (better to the right)"))
    return figure


def peer_chart(page: Page, near: Sheet, guess: Sheet) -> outputs.Shown:
    """Return the chart of the province among its peers as an output.

    Parameters
    ----------
    near, guess : `dti.composite.tables.peers` and `dti.composite.tables.expected`
    """
    listed = "; ".join(
        f"{name}: {number(score, page.lang, 4)}"
        for name, score in zip(near.rows["name"], near.rows["score"], strict=True)
    )
    return outputs.chart(
        among_peers(page, near, guess),
        page.words(
            f"DTI {page.year} của {page.name} và các tỉnh có điều kiện gần nhất; dải: khoảng mà điều kiện gợi ý",
            f"DTI {page.year} of {page.name} and its nearest peers; band: what its circumstances suggest",
        ),
        page.words(
            f"Biểu đồ điểm. {listed}.",
            f"Dots. {listed}.",
        ),
        lang=page.lang,
    )


def among_peers(page: Page, near: Sheet, guess: Sheet) -> Figure:
    """Return a dot per province, best first, over the band that the province's circumstances suggest."""
    rows = near.rows.sort_values("score", ascending=False)
    heights = np.arange(len(rows))[::-1]
    own = rows.index == page.province
    suggested = guess.rows.loc[page.province]
    with look():
        figure, axes = new_figure(1.1 + 0.32 * len(rows))
        axes.axvspan(suggested["low"], suggested["high"], color=LIGHT, alpha=0.6, zorder=0)
        axes.axvline(suggested["expected"], color=GREY, linestyle="--", linewidth=1.2, zorder=1)
        axes.scatter(rows["score"][~own], heights[~own], marker="o", s=44, color=BLUE, zorder=3)
        axes.scatter(rows["score"][own], heights[own], marker="s", s=60, color=ORANGE, zorder=3)
        for height, (unit, row) in zip(heights, rows.iterrows(), strict=True):
            rank = page.words("hạng", "rank")
            axes.annotate(
                f"{number(row['score'], page.lang, 4)} ({rank} {row['rank']})", (row["score"], height), (8, 0),
                textcoords="offset points", va="center", fontsize=8,
                fontweight="bold" if unit == page.province else "normal",
                bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.75, "pad": 1},
            )  # fmt: skip
        _name_rows(axes, heights, rows["name"], own)
        places = [*rows["score"], suggested["low"], suggested["high"]]
        axes.set_xlim(min(places) - 0.02, max(places) + 0.09)
        ticks = [tick for tick in axes.get_xticks() if tick <= 1]
        axes.set_xticks(ticks, [number(tick, page.lang, 2) for tick in ticks])
        axes.set_xlabel("DTI")
        axes.set_ylim(-0.7, len(rows) - 0.3)
    return figure


def _name_rows(axes: Axes, heights: Iterable[float], names: Iterable[str], own: np.ndarray) -> None:
    axes.set_yticks(list(heights), list(names))
    for label, is_own in zip(axes.get_yticklabels(), own, strict=True):
        label.set_fontweight("bold" if is_own else "normal")
