"""A map of one tile per province: where in the country each rank is, without any boundaries."""

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from dti.show import fonts, outputs
from dti.show.look import BLUE, GREY, INK, ORANGE, ink_on, look, new_figure
from dti.words.vietnamese import Lang
from dti.words.word_list import word

#: Row by row from north to south, the column of each province from west to east; who borders whom is kept as far as
#: a grid allows.
TILES = (
    {"ha-giang": 3, "cao-bang": 4},
    {"lai-chau": 1, "lao-cai": 2, "tuyen-quang": 3, "bac-kan": 4, "lang-son": 5},
    {"dien-bien": 0, "yen-bai": 2, "vinh-phuc": 3, "thai-nguyen": 4, "bac-giang": 5, "quang-ninh": 6},
    {"son-la": 1, "phu-tho": 2, "ha-noi": 3, "bac-ninh": 4, "hai-duong": 5, "hai-phong": 6},
    {"hoa-binh": 2, "ha-nam": 3, "hung-yen": 4, "thai-binh": 5},
    {"thanh-hoa": 2, "ninh-binh": 3, "nam-dinh": 4},
    {"nghe-an": 2, "ha-tinh": 3},
    {"quang-binh": 3, "quang-tri": 4},
    {"thua-thien-hue": 4, "da-nang": 5},
    {"quang-nam": 5},
    {"kon-tum": 4, "quang-ngai": 5},
    {"gia-lai": 4, "binh-dinh": 5},
    {"dak-lak": 4, "phu-yen": 5},
    {"tay-ninh": 2, "binh-phuoc": 3, "dak-nong": 4, "khanh-hoa": 5},
    {"long-an": 2, "binh-duong": 3, "lam-dong": 4, "ninh-thuan": 5},
    {"an-giang": 0, "dong-thap": 1, "tien-giang": 2, "tp-ho-chi-minh": 3, "dong-nai": 4, "binh-thuan": 5},
    {"kien-giang": 0, "can-tho": 1, "vinh-long": 2, "ben-tre": 3, "ba-ria-vung-tau": 4},
    {"hau-giang": 1, "tra-vinh": 2},
    {"ca-mau": 0, "bac-lieu": 1, "soc-trang": 2},
)
#: The four quarters of the ranking, the best first.
SHADES = (BLUE, "#7FA3C7", "#B9CDE0", "#EDF2F7")


def tile_map_chart(ranked: pd.DataFrame, province: str, lang: Lang = "vi") -> outputs.Shown:
    """Return the map of ranks as an output.

    Parameters
    ----------
    ranked : as `dti.ranking` gives it: ``name``, ``region``, ``rank``; index: province ids
    province : whose tile stands out
    """
    median = ranked.groupby("region")["rank"].median().sort_values()
    own = ranked.loc[province]
    behind = int((ranked[ranked["region"] == own["region"]]["rank"] > own["rank"]).sum())
    caption = word(
        "ranking_charts.tiles", lang, name=own["name"], rank=int(own["rank"]), region=own["region"], count=behind
    )
    said = "; ".join(f"{region}: {rank:.0f}" for region, rank in median.items())
    medians = median.map("{:.0f}".format).reset_index()
    return outputs.chart(
        tile_map(ranked, province, lang),
        caption,
        f"{caption}. {word('ranking_charts.tiles_medians', lang)}: {said}.",
        subtitle=word("ranking_charts.tiles_of", lang, year=ranked.attrs.get("year", "")),
        small=medians.set_axis([word("column.region", lang), word("ranking_charts.tiles_medians", lang)], axis=1),
        lang=lang,
    )


def tile_map(ranked: pd.DataFrame, province: str, lang: Lang = "vi") -> Figure:
    """Return the map: shade says the quarter of the ranking, a thick line parts the regions."""
    places = {unit: (row, column) for row, line in enumerate(TILES) for unit, column in line.items()}
    quarter = ((ranked["rank"] - 1) * len(SHADES) // len(ranked)).clip(upper=len(SHADES) - 1).astype(int)
    with look():
        figure, axes = new_figure(0.6 + 0.37 * len(TILES))
        for shade, name in zip(SHADES, word("ranking_charts.quarters", lang).split(";"), strict=True):
            axes.add_patch(Rectangle((-9, -9), 0, 0, facecolor=shade, edgecolor=GREY, label=name))
        for unit, (row, column) in places.items():
            if unit in ranked.index:
                _tile(axes, row, column, ranked.loc[unit], SHADES[quarter[unit]], own=unit == province)
        _part_regions(axes, places, ranked["region"])
        axes.set_xlim(-0.5, 6.5)
        axes.set_ylim(len(TILES) - 0.45, -0.55)
        axes.set_axis_off()
        axes.legend()
    return figure


def _tile(axes: object, row: int, column: int, of: pd.Series, colour: str, *, own: bool) -> None:
    edge = {"edgecolor": ORANGE, "linewidth": 3, "zorder": 3} if own else {"edgecolor": "white", "linewidth": 1}
    axes.add_patch(Rectangle((column - 0.48, row - 0.46), 0.96, 0.92, facecolor=colour, **edge))
    text = fonts.wrapped(f"{of['name']} {of['rank']}", 6.4, bold=own)
    axes.text(
        column, row, text, ha="center", va="center", color=ink_on(colour), linespacing=1.0, zorder=4,
        fontweight="bold" if own else "normal",
    )  # fmt: skip


def _part_regions(axes: object, places: dict[str, tuple[int, int]], regions: pd.Series) -> None:
    """Draw a line between neighbouring tiles of different regions."""
    at = {place: regions.get(unit) for unit, place in places.items()}
    for (row, column), region in at.items():
        if (below := at.get((row + 1, column))) is not None and below != region:
            axes.plot([column - 0.5, column + 0.5], [row + 0.5] * 2, color=INK, linewidth=2.2, zorder=2)
        if (right := at.get((row, column + 1))) is not None and right != region:
            axes.plot([column + 0.5] * 2, [row - 0.5, row + 0.5], color=INK, linewidth=2.2, zorder=2)
