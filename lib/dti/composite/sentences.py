"""The ranking page's sentences, in both languages: each figure quoted from a sheet and linked to its row."""

import pandas as pd

from dti.composite.aggregation import ROUNDING
from dti.composite.changes import OTHERS, UNPUBLISHED
from dti.composite.page import Page
from dti.composite.tables import ACTIVITY
from dti.show.sheet import Sheet
from dti.words.markdown import escape
from dti.words.sentences import joined, lowered


def title(page: Page) -> str:
    """Return the page's heading.

    Examples
    --------
    >>> from dti.composite.page import page
    >>> title(page("lai-chau", 2022, 2023))
    '# Điều gì làm thay đổi thứ hạng DTI của Lai Châu năm 2023'
    """
    name = escape(page.name)
    return page.words(
        f"# Điều gì làm thay đổi thứ hạng DTI của {name} năm {page.year}",
        f"# What moved the DTI rank of {name} in {page.year}",
    )


def question(page: Page, moved: Sheet) -> str:
    """Return the question that the page answers, as the province's figures put it."""
    place, name = page.province, escape(page.name)
    if page.base_year is None:
        now = moved.cite(place, "rank")
        return page.words(
            f"**{name} xếp hạng {now}: mạnh, yếu ở đâu{_next_question(page, moved)}?**",
            f"**{name} ranks {now}: where is it strong, where weak{_next_question(page, moved)}?**",
        )
    places, more = moved.value(place, "places"), moved.value(place, "change")
    base, now = moved.cite(place, "base_rank"), moved.cite(place, "rank")
    change = page.words("DTI ", "its DTI ") + _moved(page, more, moved.cite(place, "change", size=True))
    if places == 0:
        what = page.words(f"giữ nguyên hạng {now} khi {change}", f"stay at rank {now} while {change}")
    else:
        rose, against = places > 0, (places > 0) != (more > 0)
        what = page.words(
            f"{'tiến' if rose else 'tụt'} từ hạng {base} {'lên' if rose else 'xuống'} hạng {now} "
            f"{'dù' if against else 'khi'} {change}",
            f"{'rise' if rose else 'fall'} from rank {base} to rank {now} {'although' if against else 'as'} {change}",
        )
    return page.words(
        f"**Vì sao {name} {what}{_next_question(page, moved)}?**",
        f"**Why did {name} {what}{_next_question(page, moved)}?**",
    )


def _next_question(page: Page, moved: Sheet) -> str:
    """Return what is asked of the places above; nothing of the leader."""
    rank = moved.value(page.province, "rank")
    if rank == 1:
        return ""
    if rank > 10:
        return page.words(", và mười bậc tiếp theo nằm ở đâu", ", and where are the next ten places")
    return page.words(", và các bậc phía trên nằm ở đâu", ", and where are the places above it")


def _moved(page: Page, change: float, size: str) -> str:
    """Return by how much something rose or fell."""
    return page.words(f"{'tăng' if change >= 0 else 'giảm'} {size}", f"{'rose' if change >= 0 else 'fell'} by {size}")


def _index(page: Page, index_id: str) -> str:
    """Return the name of an index as it stands inside a sentence."""
    return escape(lowered(page.index_name(index_id)))


def answer(page: Page, split: Sheet, crossed: Sheet, average: Sheet) -> str:
    """Return why the rank changed: own work, what the others did, who passed whom; nothing of a year alone."""
    if page.base_year is None:
        return ""
    own, others = split.cite("own", "places"), split.cite(OTHERS, "places")
    net = crossed.cite("net", "number")
    mean = _moved(page, average.value("change", "computed"), average.cite("change", "computed", size=True))
    name = escape(page.name)
    return page.words(
        f"Thay đổi thứ hạng ({net} bậc) là tổng của hai phần: các chỉ số của {name} góp {own} bậc, thay đổi của các "
        f"tỉnh, thành phố khác góp {others} bậc (phân rã Shapley, cộng lại đúng bằng thay đổi thứ hạng). DTI trung bình "
        f"{mean} trong cùng thời gian. {_crossed(page, crossed)}",
        f"The change of rank ({net} places) has two parts: the indices of {name} brought {own} places, what the other "
        f"provinces did brought {others} (Shapley decomposition; the parts add up exactly). The mean DTI "
        f"{mean} in the same time. {_crossed(page, crossed)}",
    )


