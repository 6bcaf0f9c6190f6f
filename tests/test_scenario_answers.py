"""What scenarios are made to say: projections, chances, searches, files as people write them."""

import json
import os
import random
import unicodedata

import numpy as np
import pytest

from dti.check import check, check_with_scenarios
from dti.composite.ranks import ranks
from dti.composite.scores import totals
from dti.scenarios import sentences as say
from dti.scenarios import tables
from dti.scenarios.ask import what_if
from dti.scenarios.back_test import back_test
from dti.scenarios.baseline import baseline
from dti.scenarios.faults import ScenarioError
from dti.scenarios.goal_seek import headroom, seek
from dti.scenarios.motion import moved
from dti.scenarios.outcome import apply
from dti.scenarios.page import of_file, of_scenario, page, pages, sound_pages
from dti.scenarios.scenario_file import Goal, Scenario, misnamed, read_scenario, scenario_names, scenario_titles
from dti.scenarios.sliders import Panel
from dti.scenarios.template import schema_text, template
from dti.store.faults import DataError
from dti.words.vietnamese import number

BASE = baseline(2023)
GOOD = "title: a\nreasoning: b\nyear: 2023\n"


def scenario(**given) -> Scenario:
    return Scenario.model_validate({"title": "a", "reasoning": "a", "year": 2023} | given)


