"""Charts of the ranking page, with the look that all charts share."""

from collections.abc import Iterable

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_hex
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from dti.composite.page import Page
from dti.composite.tables import NEIGHBOURS
from dti.show import fonts, outputs
from dti.show.look import BLUE, GREY, INK, LIGHT, ORANGE, ink_on, look, new_figure
from dti.show.sheet import Sheet
from dti.words.vietnamese import number
from dti.words.word_list import word

#: From below the median through white to above it; read in grey by the sign of the label's distance.
SHADES = LinearSegmentedColormap.from_list("shades", [ORANGE, "#FFFFFF", BLUE])


# -------------------------------------------------------------------------------------------------- slope


def slope_chart(page: Page) -> outputs.Shown:
    """Return the chart of ranks in both years, around the province, as an output."""
    change = page.change
    own = change.loc[page.province]
    near = _neighbourhood(page)
    ends = [(page.names[unit], int(change.at[unit, "base_rank"]), int(change.at[unit, "rank"])) for unit in near]
    places = int(own["places"])
    caption = word(
        f"ranking_charts.slope_{'up' if places > 0 else 'down' if places < 0 else 'same'}",
        page.lang, name=page.name, count=abs(places), base=int(own["base_rank"]), rank=int(own["rank"]),
    )  # fmt: skip
    heads = [word("column.name", page.lang), str(page.base_year), str(page.year)]
    return outputs.chart(
        slope(page),
        caption,
        f"{caption}. " + "; ".join(f"{name}: {base} → {rank}" for name, base, rank in ends) + ".",
        subtitle=word("ranking_charts.slope_of", page.lang, base_year=page.base_year, year=page.year),
        small=pd.DataFrame(ends, columns=heads),
        lang=page.lang,
    )


def _neighbourhood(page: Page) -> list[str]:
    """Return the provinces whose rank in either year is near the province's, best first."""
    change = page.change
    near = pd.Series(False, index=change.index)
    for column in ("base_rank", "rank"):
        near |= (change[column] - change.at[page.province, column]).abs() <= NEIGHBOURS
    return change.index[near].tolist()


def slope(page: Page) -> Figure:
    """Return a chart of the ranks around the province in both years; lines from further off come in from the edge."""
    ranks = page.change.loc[_neighbourhood(page), ["base_rank", "rank"]].astype(int)
    own = ranks.loc[page.province]
    top, bottom = max(1, own.min() - NEIGHBOURS), min(len(page.change), own.max() + NEIGHBOURS)
    with look():
        figure, axes = new_figure(0.6 + 0.23 * (bottom - top + 1))
        for unit, row in ranks.iterrows():
            is_own = unit == page.province
            style = {"color": ORANGE, "linewidth": 3.0, "marker": "s", "markersize": 6, "zorder": 3}
            other = {"color": GREY if unit in page.region else BLUE, "linewidth": 1.2, "marker": "o", "markersize": 3.5}
            dashes = {"linestyle": (0, (3, 2))} if unit in page.region and not is_own else {}
            axes.plot([0, 1], row, **(style if is_own else other | dashes))
        for column, place in (("base_rank", 0), ("rank", 1)):
            _label_ranks(axes, ranks[column][ranks[column].between(top, bottom)], page, place)
        axes.set_xlim(-0.02, 1.02)
        axes.set_ylim(bottom + 0.6, top - 0.6)
        axes.set_xticks([0, 1], [str(page.base_year), str(page.year)], fontsize=10, fontweight="bold")
        axes.xaxis.tick_top()
        axes.set_yticks([])
        axes.grid(visible=False)
        axes.spines["bottom"].set_visible(False)
        axes.tick_params(length=0)
    return figure