def _crossed(page: Page, crossed: Sheet) -> str:
    """Return who passed the province and whom it passed, as sentences."""
    name, sentences = escape(page.name), []
    for key, vi, en in [
        ("passed-by", "{who} ({count}) vượt lên trên {name}.", "{who} ({count}) passed {name}."),
        ("passed", "{name} vượt qua {who} ({count}).", "{name} passed {who} ({count})."),
    ]:
        if crossed.value(key, "number"):
            who, count = escape(crossed.value(key, "who")), crossed.cite(key, "number")
            sentences.append(page.words(vi, en).format(who=who, count=count, name=name))
    return " ".join(sentences) or page.words(
        f"Không có tỉnh nào vượt {name} và {name} không vượt tỉnh nào.",
        f"Nobody passed {name}, and {name} passed nobody.",
    )


def contributions(page: Page, split: Sheet) -> str:
    """Return which indices raised and which lowered score and rank; nothing of a year alone."""
    if page.base_year is None:
        return ""
    indices = split.rows.drop(index=["own", "total", OTHERS, ROUNDING, UNPUBLISHED], errors="ignore")
    order = indices.sort_values("change", ascending=False, kind="stable").index
    raised = [index_id for index_id in order if indices.at[index_id, "change"] > 0]
    lowered = [index_id for index_id in reversed(order) if indices.at[index_id, "change"] < 0]

    def listed(ids: list[str]) -> str:
        points, places = page.words("điểm", "points"), page.words("bậc", "places")
        return joined(
            [
                f"{_index(page, index_id)} ({split.cite(index_id, 'change')} {points}, "
                f"{split.cite(index_id, 'places')} {places})"
                for index_id in ids
            ],
            page.lang,
        )

    total = split.cite("total", "change")
    sentences = [
        page.words(f"Tổng điểm thay đổi {total} điểm.", f"The points changed by {total} in all."),
        page.words(f"Tăng: {listed(raised)}.", f"Up: {listed(raised)}.") if raised else "",
        page.words(f"Giảm: {listed(lowered)}.", f"Down: {listed(lowered)}.") if lowered else "",
    ]
    return " ".join(filter(None, sentences))


def derived(page: Page) -> str:
    """Return the warning on what is worked out by subtraction, if anything is."""
    if "NT4" not in page.compared.values:
        return ""
    name = escape(page.index_name("NT4"))
    return page.words(
        f"“{name}” là tổng của Nhận thức số, Thể chế số, Nhân lực số và An toàn thông tin mạng: không được công bố "
        "riêng cho hầu hết các tỉnh, suy ra bằng phép trừ nên có sai số làm tròn khoảng một phần mười điểm và không "
        "tách ra được.",
        f"“{name}” is the sum of digital awareness, institutions, human resources and cybersecurity: not published "
        "one by one for most provinces, worked out by subtraction, so it carries a rounding error of about a tenth "
        "of a point and cannot be split.",
    )


def mean_note(page: Page, average: Sheet) -> str:
    """Return where the published mean differs from the mean of the values; nothing where they agree."""
    sentences = []
    for year in average.rows.index.drop("change", errors="ignore"):
        difference = average.value(year, "difference")
        if pd.notna(difference) and difference != 0:
            computed, published = average.cite(year, "computed"), average.cite(year, "published")
            sentences.append(
                page.words(
                    f"Trung bình năm {year} tính từ các giá trị là {computed}, nguồn công bố ghi {published}; "
                    "chưa rõ nguyên nhân, cả hai số được giữ nguyên.",
                    f"The mean of {year} computed from the values is {computed}, the source states {published}; "
                    "the cause is not known, both figures are kept as they are.",
                )
            )
    return " ".join(sentences)