@pytest.fixture
def written(tmp_path):
    """Write a scenario's text, and return its file."""

    def write(text: str, name: str = "x.yml"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


# ---------------------------------------------------------------------------------------------- projections


def test_a_province_moves_as_the_others_do_unless_told_otherwise():
    change = totals(2023) - totals(2022)[totals(2023).index]
    grown = (totals(2023) + change).clip(upper=1)
    assert apply(scenario(others="growth")).rank == ranks(grown)["lai-chau"] == 50
    assert apply(scenario(others="growth", own="fixed")).rank == 61


def test_projections_miss_less_when_the_own_province_moves_too():
    missed = {pair: back_test(*pair).missed for pair in [("fixed", "growth"), ("fixed", "regional_growth")]}
    assert [round(miss, 1) for miss in missed.values()] == [23.0, 23.9]
    both = {moves: back_test(moves, moves) for moves in ("growth", "regional_growth", "uncertain")}
    assert [round(both[moves].missed, 1) for moves in ("growth", "regional_growth")] == [13.8, 10.6]
    assert both["uncertain"].missed < 10.5 and both["uncertain"].held > 0.85
    assert round(both["growth"].same_missed, 1) == 9.6


@pytest.mark.parametrize("moves", ["growth", "regional_growth", "uncertain"])
def test_no_score_leaves_its_range_and_what_is_set_is_set_after_growth(moves):
    motion = moved(BASE, moves, draws=300)
    assert motion.totals.to_numpy().max() <= 1 and motion.values.to_numpy().max() <= 1
    outcome = apply(scenario(others=moves, changes={"HTS": "0,65"}), draws=300)
    assert outcome.values["HTS"] == 0.65
    others = apply(scenario(others=moves), draws=300)
    assert outcome.own - others.own == pytest.approx((0.65 - motion.of("lai-chau")[:, 0]) * 0.1, abs=1e-12)


def test_drawn_changes_depend_on_the_level_as_observed_ones_do():
    level = totals(2022)[BASE.total.index]
    slope = np.polyfit(level, BASE.total - level, 1)[0]
    expected = moved(BASE, "uncertain", draws=4000).totals.mean() - BASE.total
    assert np.polyfit(BASE.total, expected, 1)[0] == pytest.approx(slope, abs=0.02)


@pytest.mark.parametrize("own", ["fixed", "uncertain"])
def test_rank_and_lists_are_one_definition_where_chance_moves_provinces(own):
    for province in [*BASE.total.index[::6], "lai-chau"]:
        outcome = apply(scenario(province=province, others="uncertain", own=own, changes={"HTS": "+0,0"}), draws=200)
        assert len(outcome.ahead()) == outcome.rank - 1
        assert outcome.base_rank - outcome.rank == len(outcome.passed()) - len(outcome.passed_by())
        assert outcome.chance(outcome.rank) >= 0.5 > outcome.chance(outcome.rank - 1)


def test_a_projected_page_says_first_that_its_projection_is_poor_and_tells_no_score():
    of = of_scenario(scenario(others="growth"))
    said = say.caution(of)
    assert said.startswith("**Cách dự phóng này kém hơn") and "922/QĐ" in said and "405/QĐ" in said
    assert "DTI là" not in say.answer(of, tables.results(of), tables.places(of))
    assert "kém hơn" not in say.caution(page("xa-hoi-so"))


def test_how_likely_a_rank_is_with_a_change_and_without_it():
    asked = what_if("lai-chau", 2023, {"HTS": 0.95}, own="growth", others="growth")
    chances = [asked.chance(rank) for rank in range(1, 64)]
    assert chances == sorted(chances) and chances[-1] == 1
    assert asked.chance(45, changed=False) < asked.chance(45)
    assert list(asked.table) == ["base", "before", "scenario", "points"]
    assert asked.chart().axes
    assert asked.passed == sorted(asked.page.outcome.passed())


def test_a_change_that_chance_would_carry_beyond_1_stops_there():
    asked = what_if("lai-chau", 2023, {"NT4": 1.0, "HTS": 1.0, "HDCQS": 1.0})
    assert asked.chance(10) > 0.9


def test_the_newest_year_is_a_baseline_at_the_level_that_is_known():
    found = what_if("Lai Châu", 2024, goal=30).page.found
    assert (round(found.need, 1), found.rank) == (10.4, 30)
    with pytest.raises(ScenarioError, match="cơ cấu điểm của năm 2024 chưa biết"):
        what_if("lai-chau", 2024, {"HTS": 0.9})
    with pytest.raises(ScenarioError, match="405/QĐ"):
        what_if("lai-chau", 2024, others="growth")
    with pytest.raises(ScenarioError, match="không dự phóng được"):
        what_if("lai-chau", 2024).chance(30)


def test_a_gap_in_the_scores_is_no_figure_and_spoils_no_other(data_copy):
    path = data_copy / "dti_scores.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not line.startswith("922,2023,lai-chau,HTS,")), encoding="utf-8")
    of = of_scenario(scenario(goal={"rank": 45}), data=data_copy)
    assert of.outcome.rank == 45 and "HTS" not in of.found.mix("cheapest")
    assert "từ –" not in say.contributions(of, tables.changes(of))
    other = what_if("dien-bien", 2023, {"HTS": 0.9}, data=data_copy)
    assert other.chance(30) == pytest.approx(what_if("dien-bien", 2023, {"HTS": 0.9}).chance(30), abs=0.05)
    with pytest.raises(ScenarioError, match="chưa biết"):
        what_if("lai-chau", 2023, {"HTS": 0.9}, data=data_copy)


# ------------------------------------------------------------------------------------------------- searches


def test_no_search_misses_its_rank_and_a_mix_typed_back_as_printed_reaches_it():
    draw = random.Random(14)
    for _ in range(12):  # all of them: benchmarks/searches.py
        start = apply(scenario(province=draw.choice(list(BASE.total.index))))
        costs = {name: draw.choice([1, 1.5, 2]) for name in BASE.values}
        caps = {name: draw.choice(["p75", "leader"]) for name in draw.sample(list(BASE.values), 2)}
        goal = Goal.model_validate({"rank": draw.randint(1, 62), "costs": costs, "caps": caps})
        found = seek(start, goal)
        room = headroom(start, goal)
        if not len(found.plans):
            assert found.held or found.need > room.sum()
            continue
        for way in ("cheapest", "fewest"):
            printed = {name: f"+{number(more, 'vi', 9)} điểm" for name, more in found.mix(way).items()}
            again = apply(scenario(province=start.province, changes=printed))
            assert found.plans.at[way, "reaches"] <= goal.rank and again.rank <= goal.rank
        sizes = [k for k in range(1, 6) if room.nlargest(k).sum() >= found.need - 1e-9]
        assert (found.plans.loc["fewest", BASE.values.columns] > 0).sum() == sizes[0]


def test_the_points_needed_are_printed_rounded_up():
    of = of_scenario(scenario(others="regional_growth", goal={"rank": 45}))
    printed = tables.goal(of).rows.at["goal", "need"]
    assert 0 <= printed - of.found.need < 0.1 and of.found.mix("cheapest").sum() == pytest.approx(printed)


def test_points_are_printed_with_one_decimal_wherever_there_is_room():
    found = page("hang-45").found
    assert all(round(points, 1) == points for points in found.mix("cheapest"))


def test_of_many_cheapest_mixes_the_choice_is_told_and_so_is_the_cost_of_one():
    of = of_scenario(scenario(goal={"rank": 45}))
    assert set(of.found.free.index) == set(BASE.values)
    said = say.goal(of, tables.goal(of), tables.ways(of), tables.choice(of))
    assert "một trong nhiều phương án cùng chi phí" in said and "không ghi chi phí" in said
    only = of_scenario(scenario(goal={"rank": 53, "costs": {"HTS": 0.5}}))
    assert not len(only.found.free)


def test_a_locked_index_is_left_alone_by_search_and_growth():
    of = of_scenario(scenario(others="growth", changes={"HTS": "lock"}, goal={"rank": 40}))
    assert of.outcome.values["HTS"] == BASE.values.at["lai-chau", "HTS"]
    assert "HTS" not in of.found.mix("cheapest")


def test_a_scenario_that_seeks_a_rank_shows_its_mix_and_stands_with_that_rank():
    of = page("hang-45")
    assert of.outcome.rank == 45 and of.outcome.added.sum() == pytest.approx(39.9)
    rows = tables.comparison(pages(scenario_names())).rows
    assert rows.set_index("name")["rank"]["Nỗ lực ít nhất để đạt hạng 45"] == 45
    for _, group in rows.groupby("assumed", sort=False):
        assert group["rank"].is_monotonic_increasing


# --------------------------------------------------------------------------------------- files as people write


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("0,65", 0.65), ("0.65", 0.65), ("+0,05", 0.6159), ("-0.05", 0.5159), ("+10 điểm", 0.6659),
        ("+10 points", 0.6659), ("65%", 0.65), ("dien-bien", BASE.values.at["dien-bien", "HTS"]),
        ("Điện Biên", BASE.values.at["dien-bien", "HTS"]), ("leader", BASE.values["HTS"].max()), ("lock", 0.5659),
    ],
)  # fmt: skip
def test_a_change_is_said_in_one_word_or_number(written, said, value):
    for text in (f"changes:\n  HTS: {said}\n", f"changes: {{HTS: {said}}}\n", f"changes:\n  HTS: '{said}'\n"):
        assert apply(read_scenario(written(GOOD + text))).values["HTS"] == pytest.approx(value)


