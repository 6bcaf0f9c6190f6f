"""The tables of the ranking page: each row has an anchor, so that sentences can quote and link its figures.

A `Sheet` knows how its columns are written; a sentence quotes a cell through `Sheet.cite`, so a figure reads the
same in both.
"""

import pandas as pd

from dti.composite import changes
from dti.composite import gaps as gaps_of
from dti.composite import importance as importance_of
from dti.composite.aggregation import POINTS, ROUNDING
from dti.composite.gaps import reference_groups
from dti.composite.page import Page, decision_number
from dti.composite.peers import expected_scores, service_beside
from dti.composite.ranks import ranks
from dti.composite.robustness import Choices
from dti.composite.scores import TOTAL
from dti.composite.strengths import strengths_and_weaknesses
from dti.show.sheet import Sheet
from dti.words.labels import BASES
from dti.words.vietnamese import UNKNOWN, number, sort_key

NEIGHBOURS = 5
#: The index of the DTI that the public-service index comes nearest to.
ACTIVITY = "HDCQS"


# ------------------------------------------------------------------------------------------------ changes


def movements(page: Page, around: int = NEIGHBOURS) -> Sheet:
    """Return rank and score of both years: the province and its neighbours in rank.

    Examples
    --------
    >>> from dti.composite.page import page
    >>> movements(page("lai-chau", 2022, 2023)).cite("lai-chau", "change")
    '[+0,1153](#r-lai-chau)'
    """
    place = page.change.index.get_loc(page.province)
    rows = page.change.iloc[max(0, place - around) : place + around + 1]
    rows = rows.assign(name=page.names[rows.index])
    fields = [
        ("name", "Tỉnh, thành phố", "Province"),
        ("base_rank", f"Hạng {page.base_year}", f"Rank {page.base_year}", "count"),
        ("rank", f"Hạng {page.year}", f"Rank {page.year}", "count"),
        ("places", "Số bậc tăng (+), giảm (−)", "Places gained (+), lost (−)", "places"),
        ("base_score", f"DTI {page.base_year}", f"DTI {page.base_year}", "score"),
        ("score", f"DTI {page.year}", f"DTI {page.year}", "score"),
        ("change", "Thay đổi DTI", "Change of DTI", "change"),
    ]
    if page.base_year is None:
        fields = [field for field in fields if field[0] in ("name", "rank", "score")]
    caption = (
        f"Thứ hạng và DTI của {page.name} và các tỉnh, thành phố liền kề",
        f"Rank and DTI of {page.name} and its neighbours in rank",
    )
    return page.sheet(rows, fields, caption, "r")


def crossings(page: Page) -> Sheet:
    """Return who passed the province and whom it passed; the difference is its change of rank."""
    if page.base_year is None:
        return page.sheet(pd.DataFrame(), [], ("Ai vượt ai", "Who passed whom"), "c")
    found = changes.crossings(page.compared, page.province)

    def listed(passed: int) -> str:
        names = page.names[found.index[found["passed"] == passed]]
        return ", ".join(sorted(names, key=sort_key)) or UNKNOWN

    rows = pd.DataFrame(
        {
            "name": [
                page.words(f"Vượt lên trên {page.name}", f"Passed {page.name}"),
                page.words(f"Bị {page.name} vượt qua", f"Were passed by {page.name}"),
                page.words("Số bậc thay đổi", "Places gained (+), lost (−)"),
            ],
            "number": [(found["passed"] == -1).sum(), (found["passed"] == 1).sum(), found["passed"].sum()],
            "who": [listed(-1), listed(1), UNKNOWN],
        },
        index=["passed-by", "passed", "net"],
    )
    fields = [
        ("name", "Biến động", "Movement"),
        ("number", "Số lượng", "Number", "count"),
        ("who", "Tỉnh, thành phố", "Provinces"),
    ]
    caption = (
        f"Ai vượt ai, {page.base_year} – {page.year}",
        f"Who passed whom, {page.base_year} to {page.year}",
    )
    return page.sheet(rows, fields, caption, "c")