def next_places(page: Page, ahead: Sheet, missing: Sheet, now: Sheet) -> str:
    """Return where the next places are, and in which indices they are to be gained.

    Parameters
    ----------
    ahead : `dti.composite.tables.next_places`
    missing : `dti.composite.tables.gaps`
    now : `dti.composite.tables.standing`
    """
    name = escape(page.name)
    if ahead.rows.empty:
        return page.words(f"{name} dẫn đầu: không còn bậc nào phía trên.", f"{name} leads: there is no place above.")
    first, last = ahead.rows.index[0], ahead.rows.index[-1]
    sentences = [
        page.words(
            f"Bậc gần nhất là của {escape(page.names[first])}, cần thêm {ahead.cite(first, 'points')} điểm để ngang bằng.",
            f"The nearest place is that of {escape(page.names[first])}: {ahead.cite(first, 'points')} points more "
            "draw level.",
        )
    ]
    if last != first:
        sentences.append(
            page.words(
                f"Ngang bằng {escape(page.names[last])} (hạng {ahead.cite(last, 'rank')}, tăng "
                f"{ahead.cite(last, 'places')} bậc) cần thêm {ahead.cite(last, 'points')} điểm.",
                f"To draw level with {escape(page.names[last])} (rank {ahead.cite(last, 'rank')}, "
                f"{ahead.cite(last, 'places')} places up) takes {ahead.cite(last, 'points')} points.",
            )
        )
    return " ".join([*sentences, _behind(page, missing), _best_lever(page, now)]).strip()


def _behind(page: Page, missing: Sheet) -> str:
    """Return in which indices the province is furthest behind those just above it, and in which ahead."""
    column = (
        missing.rows["ahead"]
        .drop(index=["total", ROUNDING, UNPUBLISHED], errors="ignore")
        .dropna()
        .sort_values(ascending=False)
    )
    behind, ahead = column[column > 0].index[:2], column[column < 0].index[-1:]

    def listed(ids: pd.Index) -> str:
        return joined(
            [f"{_index(page, index_id)} ({missing.cite(index_id, 'ahead', size=True)})" for index_id in ids],
            page.lang,
        )

    sentences = []
    if len(behind):
        sentences.append(
            page.words(
                f"So với trung bình các tỉnh ngay phía trên, {escape(page.name)} kém nhiều điểm nhất ở {listed(behind)}.",
                f"Against the mean of those just above, {escape(page.name)} lacks most points in {listed(behind)}.",
            )
        )
    if len(ahead):
        sentences.append(page.words(f"Hơn nhiều nhất ở {listed(ahead)}.", f"It is furthest ahead in {listed(ahead)}."))
    return " ".join(sentences)


def _best_lever(page: Page, now: Sheet) -> str:
    """Return which index, raised to the median alone, brings most places."""
    rows = now.rows.dropna(subset=["places_median"]).sort_values(
        ["places_median", "to_median"], ascending=False, kind="stable"
    )
    if rows.empty:
        return ""
    best = rows.index[0]
    if rows.at[best, "places_median"] == 0:
        return page.words(
            "Không chỉ số nào, nếu chỉ đưa lên mức trung vị, đem lại thêm bậc nào.",
            "No index would bring a place by being raised to the median alone.",
        )
    return page.words(
        f"Riêng {_index(page, best)} lên mức trung vị (thêm {now.cite(best, 'to_median')} điểm) thì tăng "
        f"{now.cite(best, 'places_median')} bậc.",
        f"{escape(page.index_name(best))} alone, raised to the median ({now.cite(best, 'to_median')} points more), "
        f"brings {now.cite(best, 'places_median')} places.",
    )


