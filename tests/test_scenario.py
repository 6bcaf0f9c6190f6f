"""Scenarios: read strictly, applied exactly."""

import itertools
import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from in_process import shown_by

from dti.composite.ranks import ranks
from dti.composite.scores import totals
from dti.scenarios.baseline import baseline
from dti.scenarios.faults import ScenarioError
from dti.scenarios.goal_seek import cheapest, fewest_sets, seek
from dti.scenarios.levers import rank_curve, sensitivity
from dti.scenarios.outcome import apply, rank_among
from dti.scenarios.page import page, pages
from dti.scenarios.plan_figures import assumed_observations, load_plan
from dti.scenarios.scenario_file import Change, Goal, OneOrBoth, Scenario, read_scenario, scenario_names, scenario_path
from dti.scenarios.sliders import Panel, save_scenario
from dti.scenarios.tables import added_points, comparison, goals
from dti.store.faults import DataError
from dti.words.vietnamese import number

WORDS = OneOrBoth(vi="a", en="a")
PROVINCES = baseline(2023).total.index.tolist()


def scenario(**given) -> Scenario:
    return Scenario(**({"title": WORDS, "reasoning": WORDS, "year": 2023} | given))


@pytest.mark.parametrize("province", PROVINCES)
def test_an_unchanged_scenario_returns_the_baseline_exactly(province):
    outcome = apply(scenario(province=province))
    assert outcome.total == outcome.base_total
    assert outcome.rank == outcome.base_rank == ranks(totals(2023))[province]
    assert not len(outcome.passed()) and not len(outcome.passed_by())


@pytest.mark.parametrize("province", PROVINCES)
def test_back_test_2022_with_the_published_values_of_2023_gives_the_published_rank(province):
    values = baseline(2023).values.loc[province]
    changes = {index_id: Change(set=float(value)) for index_id, value in values.items()}
    outcome = apply(scenario(year=2022, province=province, others="published", changes=changes))
    assert outcome.rank == ranks(totals(2023))[province]
    assert outcome.total == pytest.approx(totals(2023)[province], abs=5e-5)


def test_four_ways_to_change_an_index():
    own = baseline(2023).values.loc["lai-chau", "HTS"]
    for change, expected in [
        (Change(set=0.7), 0.7),
        (Change(add=0.1), own + 0.1),
        (Change(points=10.0), own + 0.1),
        (Change(to="leader"), baseline(2023).values["HTS"].max()),
    ]:
        outcome = apply(scenario(changes={"HTS": change}))
        assert outcome.values["HTS"] == pytest.approx(expected)
        assert outcome.added.sum() == pytest.approx((expected - own) * 100)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"changes": {"HTS": Change(add=0.9)}}, "value becomes 1.4659 (from 0.5659). Expected: a value from 0 to 1"),
        ({"changes": {"HTS": Change(set=1.2)}}, "value becomes 1.2"),
        ({"changes": {"ABC": Change(set=0.5)}}, "changes.ABC: not an index of 2023. Expected one of: HTS"),
        ({"province": "da-nang", "changes": {"HTS": Change(to="median")}}, "already reached"),
        ({"province": "lai-chau-2"}, "no province 'lai-chau-2'"),
        ({"year": 2019}, "2019"),
        ({"others": "published"}, "cannot be compared"),
        ({"year": 2022, "others": "growth"}, "2021"),
    ],
)
def test_what_cannot_be_applied_is_refused_never_clipped(given, words):
    with pytest.raises(ScenarioError) as raised:
        apply(scenario(**given))
    assert words in raised.value.said("en")