def test_several_provinces_change_at_once(written):
    alone = apply(read_scenario(written(GOOD + "changes: {HDXHS: median}\n")))
    text = "changes: {HDXHS: median}\nelsewhere:\n  Bến Tre: {HTS: +0,2}\n  dak-nong: {HTS: 0,9}\n"
    assert apply(read_scenario(written(GOOD + text))).rank > alone.rank


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("changes: {HTS: 1:05}\n", "line 4: changes.HTS: '1:05' is no number, yardstick or province"),
        ("changes: {HTS: 1e300}\n", "line 4: changes.HTS: the value becomes 1e+300"),
        ("changes: {HTS: 10 điểm}\n", "line 4: changes.HTS: points want a sign"),
        ("goal: {rank: 45, costs: {HTS: 1e300}}\n", "line 4: goal.costs.HTS: 1e+300 is out of range"),
        ("goal: {rank: 64}\n", "line 4: goal.rank: there is no rank 64"),
        ("indicators: {bao-cao-dinh-ky: 1e28}\n", "line 4: indicators.bao-cao-dinh-ky: 1e+28 is out of range"),
        ("plan_year: 2050\nindicators: {bao-cao-dinh-ky: 90}\n", "line 4: plan_year: there is no plan of 2050"),
        ("province: dien-bien\nindicators: {bao-cao-dinh-ky: 90}\n", "line 5: indicators: the plan’s indicators are"),
        ("changs: {HTS: 0.6}\n", "line 4: changs: unknown key. Closest: changes"),
        ("own: sleeping\n", "line 4: own: 'sleeping' is not a known value. Expected one of: fixed"),
        ("others: published\n", "line 4: others: published cannot be used"),
        ("own: published\n", "line 4: own: published cannot be used"),
    ],
)
def test_what_cannot_be_meant_is_told_in_one_language_with_line_and_key(written, dti, text, words):
    code, out, err = dti("whatif", written(GOOD + text), "--lang", "en")
    assert (code, out) == (2, "") and words in err and "Traceback" not in err
    code, _, err = dti("whatif", written(GOOD + text))
    assert code == 2 and "dòng " in err and "xpected" not in err