def decomposition(page: Page) -> Sheet:
    """Return what each index did to the score and to the rank of the province, with sums.

    An index that the province lacks in either year is blank; all such stand together in a row of their own.
    """
    caption = (
        "Thay đổi điểm và thứ hạng theo từng chỉ số (1 điểm = 0,001 DTI; tổng tính trên số chưa làm tròn)",
        "Change of points and rank, index by index (1 point = 0.001 of the DTI; sums are of unrounded figures)",
    )
    if page.base_year is None:
        return page.sheet(pd.DataFrame(), [], caption, "d")
    scores = changes.score_changes(page.compared, page.province)
    places = changes.rank_changes(page.compared, page.province)
    rows = scores.assign(weight=page.shares * POINTS, places=places)
    own = rows.sum(min_count=1)
    others = pd.Series({"places": places[changes.OTHERS]})
    total = own.add(others, fill_value=0)
    sums = pd.DataFrame({"own": own, changes.OTHERS: others, "total": total}).T
    rows = pd.concat([rows, sums[rows.columns]])
    rows = rows.assign(name=[page.index_name(index_id) for index_id in rows.index])
    fields = [
        ("name", "Chỉ số", "Index"),
        ("weight", "Điểm tối đa", "Maximum points", "count"),
        ("base_points", f"Điểm {page.base_year}", f"Points {page.base_year}", "points"),
        ("points", f"Điểm {page.year}", f"Points {page.year}", "points"),
        ("change", "Thay đổi điểm", "Change in points", "points more"),
        ("places", "Đóng góp vào thứ hạng (bậc)", "Share in the change of rank (places)", "part of places"),
    ]
    return page.sheet(rows, fields, caption, "d")


def means(page: Page) -> Sheet:
    """Return the mean of all provinces, as computed and as published."""
    national = page.tables["dti_national"].set_index("year")
    national = national[(national["series"] == "trung-binh-tinh") & (national["index_id"] == TOTAL)]
    computed = {page.base_year: page.compared.base_total.mean()} if page.base_year is not None else {}
    computed[page.year] = page.compared.total.mean()
    rows = pd.DataFrame(
        {
            "name": [f"{page.words('Năm', 'Year')} {year}" for year in computed],
            "number": len(page.compared.total),
            "computed": computed.values(),
            "published": [national["value"].get(year, float("nan")) for year in computed],
        },
        index=list(computed),
    )
    rows["difference"] = (rows["computed"].round(4) - rows["published"]).round(4)
    change = pd.DataFrame(
        {"name": page.words("Thay đổi", "Change"), "computed": rows["computed"].iloc[-1] - rows["computed"].iloc[0]},
        index=["change"],
    )
    fields = [
        ("name", "Trung bình", "Mean"),
        ("number", "Số tỉnh, thành phố", "Provinces", "count"),
        ("computed", "Tính từ các giá trị", "Computed from the values", "score"),
        ("published", "Nguồn công bố", "As published", "score"),
        ("difference", "Chênh lệch", "Difference", "change"),
    ]
    caption = ("DTI trung bình của các tỉnh, thành phố", "Mean DTI of the provinces")
    every = [rows] if page.base_year is None else [rows, change]
    return page.sheet(pd.concat(every), fields, caption, "n")


# ------------------------------------------------------------------------------------------- where to gain


def next_places(page: Page, most: int = 10) -> Sheet:
    """Return the provinces ranked just above and the points that draw level with each."""
    rows = gaps_of.next_places(page.compared.total, page.province, most)
    rows = rows.assign(name=page.names[rows.index], places=page.change.at[page.province, "rank"] - rows["rank"])
    fields = [
        ("name", "Tỉnh, thành phố", "Province"),
        ("rank", "Hạng", "Rank", "count"),
        ("score", "DTI", "DTI", "score"),
        ("points", "Điểm cần thêm để ngang bằng", "Points needed to draw level", "points"),
        ("places", "Số bậc tăng", "Places gained", "count"),
    ]
    caption = (
        f"Các bậc kế tiếp phía trên {page.name}, năm {page.year} (nếu các tỉnh khác giữ nguyên điểm)",
        f"The next places above {page.name} in {page.year} (if the others stand still)",
    )
    return page.sheet(rows, fields, caption, "p")


def standing(page: Page) -> Sheet:
    """Return strengths, weaknesses and headroom of the province, index by index."""
    rows = gaps_of.standing(page.compared.values, page.shares, page.compared.total, page.province)
    rows = rows.assign(name=[page.index_name(index_id) for index_id in rows.index])
    fields = [
        ("name", "Chỉ số", "Index"),
        ("value", "Giá trị", "Value", "score"),
        ("rank", "Hạng của chỉ số", "Rank in the index", "count"),
        ("median", "Trung vị", "Median", "score"),
        ("headroom", "Điểm còn có thể tăng", "Headroom in points", "points"),
        ("to_median", "Điểm đến trung vị", "Points to the median", "points"),
        ("places_median", "Bậc tăng nếu đạt trung vị", "Places gained at the median", "count"),
        ("places_10", "Bậc tăng nếu thêm 10 điểm", "Places gained by 10 points", "count"),
    ]
    caption = (
        f"Mạnh, yếu và dư địa của {page.name}, năm {page.year}",
        f"Strengths, weaknesses and headroom of {page.name} in {page.year}",
    )
    return page.sheet(rows, fields, caption, "s")


