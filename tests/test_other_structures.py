"""The ranking and what-if on other data: a gap, 13 main indices, no pillars, 98 components."""

import shutil

import numpy as np
import pandas as pd
import pytest

from dti.check import check
from dti.composite import prospects
from dti.composite import sentences as say
from dti.composite import tables as show
from dti.composite.page import page
from dti.composite.robustness import Choices, draw_ranks, rank_shares
from dti.composite.scores import compare, score_matrix
from dti.composite.terminal import standing
from dti.scenarios.changes import Change
from dti.scenarios.outcome import apply
from dti.scenarios.scenario_file import Scenario
from dti.store.faults import DataError
from dti.store.tables import PROJECT
from dti.words.markdown import plain


def read(folder, table):
    return pd.read_csv(folder / f"{table}.csv", dtype=str, keep_default_na=False)


def write(folder, **tables):
    for name, frame in tables.items():
        frame.to_csv(folder / f"{name}.csv", index=False)
    return folder


@pytest.fixture
def copy(tmp_path):
    return shutil.copytree(PROJECT / "data", tmp_path / "data")


def without_value(folder, province):
    scores = read(folder, "dti_scores")
    gone = (scores["year"] == "2023") & (scores["province_id"] == province) & (scores["index_id"] == "HTS")
    return write(folder, dti_scores=scores[~gone])


def split(folder, numbers, *, flat):
    """Split indices into so many parts each, right below the total or below themselves; parts average to the whole."""
    rng = np.random.default_rng(1)
    structure, scores = read(folder, "dti_structure"), read(folder, "dti_scores")
    rows, values = [], []
    for name, number in numbers.items():
        whole = structure[(structure["version"] == "922") & (structure["index_id"] == name)].iloc[0]
        known = scores[(scores["index_id"] == name) & scores["year"].isin(["2022", "2023"])]
        for part in range(1, number + 1):
            points = repr(float(whole["max_points"]) / number)
            changed = {"index_id": f"{name}_{part}", "parent": "DTI" if flat else name, "max_points": points}
            rows.append(
                {**whole, **changed, "name_vi": f"{whole['name_vi']} {part}", "name_en": f"{whole['name_en']} {part}"}
            )
        for _, row in known.iterrows():
            value = float(row["value"])
            drawn = value + rng.uniform(-0.2, 0.2, number) * min(value, 1 - value)
            drawn = np.round(drawn - drawn.mean() + value, 4)
            drawn[-1] = round(value * number - drawn[:-1].sum(), 4)
            values += [
                {**row, "index_id": f"{name}_{part + 1}", "value": f"{one:.4f}", "rank": ""}
                for part, one in enumerate(drawn)
            ]
    if flat:
        own = structure["version"] == "922"
        structure = structure[~own | (structure["index_id"] == "DTI")]
        scores = scores[(scores["version"] != "922") | (scores["index_id"] == "DTI")]
        pillars = read(folder, "dti_pillars")
        write(folder, dti_pillars=pillars[pillars["version"] != "922"])
    return write(
        folder,
        dti_structure=pd.concat([structure, pd.DataFrame(rows)]),
        dti_scores=pd.concat([scores, pd.DataFrame(values)]),
    )


MAINS = {"HTS": 2, "NT4": 4, "HDCQS": 3, "HDKTS": 2, "HDXHS": 2}


def what_if(data, **changes):
    return apply(Scenario(title="a", reasoning="a", year=2023, changes=changes), data)


def test_one_gap_elsewhere_does_not_make_the_page_collapse(copy):
    data = without_value(copy, "son-la")
    assert compare(2022, 2023, data).values.columns.tolist() == ["HTS", "NT4", "HDCQS", "HDKTS", "HDXHS"]
    text = standing("lai-chau", 2023, lang="en", data=data)
    assert "Digital infrastructure             +0.024190   +3.72" in text
    assert "Not known: Sơn La (digital infrastructure)" in text
    assert what_if(data, HTS=Change(points=10)).total == pytest.approx(0.6285)