def _label_ranks(axes: Axes, ranks: pd.Series, page: Page, place: int) -> None:
    """Write rank and name beside the ends of the lines; provinces that share a rank share a label."""
    for rank, tied in ranks.groupby(ranks):
        own = page.province in tied.index
        name = ", ".join(page.names[unit] for unit in tied.index)
        axes.annotate(
            f"{name} · {rank}" if place == 0 else f"{rank} · {name}", (place, rank), (-7 if place == 0 else 7, 0),
            textcoords="offset points", ha="right" if place == 0 else "left", va="center",
            fontweight="bold" if own else "normal", color=INK if own else BLUE,
        )  # fmt: skip


# ---------------------------------------------------------------------------------------------- waterfall


def waterfall_chart(page: Page, split: Sheet) -> outputs.Shown:
    """Return the chart of what moved the rank as an output.

    Parameters
    ----------
    split : `dti.composite.tables.decomposition`
    """
    steps = split.rows["places"].drop(index=["own", "total"]).dropna()
    listed = "; ".join(
        f"{page.index_name(key)}: {number(step, page.lang, 2, sign=True)}" for key, step in steps.items()
    )
    return outputs.chart(
        waterfall(page, split),
        page.word("ranking_charts.waterfall", name=page.name, base_year=page.base_year, year=page.year),
        page.word("ranking_charts.waterfall_alt", listed=listed),
        lang=page.lang,
    )


def waterfall(page: Page, split: Sheet) -> Figure:
    """Return a waterfall of the rank: gains to the right, losses hollow to the left."""
    steps = split.rows["places"].drop(index=["own", "total"]).dropna()
    change = page.change.loc[page.province]
    ends = [(page.base_year, int(change["base_rank"])), (page.year, int(change["rank"]))]
    reached = ends[0][1] - np.concatenate([[0], steps.cumsum()])
    rank_word = page.word("ranking_charts.rank")
    labels = [f"{rank_word} {ends[0][0]}", *(page.index_name(key) for key in steps.index), f"{rank_word} {ends[1][0]}"]
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
                edgecolor=BLUE if gain else ORANGE, linewidth=1.4, zorder=2,
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
        axes.set_xlabel(page.word("ranking_charts.rank_axis"))
    return figure


def _whole_ranks(axes: Axes, last: int) -> None:
    """Leave only those marks on the axis that are ranks."""
    axes.set_xticks([tick for tick in axes.get_xticks() if 1 <= tick <= last and tick == int(tick)])


# ----------------------------------------------------------------------------------------------- heat map


def heat_map_chart(page: Page) -> outputs.Shown:
    """Return the heat map of indices of the province and its neighbours as an output."""
    values = page.compared.values
    apart = values.loc[page.province] - values.median()
    worst, best = page.index_name(apart.idxmin()), page.index_name(apart.idxmax())
    caption = word("ranking_charts.heat", page.lang, name=page.name, worst=worst, best=best)
    own = "; ".join(
        f"{page.index_name(key)} {number(value, page.lang, 2)} ({number(apart[key], page.lang, 2, sign=True)})"
        for key, value in values.loc[page.province].items()
    )
    small = pd.DataFrame(
        {
            word("ranking_charts.index", page.lang): [page.index_name(key) for key in values],
            page.name: [number(value, page.lang, 2) for value in values.loc[page.province]],
            word("ranking_charts.median", page.lang): [number(value, page.lang, 2) for value in values.median()],
        }
    )
    return outputs.chart(
        heat_map(page),
        caption,
        f"{caption}. {own}.",
        subtitle=word("ranking_charts.heat_of", page.lang, year=page.year, count=len(values)),
        small=small,
        lang=page.lang,
    )