def standing(page: Page, now: Sheet) -> str:
    """Return the strongest index, the weakest and the one with most headroom."""
    known = now.rows.dropna(subset=["rank"])
    if known.empty:
        return ""
    strong, weak = known["rank"].idxmin(), known["rank"].idxmax()
    room = now.rows["headroom"].idxmax()
    return page.words(
        f"Mạnh nhất: {_index(page, strong)} (hạng {now.cite(strong, 'rank')}). Yếu nhất: "
        f"{_index(page, weak)} (hạng {now.cite(weak, 'rank')}). Dư địa lớn nhất: "
        f"{_index(page, room)} (còn {now.cite(room, 'headroom')} điểm).",
        f"Strongest: {_index(page, strong)} (rank {now.cite(strong, 'rank')}). Weakest: "
        f"{_index(page, weak)} (rank {now.cite(weak, 'rank')}). Most headroom: "
        f"{_index(page, room)} ({now.cite(room, 'headroom')} points).",
    )


def importance(page: Page, weights: Sheet, related: Sheet) -> str:
    """Return which index counts for more, and which for less, than its weight says; which two go together."""
    if weights.rows.empty:
        return _not_apart(page)
    ratio = weights.rows["effective"] / weights.rows["weight"]
    more, less = ratio.idxmax(), ratio.idxmin()
    first, second = _closest_pair(related)
    return page.words(
        f"{escape(page.index_name(more))} nặng {weights.cite(more, 'weight')} trên giấy nhưng gắn với thứ hạng như thể "
        f"nặng {weights.cite(more, 'effective')}; {_index(page, less)} thì ngược lại, "
        f"{weights.cite(less, 'weight')} và {weights.cite(less, 'effective')}. Hai chỉ số đi cùng nhau nhiều nhất là "
        f"{_index(page, first)} và {_index(page, second)} (tương quan "
        f"{related.cite(first, second)}). Trọng số thực tế đo mức gắn liền, không phải nguyên nhân.",
        f"{escape(page.index_name(more))} weighs {weights.cite(more, 'weight')} on paper but goes with the ranking as "
        f"if it weighed {weights.cite(more, 'effective')}; for {_index(page, less)} it is the reverse: "
        f"{weights.cite(less, 'weight')} and {weights.cite(less, 'effective')}. The two that go together most are "
        f"{_index(page, first)} and {_index(page, second)} (correlation "
        f"{related.cite(first, second)}). Effective weight measures what goes together, not what causes what.",
    )


def _closest_pair(related: Sheet) -> tuple[str, str]:
    pairs = related.rows.drop(columns="name").astype(float).stack()
    pairs = pairs[[first != second for first, second in pairs.index]]
    return pairs.abs().idxmax()


def peers(page: Page, near: Sheet, guess: Sheet) -> str:
    """Return how the province stands among its peers and against what its circumstances suggest."""
    better = int((near.rows["rank"] < near.value(page.province, "rank")).sum())
    best = near.rows["rank"].astype(int).idxmin()
    name = escape(page.name)
    leads = page.words(
        f"Không tỉnh nào trong nhóm có điều kiện gần nhất xếp trên {name}.",
        f"None of its nearest peers ranks above {name}.",
    )
    example = page.words(
        f"Trong nhóm có điều kiện gần nhất, {escape(page.names[best])} xếp cao nhất (hạng {near.cite(best, 'rank')}, "
        f"DTI {near.cite(best, 'score')}).",
        f"Among its nearest peers {escape(page.names[best])} ranks highest (rank {near.cite(best, 'rank')}, "
        f"DTI {near.cite(best, 'score')}).",
    )
    return f"{example if better else leads} {_against_means(page, guess)}"