def test_a_number_means_what_it_looks_like(written):
    assert read_scenario(written(GOOD + "indicators: {bao-cao-dinh-ky: 065}\n")).indicators == {"bao-cao-dinh-ky": 65}
    assert read_scenario(written(GOOD + "indicators: {bao-cao-dinh-ky: 87,5}\n")).indicators["bao-cao-dinh-ky"] == 87.5


def test_files_of_any_desk_are_read_or_told_of(data_copy, dti):
    folder = data_copy / "scenarios"
    (folder / "._hang-45.yml").write_bytes(b"\x00\x05\x16\x07")
    (folder / "hai.yaml").write_text(GOOD, encoding="utf-8")
    (folder / "ba.YML").write_text(GOOD, encoding="utf-8")
    assert {"hai", "ba"} < set(scenario_names(data_copy)) and not len(misnamed(data_copy))
    (folder / "a,b.yml").write_text(GOOD, encoding="utf-8")
    (folder / f"{unicodedata.normalize('NFD', 'hạng')}.yml").write_text(GOOD, encoding="utf-8")
    (folder / "hai.yml").write_text(GOOD, encoding="utf-8")
    os.mkfifo(folder / "ong.yml")
    assert len(misnamed(data_copy)) == 4
    assert not {"a,b", "ong"} & set(scenario_names(data_copy))
    code, _, err = dti("whatif", folder / "ong.yml")
    assert code == 2 and "không phải là tệp" in err
    assert dti("whatif", folder / "a,b.yml")[0] == 0


def test_a_draft_fails_its_own_page_alone_and_the_check_tells_of_it(data_copy):
    (data_copy / "scenarios" / "nhap.yml").write_text("title: nháp\n", encoding="utf-8")
    assert not len(check(data_copy)) and len(check_with_scenarios(data_copy))
    assert scenario_titles("vi", data_copy)["nhap"] == "nhap"
    made, faulty = sound_pages(scenario_names(data_copy), data=data_copy)
    assert len(made) == 5 and "thiếu khóa" in faulty["nhap"]
    assert "nhap" in say.left_out(faulty, "vi")


def test_a_title_in_one_language_is_enough(written):
    of = of_file(written(GOOD), "en")
    assert say.title(of) == "# Scenario: a"


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_template_names_every_id_and_is_a_scenario(written, lang):
    text = template(lang)
    outcome = apply(read_scenario(written(text)))
    assert outcome.rank == 54 and not outcome.added.any()
    tables_of = of_file(written(text)).tables
    for name in (*BASE.values, *BASE.total.index, *tables_of["indicators"]["indicator_id"]):
        assert f"#   {name}:" in text
    lines = text.replace("changes: {}\n", "").splitlines()
    start = lines.index("# changes:")
    used = [line.removeprefix("# ") if start <= place <= start + 5 else line for place, line in enumerate(lines)]
    again = apply(read_scenario(written("\n".join(used))))
    assert len(again.scenario.changes) == 5 and again.added.abs().max() < 1e-6


def test_the_command_writes_a_template_once_and_a_schema(dti, tmp_path):
    assert dti("whatif", "--new", tmp_path / "moi.yml")[0] == 0
    code, _, err = dti("whatif", "--new", tmp_path / "moi.yml")
    assert code == 2 and "không ghi đè" in err
    code, out, _ = dti("whatif", "--schema")
    assert code == 0 and json.loads(out) == json.loads(schema_text())
    assert dti("whatif")[0] == 2


def test_json_is_all_that_is_printed_and_says_who_must_do_what(dti):
    code, out, _ = dti("whatif", "hang-45", "bi-quan", "dat-moi-muc-tieu", "--json")
    goal, projected, plan = json.loads(out)
    assert code == 0 and goal["goal"]["choice"]["HTS"]["cost"] == 1 and goal["scenario"]["rank"] == 45
    assert projected["scenario"]["score"] is None and projected["back_test"]["same_rank_missed"] > 9
    assert 0 < projected["chance"]["with"]["45"] < 1
    first = plan["who_must"][0]
    assert {"agency_id", "indicator_id", "base_actual", "year_actual"} <= set(first)
    assert any(row["year_actual"] == 80 for row in plan["who_must"])


# --------------------------------------------------------------------------------------------------- sliders