def components(page: Page) -> Sheet:
    """Return the province's value and rank in every component known below the indices of the page, weakest first."""
    values = page.components
    caption = (
        f"Các chỉ số thành phần của {page.name}, năm {page.year}, từ yếu nhất",
        f"Components of {page.name} in {page.year}, the weakest first",
    )
    if values.empty or not len(values.columns):
        return page.sheet(pd.DataFrame(), [], caption, "k")
    names = page.tables["dti_structure"].query("version == @page.compared.structure['version'].iloc[0]")
    rows = strengths_and_weaknesses(values, page.province).iloc[::-1]
    rows = rows.assign(
        name=names.set_index("index_id")[f"name_{page.lang}"].reindex(rows.index), median=values.median()[rows.index]
    )
    fields = [
        ("name", "Chỉ số thành phần", "Component"),
        ("value", "Giá trị", "Value", "score"),
        ("median", "Trung vị", "Median", "score"),
        ("rank", "Hạng", "Rank", "count"),
        ("number", "Số tỉnh có số liệu", "Provinces with a value", "count"),
        ("from_last", "Đứng trên (tỉnh)", "Stands above (provinces)", "count"),
    ]
    return page.sheet(rows, fields, caption, "k")


def gaps(page: Page) -> Sheet:
    """Return the points the province lacks on each yardstick, index by index, with the sum."""
    groups = reference_groups(
        page.compared.total, page.province, {"region": page.region, "peers": page.peers.index.tolist()}
    )
    rows = gaps_of.gaps(page.parts, page.province, groups, page.compared.total)
    rows = pd.concat([rows, rows.sum().to_frame("total").T])
    rows = rows.assign(name=[page.index_name(index_id) for index_id in rows.index])
    labels = {
        "next": ("Hạng liền trên", "Next rank"),
        "ahead": ("Các bậc liền trên (đến 10)", "Places just above (up to 10)"),
        "median": ("Trung vị", "Median"),
        "region": ("Cùng vùng", "Same region"),
        "peers": ("Tương đồng", "Peers"),
        "leader": ("Dẫn đầu", "Leader"),
    }
    fields = [("name", "Chỉ số", "Index")] + [
        (name, *label, "points more") for name, label in labels.items() if name in groups
    ]
    caption = (
        f"Số điểm {page.name} kém (+) hoặc hơn (−) các nhóm, năm {page.year}",
        f"Points by which {page.name} is behind (+) or ahead (−) of each group in {page.year}",
    )
    return page.sheet(rows, fields, caption, "g")


# ------------------------------------------------------------------------------------------ what matters


def importance(page: Page) -> Sheet:
    """Return what each index weighs on paper and in effect; no rows where nothing below the total is known."""
    if not page.apart:
        return page.sheet(
            pd.DataFrame(), [], ("Chỉ số nào quyết định thứ hạng", "Which index decides the ranking"), "w"
        )
    rows = importance_of.importance(page.parts.drop(columns=ROUNDING, errors="ignore"), page.shares)
    rows = rows.assign(name=[page.index_name(index_id) for index_id in rows.index])
    fields = [
        ("name", "Chỉ số", "Index"),
        ("weight", "Trọng số danh nghĩa", "Nominal weight", "share"),
        ("effective", "Trọng số thực tế", "Effective weight", "share"),
        ("correlation_ratio", "Tỷ số tương quan", "Correlation ratio", "share"),
        ("ratio_low", "Cận dưới (90%)", "Lower end (90%)", "share"),
        ("ratio_high", "Cận trên (90%)", "Upper end (90%)", "share"),
        ("variance_share", "Tỷ phần phương sai", "Variance share", "share"),
        ("spearman", "Tương quan hạng với DTI", "Rank correlation with the DTI", "ratio"),
        ("redundancy", "Trùng lặp với chỉ số khác (R²)", "Redundancy (R²)", "ratio"),
    ]
    number_known = len(page.parts.drop(columns=ROUNDING, errors="ignore").dropna())
    caption = (
        f"Chỉ số nào quyết định thứ hạng, {number_known} tỉnh, thành phố, năm {page.year}",
        f"Which index decides the ranking, {number_known} provinces, {page.year}",
    )
    return page.sheet(rows, fields, caption, "w")