def test_a_gap_of_its_own_is_shown_as_a_gap_and_the_sums_hold(copy):
    data = without_value(copy, "lai-chau")
    made = page("lai-chau", 2022, 2023, "en", data)
    rows = show.decomposition(made).rows
    assert rows.loc["HTS", ["points", "change", "places"]].isna().all()
    assert rows.at["unpublished", "change"] == pytest.approx(24.19)
    assert (rows.at["total", "change"], rows.at["total", "places"]) == pytest.approx((115.3, -1))
    assert pd.isna(show.standing(made).rows.at["HTS", "rank"])
    missing = show.gaps(made).rows
    assert missing.at["total", "leader"] == pytest.approx(215.5)
    text = standing("lai-chau", 2023, lang="en", data=data)
    assert "draws" not in text
    said = plain(say.standing(made, show.standing(made)) + say.contributions(made, show.decomposition(made)))
    assert "nan" not in said.lower()
    assert what_if(data, NT4=Change(add=0.1)).total == pytest.approx(0.6585)


def test_what_is_not_known_cannot_be_changed(copy):
    data = without_value(copy, "lai-chau")
    with pytest.raises(DataError, match="HTS"):
        what_if(data, HTS=Change(points=10))


def test_thirteen_main_indices(copy):
    data = split(copy, MAINS, flat=True)
    compared = compare(2022, 2023, data)
    assert len(compared.values.columns) == 13
    text = standing("lai-chau", 2023, lang="en", data=data)
    assert "Ranks under other ways of computing: 5" in text
    made = page("lai-chau", 2022, 2023, "vi", data)
    assert show.decomposition(made).rows.at["total", "places"] == pytest.approx(-1)
    assert show.service(made).rows.empty
    assert "không có chỉ số hoạt động chính quyền số" in say.service(made, show.service(made), None)
    assert what_if(data, HTS_1=Change(points=10)).total == pytest.approx(0.6285)
    assert what_if(data, HTS_1=Change(points=10)).pillars().empty


def test_ninety_eight_components_show_as_main_indices_and_any_level_can_be_changed(copy):
    data = split(copy, {"HTS": 25, "HDCQS": 25, "HDKTS": 24, "HDXHS": 24}, flat=False)
    assert score_matrix(2023, data=data).shape == (63, 99)
    made = page("lai-chau", 2022, 2023, "en", data)
    assert show.decomposition(made).rows.index[:5].tolist() == ["HTS", "NT4", "HDCQS", "HDKTS", "HDXHS"]
    deep = show.components(made).rows
    assert len(deep) == 98
    assert deep["rank"].between(1, 63).all()
    for name in ("HTS", "HTS_3", "NEN_TANG"):
        outcome = what_if(data, **{name: Change(points=1)})
        assert outcome.total == pytest.approx(0.6195)
    assert list(what_if(data, HTS=Change(set=0.7)).values.index).count("HTS") == 1


def test_a_year_alone_has_intervals_and_a_page(copy):
    text = standing("lai-chau", 2022, lang="en")
    assert "Not compared with 2021" in text
    assert "Ranks under other ways of computing: 5" in text
    made = page("lai-chau", None, 2022, "en")
    assert show.movements(made).rows.at["lai-chau", "rank"] == 53
    assert show.decomposition(made).rows.empty
    assert "where is it strong" in say.question(made, show.movements(made))
    assert show.components(made).rows.empty


# --- decisions that have parts in common


def bridged(folder, index_id="HTS"):
    """Illustrative: the later decision's digital infrastructure is taken to be the earlier one's."""
    row = ["922", "HTS", "405", index_id, "qd-405-2025", "minh họa"]
    columns = ["base_version", "base_index_id", "version", "index_id", "source_id", "evidence"]
    return write(folder, dti_bridge=pd.DataFrame([row], columns=columns))


def with_infrastructure_of_2024(folder):
    scores = read(folder, "dti_scores")
    known = (scores["year"] == "2024") & (scores["index_id"] == "HTS")
    rows = scores[(scores["year"] == "2023") & (scores["index_id"] == "HTS")]
    values = (rows["value"].astype(float) / 2).round(4).astype(str).where(rows["province_id"] != "lai-chau", "0.9")
    source = scores.loc[scores["year"] == "2024", "source_id"].iloc[0]
    new = rows.assign(year="2024", version="405", value=values, rank="", source_id=source)
    return write(folder, dti_scores=pd.concat([scores[~known], new]))