GOOD = """title: {vi: a, en: a}
reasoning: {vi: a, en: a}
year: 2023
"""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (GOOD + "changes:\n  HTS: {set: .nan}\n", r"line 5: changes\.HTS\.set"),
        (GOOD + "changes:\n  HTS: {set: 0.5, add: 0.1}\n", r"line 5: changes\.HTS.*exactly one of"),
        (GOOD + "changes:\n  HTS: {set: '1:05'}\n", r"line 5: changes\.HTS\.set"),
        (GOOD + "others: sleeping\n", r"line 4: others"),
        (GOOD + "yaer: 2023\n", r"line 4: yaer"),
        (GOOD + "year: 2022\n", r"'year' stands twice"),
        ("a: &a [1]\nb: [*a, *a]\n", "aliases"),
        ("!!python/object/apply:os.system ['echo']\n", "not readable as YAML"),
        ("- 1\n- 2\n", "file"),
        ("\x00", "not readable as YAML"),
        (GOOD + "# " + "x" * 300_000, "bytes, expected at most"),
        ("[" * 5000, "not readable as YAML"),
    ],
)
def test_a_bad_file_is_refused_with_file_line_and_key(tmp_path, text, words):
    path = tmp_path / "bad.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=words) as raised:
        read_scenario(path, "en")
    assert "bad.yml" in str(raised.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("changes:\n  HTS: {set: 1.2}\n", "line 5: changes.HTS: the value becomes 1.2"),
        ("changes:\n  XYZ: {add: 0.1}\n", "line 5: changes.XYZ: not an index of 2023"),
        ("others: published\n", "line 4: others: published cannot be used: the scores of 2023 follow Decision 922"),
        ("province: x\n", "line 4: province: there is no province 'x'"),
        ("indicators: {abc: 4}\n", "line 4: indicators.abc: not an indicator of the plan"),
        ("goal:\n  rank: 10\n  caps: {HTS: 0.1}\n", "line 6: goal.caps.HTS: the cap 0.1 is below"),
        ("changes: {HTS: {set: .nan}}\n", "line 4: changes.HTS.set"),
        ("year: 2022\n", "line 4: not readable as YAML ('year' stands twice)"),
        ("x: &x [1]\ny: [*x, *x]\n", "aliases"),
        ("z: !!python/object/apply:os.system ['echo']\n", "not readable as YAML"),
    ],
)
def test_the_command_refuses_a_bad_file_with_file_line_and_key_and_ends_with_2(dti, tmp_path, text, words):
    path = tmp_path / "bad.yml"
    path.write_text(GOOD + text, encoding="utf-8")
    code, out, err = dti("whatif", path, "--lang", "en")
    assert (code, out) == (2, "")
    assert err.startswith(str(path)) and words in err


def test_ties_share_the_better_rank():
    assert rank_among(np.array([0.5]), np.array([[0.5, 0.6, 0.5]])).tolist() == [2]


def test_uncertain_others_give_the_same_draws_for_the_same_seed():
    made = [apply(scenario(others="uncertain"), draws=500, seed=seed).draws for seed in (1, 1, 2)]
    assert (made[0] == made[1]).all() and (made[0] != made[2]).any()


def test_a_better_index_never_worsens_the_rank():
    curve = rank_curve(apply(scenario()), "HDXHS")
    assert curve.is_monotonic_decreasing


def test_sensitivity_is_what_applying_each_change_gives():
    outcome = apply(scenario())
    for index_id, row in sensitivity(outcome).iterrows():
        reached = apply(scenario(changes={index_id: Change(points=float(row["points"]))}))
        assert outcome.base_rank - reached.rank == row["places"]


@settings(max_examples=60, deadline=None)
@given(
    room=st.lists(st.integers(0, 6), min_size=2, max_size=3),
    costs=st.lists(st.integers(1, 5), min_size=3, max_size=3),
    share=st.floats(0.05, 1),
)
def test_the_cheapest_and_the_fewest_are_those_of_brute_force(room, costs, share):
    need = float(int(sum(room) * share))
    names = list("abc")[: len(room)]
    caps, prices = pd.Series(room, names, dtype=float), pd.Series(costs[: len(room)], names, dtype=float)
    # Whole points suffice: with whole numbers given, a linear program has an answer in whole numbers.
    every = [mix for mix in itertools.product(*(range(top + 1) for top in room)) if sum(mix) >= need]
    least = min(sum(x * c for x, c in zip(mix, prices, strict=True)) for mix in every)
    touched = min(sum(x > 0 for x in mix) for mix in every)
    best, sets = cheapest(need, caps, prices), fewest_sets(need, caps, prices) if need else None
    assert (best * prices).sum() == pytest.approx(least)
    assert best.sum() == need and (best <= caps).all()
    if need:
        few = [mix for mix in every if sum(x > 0 for x in mix) == touched]
        assert {len(chosen) for chosen in sets["indices"]} == {touched}
        cost = min(sum(x * c for x, c in zip(mix, prices, strict=True)) for mix in few)
        assert sets["cost"].iloc[0] == pytest.approx(cost)