def correlations(page: Page) -> Sheet:
    """Return the correlation of each index with each other; without rows where nothing below the total is known."""
    if not page.apart:
        return page.sheet(pd.DataFrame(), [], ("Tương quan giữa các chỉ số", "Correlation between the indices"), "q")
    found = page.parts.drop(columns=ROUNDING, errors="ignore").corr()
    rows = found.assign(name=[page.index_name(index_id) for index_id in found.index])
    fields = [("name", "Chỉ số", "Index")] + [
        (index_id, page.index_name(index_id), page.index_name(index_id), "ratio") for index_id in found
    ]
    caption = (
        f"Tương quan giữa các chỉ số (Pearson), năm {page.year}",
        f"Correlation between the indices (Pearson), {page.year}",
    )
    return page.sheet(rows, fields, caption, "q")


# ------------------------------------------------------------------------------------------------- peers


def peers(page: Page) -> Sheet:
    """Return the province and those nearest in circumstances."""
    ids = [page.province, *page.peers.index]
    context = page.tables["province_context"].set_index(["year", "province_id"]).loc[page.year].loc[ids]
    rows = pd.DataFrame(
        {
            "name": page.names[ids],
            "people": context["population_thousand"],
            "urban": page.circumstances.loc[ids, "urban_share"],
            "income": context["grdp_per_capita_million_vnd"],
            "score": page.compared.total[ids],
            "rank": page.change.loc[ids, "rank"],
        }
    )
    fields = [
        ("name", "Tỉnh, thành phố", "Province"),
        ("people", "Dân số (nghìn người)", "Population (thousand)", "amount"),
        ("urban", "Tỷ lệ dân thành thị", "Urban share", "share"),
        ("income", "GRDP bình quân đầu người (triệu đồng)", "GRDP per head (million VND)", "amount"),
        ("score", "DTI", "DTI", "score"),
        ("rank", "Hạng", "Rank", "count"),
    ]
    caption = (
        f"{page.name} và các tỉnh, thành phố có điều kiện gần nhất, năm {page.year}",
        f"{page.name} and the provinces nearest in circumstances, {page.year}",
    )
    return page.sheet(rows, fields, caption, "e")


def expected(page: Page, level: float = 0.9) -> Sheet:
    """Return the score that the circumstances of the province would suggest, and its interval."""
    found = expected_scores(page.compared.total, page.circumstances, level)
    rows = found.loc[[page.province]].assign(
        name=page.name, level=level, r2=found.attrs["r2"], number=len(found), places=ranks(found["difference"])
    )
    fields = [
        ("name", "Tỉnh, thành phố", "Province"),
        ("score", "DTI", "DTI", "score"),
        ("expected", "DTI gợi ý từ điều kiện", "DTI its circumstances suggest", "score"),
        ("low", "Cận dưới", "Lower end", "score"),
        ("high", "Cận trên", "Upper end", "score"),
        ("level", "Mức tin cậy", "Level", "level"),
        ("r2", "R² của hồi quy", "R² of the regression", "ratio"),
        ("number", "Số quan sát (n)", "Observations (n)", "count"),
    ]
    caption = (
        f"DTI so với mức mà dân số, đô thị hóa và GRDP gợi ý, năm {page.year}",
        f"DTI against what population, urban share and GRDP suggest, {page.year}",
    )
    return page.sheet(rows, fields, caption, "x")


# -------------------------------------------------------------------------------------------- robustness


def intervals(page: Page, found: pd.DataFrame, around: int = NEIGHBOURS) -> Sheet:
    """Return the interval of ranks of the province and its neighbours; without rows where nothing can be varied.

    A province that lacks an index has no interval: the others are ranked among themselves.

    Parameters
    ----------
    found : as `dti.composite.robustness.rank_intervals` gives them
    """
    caption = ("Khoảng thứ hạng khi thay đổi cách tính", "Interval of ranks under other ways of computing")
    if not page.apart:
        return page.sheet(pd.DataFrame(), [], caption, "b")
    ids = movements(page, around).rows.index
    rows = found.loc[ids].assign(name=page.names[ids], rank=page.change.loc[ids, "rank"])
    fields = [
        ("name", "Tỉnh, thành phố", "Province"),
        ("rank", "Hạng công bố", "Published rank", "count"),
        ("low", "Hạng tốt nhất", "Best rank", "count"),
        ("median", "Hạng trung vị", "Median rank", "count"),
        ("high", "Hạng thấp nhất", "Lowest rank", "count"),
    ]
    return page.sheet(rows, fields, caption, "b")