def _against_means(page: Page, guess: Sheet) -> str:
    place, row = page.province, guess.rows.loc[page.province]
    verdict = {
        "inside": ("nằm trong khoảng này: không thể nói là khác thường", "lies within: nothing unusual can be claimed"),
        "above": ("cao hơn khoảng này", "lies above it"),
        "below": ("thấp hơn khoảng này", "lies below it"),
    }["inside" if row["inside"] else "above" if row["score"] > row["high"] else "below"]
    return page.words(
        f"Dân số, tỷ lệ dân thành thị và GRDP bình quân của các tỉnh khác gợi ý DTI khoảng {guess.cite(place, 'expected')} "
        f"cho {escape(page.name)} (khoảng {guess.cite(place, 'level')}: {guess.cite(place, 'low')} đến "
        f"{guess.cite(place, 'high')}); giá trị {guess.cite(place, 'score')} {verdict[0]}. Với "
        f"{guess.cite(place, 'number')} quan sát và R² {guess.cite(place, 'r2')}, đây là so sánh, không phải quan hệ "
        "nhân quả.",
        f"Population, urban share and GRDP per head of the others suggest a DTI of about "
        f"{guess.cite(place, 'expected')} for {escape(page.name)} ({guess.cite(place, 'level')} interval "
        f"{guess.cite(place, 'low')} to {guess.cite(place, 'high')}); its {guess.cite(place, 'score')} {verdict[1]}. "
        f"With {guess.cite(place, 'number')} observations and an R² of {guess.cite(place, 'r2')} this is a "
        "comparison, not cause and effect.",
    )


def robustness(page: Page, firm: Sheet, how: Sheet, moved_by: Sheet) -> str:
    """Return between which ranks the province lies under other ways of computing, and what decides it."""
    place = page.province
    if firm.rows.empty:
        return _not_apart(page)
    if pd.isna(firm.value(place, "low")):
        return lacking(page)
    low, high = firm.cite(place, "low"), firm.cite(place, "high")
    level, draws, seed = (f"[{how.value(key, 'value')}](#z-{key})" for key in ("level", "draws", "seed"))
    if firm.value(place, "low") == firm.value(place, "high"):
        between = page.words(f"thứ hạng đều là {low}", f"the rank is {low}")
    else:
        between = page.words(f"thứ hạng nằm từ {low} đến {high}", f"the rank lies between {low} and {high}")
    return page.words(
        f"Trong {level} của {draws} lần tính với trọng số, cách tổng hợp, cách chuẩn hóa khác và sai số làm tròn, "
        f"{between} (hạt giống ngẫu nhiên {seed}). {_driver(page, moved_by)}",
        f"In {level} of {draws} computations with other weights, aggregations, normalisations and rounding errors "
        f"{between} (random seed {seed}). {_driver(page, moved_by)}",
    ) + (" " + lacking(page) if page.lacking else "")


def _not_apart(page: Page) -> str:
    """Return why nothing below the total can be looked at."""
    return page.words(
        f"Chưa có điểm tối đa hoặc giá trị của các chỉ số thành phần năm {page.year}, nên không tách được DTI và không có "
        "gì để thay đổi cách tính.",
        f"The points or the values of the indices of {page.year} are not known, so the DTI cannot be taken apart and "
        "there is nothing to vary.",
    )


def lacking(page: Page) -> str:
    """Return which provinces lack which index, and what that means; nothing where nobody lacks any."""
    if not page.lacking:
        return ""
    listed = joined(
        [
            f"{escape(page.names[unit])} ({', '.join(_index(page, index_id) for index_id in indices)})"
            for unit, indices in page.lacking.items()
        ],
        page.lang,
    )
    return page.words(
        f"Chưa có số liệu của: {listed}. Ô tương ứng để trống; khoảng thứ hạng và trọng số thực tế chỉ tính trên các tỉnh, "
        "thành phố đủ số liệu.",
        f"Not known: {listed}. These cells are blank; intervals of ranks and effective weights are of the provinces with "
        "every figure.",
    )