def test_parts_of_two_decisions_compare_only_where_a_source_says_they_are_equal(copy):
    data = with_infrastructure_of_2024(copy)
    assert "no source says which part equals which" in standing("lai-chau", 2024, lang="en", data=data)
    with pytest.raises(DataError, match=r"Parts stated to be equal .*: none"):
        compare(2023, 2024, data)
    bridged(data)
    text = standing("lai-chau", 2024, lang="en", data=data)
    assert "DTI not compared with 2023" in text
    assert "Digital infrastructure: 0.5659 → 0.9000 (+0.3341), rank 58 → 1 (+57)" in text
    assert "Digital infrastructure" not in standing("lai-chau", 2024, lang="en")
    rows = show.equal_parts(page("lai-chau", None, 2024, "vi", data)).rows
    assert rows["years"].tolist() == ["2023 → 2024"]
    with pytest.raises(DataError, match=r"Parts stated to be equal .*: HTS"):
        compare(2023, 2024, data)


def test_a_bridge_to_an_index_that_the_decision_does_not_have_is_a_fault(copy):
    faults = check(bridged(copy, "KHONG_CO"))
    assert "not an index of this version" in faults["wrong"].tolist()


# --- what may come


def test_no_forecast_goes_across_decisions_and_the_page_says_how_far_last_years_rank_misses():
    made = page("lai-chau", 2022, 2023, "en")
    tries, ahead = prospects.trials(made), prospects.forecast(made)
    assert ahead.rows.empty
    said = plain(prospects.outlook(made, tries, ahead))
    assert "The same rank as last year misses by 7.2 places on average." in said
    assert "nothing beats last year’s rank, so there is no forecast" in said


def test_a_forecast_is_made_where_the_next_year_is_not_known_yet(copy):
    scores, context = read(copy, "dti_scores"), read(copy, "province_context")
    rich = context[context["year"] == "2022"].set_index("province_id")["grdp_per_capita_million_vnd"].astype(float)
    drawn = (0.3 + 0.3 * rich.rank(pct=True) + np.random.default_rng(0).normal(0, 0.02, len(rich))).round(4)
    total = (scores["year"] == "2023") & (scores["index_id"] == "DTI")
    scores.loc[total, "value"] = scores.loc[total, "province_id"].map(drawn).astype(str)
    scores.loc[total, "rank"] = ""
    made = page("lai-chau", 2022, 2023, "vi", write(copy, dti_scores=scores))
    refused = prospects.forecast(made)
    assert refused.rows.empty
    assert "năm 2024 theo quyết định khác" in prospects.outlook(made, prospects.trials(made), refused)
    made = page("lai-chau", 2022, 2023, "vi", write(copy, dti_scores=scores[scores["year"] != "2024"]))
    ahead = prospects.forecast(made)
    assert ahead.rows["low"].item() <= ahead.rows["expected"].item() <= ahead.rows["high"].item()
    said = prospects.outlook(made, prospects.trials(made), ahead)
    assert "Nếu năm 2024 vẫn theo quyết định của năm 2023" in said


def test_a_year_alone_has_no_outlook():
    made = page("lai-chau", None, 2022, "en")
    assert prospects.outlook(made, prospects.trials(made), prospects.forecast(made)) == ""


def test_rivals_are_counted_in_the_draws():
    made = page("lai-chau", 2022, 2023, "en")
    choices = Choices(rounding=False)
    values, structure = made.compared.values, made.compared.structure
    drawn, shares = draw_ranks(values, structure, 300, choices), rank_shares(values, structure, 300, choices)
    rows = prospects.rivals(made, drawn, shares).rows
    assert pd.isna(rows.at["lai-chau", "above"])
    assert rows["above"].iloc[0] < rows["above"].iloc[-1]
    assert rows["first_ten"].max() < 0.5