def draw_settings(page: Page, shares: pd.DataFrame, choices: Choices, level: float) -> Sheet:
    """Return how the intervals were drawn: number of draws, seed, level, what varied."""
    words = {
        "arithmetic": ("trung bình cộng", "arithmetic mean"),
        "geometric": ("trung bình nhân", "geometric mean"),
        "published": ("giá trị công bố", "published values"),
        "minmax": ("co giãn nhỏ nhất – lớn nhất", "min-max"),
        "rank": ("thứ hạng", "ranks"),
        "zscore": ("điểm chuẩn z", "z-scores"),
    }
    listed = [
        ", ".join(page.words(*words[name]) for name in names) for names in (choices.methods, choices.normalisations)
    ]
    rows = pd.DataFrame(
        {
            "name": [
                page.words("Số lần tính", "Draws"),
                page.words("Hạt giống ngẫu nhiên", "Random seed"),
                page.words("Tỷ lệ số lần tính nằm trong khoảng", "Share of draws in the interval"),
                page.words("Trọng số thay đổi tối đa", "Weights vary by up to"),
                page.words("Cách tổng hợp", "Aggregation"),
                page.words("Cách chuẩn hóa", "Normalisation"),
            ],
            "value": [
                number(shares.attrs["draws"], page.lang),
                str(shares.attrs["seed"]),
                f"{number(100 * level, page.lang)}%",
                f"±{number(100 * choices.spread, page.lang)}%",
                *listed,
            ],
        },
        index=["draws", "seed", "level", "spread", "methods", "normalisations"],
    )
    fields = [("name", "Thiết lập", "Setting"), ("value", "Giá trị", "Value")]
    return page.sheet(rows, fields, ("Các khoảng trên được tính thế nào", "How the intervals were drawn"), "z")


def drivers(page: Page, found: pd.DataFrame) -> Sheet:
    """Return what drives the uncertainty of the province's rank.

    Parameters
    ----------
    found : as `dti.composite.sensitivity.sobol_indices` gives them
    """
    rows = found.assign(name=[_driver_name(page, choice) for choice in found.index])
    rows.index = rows.index.str.replace(":", "-")
    fields = [
        ("name", "Lựa chọn", "Choice"),
        ("first", "Tác động riêng", "Alone", "ratio"),
        ("total", "Tác động toàn phần", "With interactions", "ratio"),
        ("total_half", "Sai số ±", "Error ±", "ratio"),
    ]
    caption = (
        f"Điều gì làm thứ hạng của {page.name} dao động (chỉ số Sobol)",
        f"What makes the rank of {page.name} vary (Sobol indices)",
    )
    return page.sheet(rows, fields, caption, "o")


def _driver_name(page: Page, choice: str) -> str:
    kind, _, index_id = choice.partition(":")
    if kind == "method":
        return page.words("Cách tổng hợp", "Aggregation")
    if kind == "normalisation":
        return page.words("Cách chuẩn hóa", "Normalisation")
    return page.words("Trọng số: ", "Weight: ") + page.index_name(index_id)


# -------------------------------------------------------------------------- service index, history, sources


def service(page: Page) -> Sheet:
    """Return the public-service index beside digital government activity, where both speak of the same place.

    Without rows where the structure has no index of digital government activity.
    """
    if ACTIVITY not in page.every:
        caption = ("Chỉ số phục vụ người dân (Quyết định 766/QĐ-TTg)", "Public-service index (Decision 766/QĐ-TTg)")
        return page.sheet(pd.DataFrame(), [], caption, "v")
    found = service_beside(page.tables["service_index"], page.every[ACTIVITY], page.tables["provinces"], page.year)
    rows = found[found["same_place"] | (found.index == page.province)]
    note = {True: ("giữ nguyên", "unchanged"), False: ("đã sáp nhập", "merged")}
    rows = rows.assign(boundaries=[page.words(*note[bool(same)]) for same in rows["same_place"]])
    fields = [
        ("name", "Đơn vị", "Unit"),
        ("boundaries", "Địa giới 2025", "Boundaries of 2025"),
        ("total", "Chỉ số 766 (điểm)", "Index 766 (points)", "ratio"),
        ("total_rank", "Hạng (34 đơn vị)", "Rank (34 units)", "count"),
        ("activity", page.index_name(ACTIVITY), page.index_name(ACTIVITY), "score"),
        ("activity_rank", "Hạng (63 tỉnh)", "Rank (63 provinces)", "count"),
    ]
    caption = (
        f"Chỉ số phục vụ người dân, doanh nghiệp (Quyết định 766/QĐ-TTg) và {page.index_name(ACTIVITY)}, {page.year}",
        f"Public-service index (Decision 766/QĐ-TTg) beside {page.index_name(ACTIVITY)}, {page.year}",
    )
    return page.sheet(rows, fields, caption, "v")


