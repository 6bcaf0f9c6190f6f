"""What the ranking page says of what may come: next year's rank with its error, and who may stand above whom."""

import pandas as pd

from dti.composite.outlook import LEVEL, SAME, Outlook
from dti.composite.outlook import outlook as outlook_of
from dti.composite.page import Page
from dti.composite.peers import circumstances
from dti.composite.robustness import Draws, above_shares, first_shares
from dti.composite.scores import TOTAL
from dti.show.sheet import Sheet
from dti.words.markdown import escape

#: How the forecasts tried are called.
FORECASTS = {
    SAME: ("giữ nguyên hạng năm trước", "the same rank as last year"),
    "regression": ("hạng năm trước, kéo về giữa", "last year's rank, drawn towards the middle"),
    "context": ("hạng năm trước và điều kiện của tỉnh", "last year's rank and circumstances"),
    "scores": ("điểm năm trước và điều kiện của tỉnh", "last year's score and circumstances"),
}


def tried(page: Page) -> Outlook | None:
    """Return the outlook from the change between the page's two years; none of a year that stands alone."""
    if page.base_year is None:
        return None
    known = page.tables["province_context"]["year"].eq(page.base_year).any()
    context = circumstances(page.tables["province_context"], page.base_year) if known else None
    return outlook_of(page.compared.base_total, page.compared.total, context)


def next_decision(page: Page) -> str | None:
    """Return the version that the next year's scores follow, if these are known."""
    scores = page.tables["dti_scores"]
    versions = scores.loc[(scores["year"] == page.year + 1) & (scores["index_id"] == TOTAL), "version"].unique()
    return str(versions[0]) if len(versions) else None


def trials(page: Page) -> Sheet:
    """Return how far each forecast misses the ranks of the year, each province left out in turn.

    Examples
    --------
    >>> from dti.composite.page import page
    >>> trials(page("lai-chau", 2022, 2023)).cite("same", "error")
    '[7,2](#f-same)'
    """
    found = tried(page)
    caption = (
        f"Nếu dự báo thứ hạng năm {page.year} từ năm {page.base_year}: sai bao nhiêu bậc (bỏ ra từng tỉnh một)",
        f"Had the ranks of {page.year} been forecast from {page.base_year}: places missed (each province left out)",
    )
    if found is None:
        return page.sheet(pd.DataFrame(), [], caption, "f")
    rows = found.trials.assign(name=[page.words(*FORECASTS[name]) for name in found.trials.index], level=LEVEL)
    fields = [
        ("name", "Cách dự báo", "Forecast"),
        ("error", "Sai trung bình (bậc)", "Mean miss (places)", "points"),
        ("level", "Khoảng cần chứa", "Interval is to hold", "level"),
        ("coverage", "Khoảng chứa thực tế", "Interval holds", "share"),
    ]
    return page.sheet(rows, fields, caption, "f")


def forecast(page: Page) -> Sheet:
    """Return the forecast of the next year's rank; without rows where none may be put forward.

    None is, where nothing beats last year's rank, and never where the next year follows another decision.
    """
    found = tried(page)
    caption = (f"Hạng có thể có năm {page.year + 1}", f"The rank that may be in {page.year + 1}")
    version = page.compared.structure["version"].iloc[0]
    if found is None or found.best is None or next_decision(page) not in (None, version):
        return page.sheet(pd.DataFrame(), [], caption, "y")
    rows = found.ranks.loc[[page.province]].assign(name=page.name, level=LEVEL)
    fields = [
        ("name", "Tỉnh, thành phố", "Province"),
        ("expected", "Hạng dự kiến", "Expected rank", "count"),
        ("low", "Tốt nhất", "Best", "count"),
        ("high", "Thấp nhất", "Lowest", "count"),
        ("level", "Khoảng chứa", "Interval holds", "level"),
    ]
    return page.sheet(rows, fields, caption, "y")


def outlook(page: Page, tries: Sheet, ahead: Sheet) -> str:
    """Return what can be said of the next year's rank, and how far forecasts miss.

    Parameters
    ----------
    tries : `trials`
    ahead : `forecast`
    """
    if tries.rows.empty:
        return ""
    same, others = tries.cite(SAME, "error"), tries.rows.drop(index=SAME)
    best = others["error"].idxmin() if not others["shown"].any() else others[others["shown"]]["error"].idxmin()
    named, missed = escape(page.words(*FORECASTS[best])), tries.cite(best, "error")
    tested = page.words(
        f"Giữ nguyên hạng năm trước thì sai trung bình {same} bậc.",
        f"The same rank as last year misses by {same} places on average.",
    )
    if not others["shown"].any():
        return f"{tested} " + page.words(
            f"Không cách nào đã thử tốt hơn (gần nhất: {named}, {missed} bậc), nên không có dự báo.",
            f"Nothing tried beats it (nearest: {named}, {missed}), so there is no forecast.",
        )
    better = page.words(
        f"Dự báo theo {named} sai {missed} bậc, khoảng của nó chứa {tries.cite(best, 'coverage')} số tỉnh.",
        f"A forecast from {named} misses by {missed}; its interval holds {tries.cite(best, 'coverage')} of the units.",
    )
    if ahead.rows.empty:
        return f"{tested} {better} " + page.words(
            f"Nhưng năm {page.year + 1} theo quyết định khác, nên không dự báo cho năm đó.",
            f"But {page.year + 1} follows another decision, so none is made for it.",
        )
    name = escape(page.name)
    expected, low, high = (ahead.cite(page.province, column) for column in ("expected", "low", "high"))
    return f"{tested} {better} " + page.words(
        f"Nếu năm {page.year + 1} vẫn theo quyết định này, hạng của {name} khoảng {expected} (từ {low} đến {high}).",
        f"If {page.year + 1} still follows this decision, {name} may rank about {expected} (from {low} to {high}).",
    )


def rivals(page: Page, drawn: Draws, shares: pd.DataFrame, around: int = 5) -> Sheet:
    """Return how often the province stands above each neighbour in the draws, and each one's share in the first ten.

    Parameters
    ----------
    drawn, shares : of the same choices, as `dti.composite.robustness` gives them
    """
    caption = (
        f"{page.name} có thể đứng trên ai (tỷ lệ số lần tính)",
        f"Whom {page.name} may stand above (share of the draws)",
    )
    if not page.apart or drawn.ranks[page.province].isna().any():
        return page.sheet(pd.DataFrame(), [], caption, "a")
    place = page.change.index.get_loc(page.province)
    ids = page.change.index[max(0, place - around) : place + around + 1]
    rows = pd.DataFrame(
        {
            "name": page.names[ids],
            "rank": page.change.loc[ids, "rank"],
            "above": above_shares(drawn).loc[page.province, ids],
            "first_ten": first_shares(shares, 10)[ids],
        }
    )
    fields = [
        ("name", "Tỉnh, thành phố", "Province"),
        ("rank", "Hạng công bố", "Published rank", "count"),
        ("above", f"{page.name} đứng trên", f"{page.name} stands above it", "share"),
        ("first_ten", "Trong mười tỉnh đầu", "In the first ten", "share"),
    ]
    return page.sheet(rows, fields, caption, "a")