@pytest.mark.parametrize("rank", [1, 10, 45, 53, 54, 60])
def test_a_rank_found_is_reached_by_applying_the_mix(rank):
    outcome = apply(scenario())
    found = seek(outcome, Goal(rank=rank))
    assert found.held == (rank >= 54)
    for way in () if found.held else ("cheapest", "fewest"):
        mix = found.mix(way)
        assert apply(scenario(changes={name: Change(points=more) for name, more in mix.items()})).rank <= rank
        less = {name: Change(points=more - 0.11) for name, more in mix.items()}
        assert apply(scenario(changes=less)).rank > rank


def test_a_rank_out_of_reach_says_so_and_names_the_best():
    outcome = apply(scenario())
    caps = {index_id: float(value) + 0.001 for index_id, value in outcome.values.items()}
    found = seek(outcome, Goal(rank=1, caps=caps))
    assert not found.reachable and found.best_rank == 54


def test_the_scenario_for_rank_45_is_solved():
    of = page("hang-45")
    assert of.found.need == pytest.approx(39.9)
    assert (of.found.plans.loc[["cheapest", "fewest"], "reaches"] == 45).all()


def test_assumed_results_stand_in_for_the_provinces_and_leave_all_else_alone():
    tables = load_plan()
    rows = assumed_observations(scenario(indicators={"ho-so-cong-viec-cap-tinh": 65.0}), tables)
    assumed = rows[rows["evidence"] == "scenario"]
    assert assumed[["indicator_id", "agency_id", "value"]].to_numpy().tolist() == [
        ["ho-so-cong-viec-cap-tinh", "tinh", 65]
    ]
    assert len(rows) == len(tables["observations"]) + 1
    for bad in ({"khong-co": 1.0}, {"bao-cao-dinh-ky": 101.0}, {"co-so-du-lieu": -1.0}):
        with pytest.raises(ScenarioError, match=r"chỉ tiêu của kế hoạch|không thể có"):
            assumed_observations(scenario(indicators=bad), tables)


def test_the_page_marks_every_assumed_indicator():
    of = page("bi-quan")
    from dti.scenarios import sentences as say
    from dti.scenarios import tables as what_if_tables

    assert "**Giả định:**" in say.plan(of) and "65%" in say.plan(of)
    assert "GIẢ ĐỊNH" in what_if_tables.plan_table(of).bundle["text/html"]


def test_the_shipped_scenarios_ask_five_questions_and_all_apply():
    assert len(scenario_names()) >= 5
    for name in scenario_names():
        assert page(name).outcome.base_rank == 54


def test_the_panel_answers_a_slider_and_what_it_saves_loads_back_to_the_same(data_copy):
    panel = Panel(page("xa-hoi-so", data=data_copy))
    before = panel.rank.value, panel.sentence.value, panel.chart.value
    panel.sliders["HDCQS"].value = 0.8
    after = panel.rank.value, panel.sentence.value, panel.chart.value
    assert all(old != new for old, new in zip(before, after, strict=True))
    panel.title.value, panel.reasoning.value = "Thử nghiệm", "Thử một mức cao hơn."
    saved = save_scenario(panel.scenario(), "thu-nghiem", data_copy)
    loaded = apply(read_scenario(saved), data_copy)
    assert (loaded.rank, loaded.total) == (panel.current.outcome.rank, panel.current.outcome.total)
    with pytest.raises(DataError, match="Đã có kịch bản thu-nghiem; không ghi đè"):
        save_scenario(panel.scenario(), "thu-nghiem", data_copy)
    with pytest.raises(DataError, match="không làm tên tệp được"):
        save_scenario(panel.scenario(), "../thu", data_copy)