def service_agreement(page: Page, beside: Sheet) -> Sheet:
    """Return how far both orders agree among the units whose boundaries were kept."""
    caption = ("Hai chỉ số có cùng thứ tự không", "Do both indices give the same order")
    if beside.rows.empty:
        return page.sheet(pd.DataFrame(), [], caption, "t")
    same = beside.rows[beside.rows["same_place"]]
    rows = pd.DataFrame(
        {
            "name": page.words("Các đơn vị giữ nguyên địa giới", "Units with unchanged boundaries"),
            "number": len(same),
            "spearman": same["total"].corr(same["activity"], method="spearman"),
        },
        index=["same"],
    )
    fields = [
        ("name", "Nhóm", "Group"),
        ("number", "Số đơn vị", "Units", "count"),
        ("spearman", "Tương quan hạng (Spearman)", "Rank correlation (Spearman)", "ratio"),
    ]
    return page.sheet(rows, fields, caption, "t")


def history(page: Page) -> Sheet:
    """Return the province's DTI and rank in every year, each under its decision; gaps stay gaps."""
    scores = page.tables["dti_scores"]
    own = scores[(scores["province_id"] == page.province) & (scores["index_id"] == TOTAL)].set_index("year")
    years = sorted(scores["year"].unique())
    sources = page.tables["sources"].set_index("source_id")["publisher"]
    versions = scores.drop_duplicates("year").set_index("year")["version"]
    rows = pd.DataFrame(
        {
            "name": [str(year) for year in years],
            "decision": [decision_number(page, versions[year]) for year in years],
            "score": own["value"].reindex(years),
            "rank": own["rank"].reindex(years),
            "source": own["source_id"].map(sources).reindex(years).fillna(UNKNOWN),
        },
        index=years,
    )
    fields = [
        ("name", "Năm", "Year"),
        ("decision", "Quyết định", "Decision"),
        ("score", "DTI", "DTI", "score"),
        ("rank", "Hạng", "Rank", "count"),
        ("source", "Nguồn", "Source"),
    ]
    caption = (f"DTI của {page.name} qua các năm", f"DTI of {page.name} over the years")
    return page.sheet(rows, fields, caption, "h")


def sources(page: Page) -> Sheet:
    """Return the sources of all figures on the page."""
    tables = page.tables
    scores, national = tables["dti_scores"], tables["dti_national"]
    years = [year for year in (page.base_year, page.year) if year is not None]
    indices = [TOTAL, *page.compared.values.columns]
    used = [
        scores.loc[scores["year"].isin(years) & scores["index_id"].isin(indices), "source_id"],
        scores.loc[(scores["province_id"] == page.province) & (scores["index_id"] == TOTAL), "source_id"],
        page.compared.structure["source_id"],
        national.loc[national["year"].isin(years), "source_id"],
        tables["province_context"]["source_id"],
        tables["service_index"]["source_id"],
        tables["provinces"]["source_id"],
        tables["provinces"]["boundaries_source_id"],
    ]
    ids = pd.concat(used).unique()
    rows = tables["sources"].set_index("source_id").loc[ids]
    rows = rows.assign(basis=[BASES[basis][page.lang] for basis in rows["basis"]])
    fields = [
        ("publisher", "Cơ quan công bố hoặc người chép", "Publisher or transcriber"),
        ("title_vi", "Tài liệu", "Document"),
        ("document_no", "Số hiệu", "Number"),
        ("basis", "Loại nguồn", "Basis"),
    ]
    return page.sheet(rows, fields, ("Nguồn số liệu", "Sources of figures"), "u")