def _driver(page: Page, moved_by: Sheet) -> str:
    total = moved_by.rows["total"].dropna()
    if total.empty:
        return page.words("Không lựa chọn nào làm thứ hạng thay đổi.", "None of these choices moves the rank.")
    most = total.idxmax()
    return page.words(
        f"Lựa chọn ảnh hưởng nhiều nhất: {escape(moved_by.value(most, 'name'))} (tác động toàn phần "
        f"{moved_by.cite(most, 'total')}).",
        f"The choice that matters most: {escape(moved_by.value(most, 'name'))} (total effect "
        f"{moved_by.cite(most, 'total')}).",
    )


def service(page: Page, beside: Sheet, agreement: Sheet) -> str:
    """Return what the public-service index adds, with the warning on its merged units."""
    if beside.rows.empty:
        return page.words(
            "Bộ chỉ số không có chỉ số hoạt động chính quyền số để đặt cạnh.",
            "This structure has no index of digital government activity to set beside it.",
        )
    place, activity = page.province, escape(page.index_name(ACTIVITY))
    warning = (
        page.words(
            "Chỉ số theo Quyết định 766/QĐ-TTg được công bố cho ba mươi tư đơn vị như sau sắp xếp năm 2025, kể cả với các năm trước, "
            f"nên chỉ {agreement.cite('same', 'number')} đơn vị giữ nguyên địa giới so sánh được với DTI (tương quan hạng "
            f"{agreement.cite('same', 'spearman')}).",
            "The index of Decision 766/QĐ-TTg is published for the thirty-four units as merged in 2025, earlier years included, so "
            f"only the {agreement.cite('same', 'number')} units whose boundaries were kept can be set beside the DTI (rank "
            f"correlation {agreement.cite('same', 'spearman')}).",
        )
        .replace("34 đơn vị", "ba mươi tư đơn vị")
        .replace("the 34 units", "the thirty-four units")
    )
    if place not in beside.rows.index:
        own = page.words(
            f"{escape(page.name)} không còn là một đơn vị riêng trong chỉ số này.",
            f"{escape(page.name)} is no longer a unit of its own there.",
        )
    elif not beside.value(place, "same_place"):
        own = page.words(
            f"“{escape(page.name)}” trong chỉ số này là đơn vị đã sáp nhập, không phải tỉnh được xếp hạng DTI.",
            f"“{escape(page.name)}” there is the merged unit, not the province that the DTI ranks.",
        )
    else:
        own = page.words(
            f"{escape(page.name)} xếp hạng {beside.cite(place, 'total_rank')} theo chỉ số này và hạng "
            f"{beside.cite(place, 'activity_rank')} về {activity}.",
            f"{escape(page.name)} ranks {beside.cite(place, 'total_rank')} by that index and "
            f"{beside.cite(place, 'activity_rank')} in {activity}.",
        )
    return f"{warning} {own}"


def later_years(page: Page, past: Sheet) -> str:
    """Return what is known of years under other decisions, with the warning that they do not compare."""
    number = past.rows["decision"]
    others = past.rows[(number != number[page.year]) & past.rows["rank"].notna()]
    if others.empty:
        return ""
    listed = joined(
        [
            page.words(
                f"năm {year} hạng {past.cite(year, 'rank')} (Quyết định {escape(number[year])})",
                f"rank {past.cite(year, 'rank')} in {year} (Decision {escape(number[year])})",
            )
            for year in others.index
        ],
        page.lang,
    )
    return page.words(
        f"Theo quyết định khác: {listed}. Các chỉ số và điểm tối đa khác nhau, nên không so sánh được với các năm theo "
        f"Quyết định {escape(number[page.year])}.",
        f"Under other decisions: {listed}. Their indices and points differ, so they do not compare with the years "
        f"under Decision {escape(number[page.year])}.",
    )