def test_several_scenarios_stand_side_by_side_as_each_does_alone():
    several = pages(scenario_names())
    beside, added, sought = comparison(several).rows, added_points(several).rows, goals(several).rows
    for place, of in enumerate(several, start=1):
        key = f"scenario-{place}"
        row = beside.loc[key]
        assert row["name"] == of.title and row["rank"] == of.outcome.rank
        assert np.isnan(row["total"]) if of.outcome.projected else row["total"] == of.outcome.total
        assert (row["low"] <= row["rank"] <= row["high"]) == of.outcome.by_chance
        assert added.at[key, "total"] == pytest.approx(of.outcome.added.sum())
    assert sought["rank"].tolist() == [45]


def test_scenarios_of_other_provinces_are_told_apart_by_name(data_copy):
    path = scenario_path("xa-hoi-so", data_copy)
    other = path.with_name("dien-bien.yml")
    other.write_text(path.read_text(encoding="utf-8") + "province: dien-bien\n", encoding="utf-8")
    names = comparison(pages(["xa-hoi-so", "dien-bien"], data=data_copy)).rows["name"].tolist()
    assert [name.rsplit(" (")[1] for name in names] == ["Điện Biên, 2023)", "Lai Châu, 2023)"]


def test_the_charts_of_several_scenarios_say_every_rank_and_every_total():
    several, names = pages(scenario_names()), ", ".join(scenario_names())
    charts = [shown.bundle["text/plain"] for shown in shown_by("06_compare_scenarios", scenarios=names)]
    ranks, points = (next(text for text in charts if text.startswith(word)) for word in ("Hạng tốt nhất", "Thêm nhiều"))
    assert all(f"{of.title}: {of.outcome.rank}" in ranks for of in several)
    assert all(f"{of.title}: {number(of.outcome.added.sum(), 'vi', 1)}" in points for of in several)


@pytest.mark.parametrize(
    ("names", "words"),
    [([], "chưa nêu kịch bản nào"), (["hang-45", "hang-45"], "hang-45: .*hai lần"), (["x", "y"], "'x'.*\n.*'y'")],
)
def test_scenarios_that_cannot_be_compared_are_named(names, words):
    with pytest.raises(DataError, match=words):
        pages(names)


def test_the_panel_offers_only_what_the_others_can_do_from_that_year(data_copy):
    path = scenario_path("xa-hoi-so", data_copy)
    path.write_text(path.read_text(encoding="utf-8").replace("year: 2023", "year: 2022"), encoding="utf-8")
    panel = Panel(page("xa-hoi-so", data=data_copy))
    assert [name for _, name in panel.others.options] == ["fixed", "published"]


def test_a_title_with_markup_comes_out_as_text(data_copy):
    path = scenario_path("xa-hoi-so", data_copy)
    path.write_text(
        path.read_text(encoding="utf-8").replace("Xã hội số đạt", "<script>x</script> *đậm*"), encoding="utf-8"
    )
    from dti.scenarios import sentences as say

    assert "<script" not in say.title(page("xa-hoi-so", data=data_copy))


def test_the_command_prints_and_compares(dti, tmp_path):
    code, out, _ = dti("whatif", "hang-45", "xa-hoi-so")
    assert code == 0 and "So sánh các kịch bản" in out and "hạng 52" in out
    code, out, _ = dti("whatif", "hang-45", "--json")
    record = json.loads(out)[0]
    assert record["goal"]["reachable"] and record["scenario"]["rank"] == 45
    bad = tmp_path / "bad.yml"
    bad.write_text(GOOD + "others: x\n", encoding="utf-8")
    code, out, err = dti("whatif", bad, "no-such", "hang-45", "--lang", "en")
    assert (code, out) == (2, "") and "bad.yml, line 4" in err and "no-such" in err