def test_saving_asks_for_title_and_reasoning_and_keeps_what_was_not_moved(data_copy):
    panel = Panel(page("xa-hoi-so", data=data_copy))
    panel.sliders["HDCQS"].value = 0.8
    panel.save.click()
    assert "Tên kịch bản: " in panel.saved.value and len(scenario_names(data_copy)) == 5
    panel.title.value, panel.reasoning.value = "Câu hỏi mới: đến đâu?", "Của tôi"
    panel.save.click()
    saved = page("cau-hoi-moi-den-dau", data=data_copy).scenario
    assert (saved.title.vi, saved.reasoning.vi, saved.goal) == ("Câu hỏi mới: đến đâu?", "Của tôi", None)
    assert saved.changes["HDXHS"].to == "median" and saved.changes["HDCQS"].set == 0.8
    panel.save.click()
    assert "không ghi đè" in panel.saved.value


def test_the_panel_takes_a_decimal_comma_and_leaves_no_stale_answer_after_an_error():
    panel = Panel(page("hang-45"))
    assert "Để đạt hạng 45" in panel.wanted.value and "Khả năng đạt hạng 45" in panel.likely.value
    panel.numbers["HDCQS"].value = "0,8"
    assert panel.sliders["HDCQS"].value == 0.8 and panel.numbers["HDCQS"].value == "0,8000"
    panel.numbers["HDCQS"].value = "0:8"
    assert panel.rank.value == "–" and panel.wanted.value == panel.likely.value == panel.chart.value == ""
    panel.reset.click()
    assert panel.rank.value == "Hạng 54 (năm cơ sở: 54)" and not panel.touched


def test_the_panel_keeps_published_and_speaks_its_language(data_copy):
    path = data_copy / "scenarios" / "that.yml"
    path.write_text("title: a\nreasoning: b\nyear: 2022\nothers: published\n", encoding="utf-8")
    panel = Panel(page("that", "en", data_copy))
    assert panel.others.value == "published" and panel.rank.value == "Rank 54 (baseline: 53)"
    panel.numbers["HTS"].value = "2"
    assert "Expected: a number from 0 to 1" in panel.sentence.value


def test_a_state_that_would_not_load_back_is_not_saved(data_copy):
    panel = Panel(page("hang-45", data=data_copy))
    panel.title.value, panel.reasoning.value = "a", "b"
    panel.others.value = "uncertain"
    panel.save.click()
    assert "không tìm được cách" in panel.saved.value and len(scenario_names(data_copy)) == 5
    panel.keep_goal.value = False
    panel.save.click()
    assert page("a", data=data_copy).scenario.others == "uncertain"
    with pytest.raises(DataError, match="không có kịch bản"):
        page("b", data=data_copy)


@pytest.mark.parametrize(
    ("said", "vi", "en"),
    [
        ("title:\n", "dòng 1: title: để trống", "line 1: title: blank"),
        ("title: [a]\n", "title: [a] không phải một đoạn chữ", "title: [a] is not a text"),
        ("- a\n", "cả tệp: [a] không đúng dạng", "the whole file: [a] has not the right form"),
        ("changes: {HTS: yes}\n", "true không phải một thay đổi", "true is not a change"),
        ("changes: {HTS: 1,2}\n", "giá trị thành 1,2 (từ 0,5659)", "the value becomes 1.2 (from 0.5659)"),
        ("changes: {HTS: '1:05'}\n", "'1:05' không phải một số", "'1:05' is no number"),
        ("goal: {rank: 45, costs: {HTS: 1e300}}\n", "≤ 1.000.000.", "≤ 1,000,000."),
        ("province: lai chay\n", "Gần nhất: lai-chau", "Closest: lai-chau"),
    ],
)
def test_a_message_shows_what_was_written_and_numbers_in_the_readers_language(tmp_path, said, vi, en):
    path = tmp_path / "nhap.yml"
    path.write_text(said if said.startswith(("title", "-")) else f"title: a\nreasoning: b\nyear: 2023\n{said}", "utf-8")
    for lang, words in (("vi", vi), ("en", en)):
        with pytest.raises(DataError) as told:
            of_file(path, lang)
        assert words in str(told.value) and "{'" not in str(told.value)


def test_a_province_is_understood_without_accents():
    assert apply(scenario(province="Lai Chau", changes={"HTS": "dien bien"})).province == "lai-chau"