def heat_map(page: Page) -> Figure:
    """Return the distance of each index from the median of all as shades, the values written in, in order of rank."""
    place = page.change.index.get_loc(page.province)
    units = page.change.index[max(0, place - NEIGHBOURS) : place + NEIGHBOURS + 1]
    values = page.compared.values.loc[units]
    apart = (values - page.compared.values.median()).to_numpy()
    reach = max(np.nanmax(np.abs(apart)), 0.01)
    colours = SHADES((apart / reach + 1) / 2)
    with look():
        figure, axes = new_figure(1.1 + 0.3 * len(units))
        for (row, column), value in np.ndenumerate(values.to_numpy()):
            colour = to_hex(colours[row, column]) if np.isfinite(value) else "#FFFFFF"
            axes.add_patch(Rectangle((column - 0.5, row - 0.5), 1, 1, facecolor=colour, edgecolor="white"))
            axes.text(column, row, number(value, page.lang, 2), ha="center", va="center", color=ink_on(colour))
        own = units.get_loc(page.province)
        axes.add_patch(_frame(own, values.shape[1]))
        axes.set_xlim(-0.5, values.shape[1] - 0.5)
        axes.set_ylim(len(units) - 0.5, -0.5)
        labels = [f"{page.names[unit]} · {page.change.at[unit, 'rank']}" for unit in units]
        axes.set_yticks(range(len(units)), labels)
        axes.get_yticklabels()[own].set_fontweight("bold")
        axes.set_xticks(range(values.shape[1]), [fonts.wrapped(page.index_name(key), 8) for key in values])
        axes.xaxis.tick_top()
        axes.tick_params(length=0)
        axes.grid(visible=False)
        for spine in axes.spines.values():
            spine.set_visible(False)
    return figure


def _frame(row: int, columns: int) -> Rectangle:
    return Rectangle((-0.5, row - 0.5), columns, 1, fill=False, edgecolor=ORANGE, linewidth=2.5, clip_on=False)


# --------------------------------------------------------------------------------------- intervals, peers


def interval_chart(page: Page, firm: Sheet) -> outputs.Shown:
    """Return the chart of rank intervals as an output.

    Parameters
    ----------
    firm : `dti.composite.tables.intervals`
    """
    listed = "; ".join(
        f"{row.name}: {row.low}–{row.high}" for row in firm.rows.dropna(subset=["low"]).itertuples(index=False)
    )
    return outputs.chart(
        rank_intervals(page, firm),
        page.word("ranking_charts.intervals"),
        page.word("ranking_charts.intervals_alt", listed=listed),
        lang=page.lang,
    )


def rank_intervals(page: Page, firm: Sheet) -> Figure:
    """Return a line per province from its best to its lowest rank, with median and published rank."""
    rows = firm.rows.dropna(subset=["low"])
    heights = np.arange(len(rows))[::-1]
    own = rows.index == page.province
    with look():
        figure, axes = new_figure(0.9 + 0.3 * len(rows))
        for height, (unit, row) in zip(heights, rows.iterrows(), strict=True):
            is_own = unit == page.province
            axes.hlines(height, row["low"], row["high"], color=ORANGE if is_own else BLUE, linewidth=5 if is_own else 3)
            axes.annotate(
                f"{row['low']}–{row['high']}" if row["low"] != row["high"] else str(row["low"]), (row["low"], height),
                (7, 0), textcoords="offset points", va="center", fontweight="bold" if is_own else "normal",
            )  # fmt: skip
        axes.scatter(rows["median"], heights, marker="|", s=140, color=INK, zorder=3, linewidth=1.6)
        axes.scatter(rows["rank"].astype(int), heights, marker="s", s=26, color="white", edgecolor=INK, zorder=4)
        _name_rows(axes, heights, rows["name"], own)
        axes.set_xlim(rows["high"].max() + 1, max(-2.0, rows["low"].min() - 5))
        _whole_ranks(axes, len(page.change))
        axes.set_xlabel(page.word("ranking_charts.rank_axis"))
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
        page.word("ranking_charts.peers", name=page.name, year=page.year),
        page.word("ranking_charts.peers_alt", listed=listed),
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
            rank = page.word("ranking_charts.ranked")
            axes.annotate(
                f"{number(row['score'], page.lang, 4)} ({rank} {row['rank']})", (row["score"], height), (8, 0),
                textcoords="offset points", va="center",
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
