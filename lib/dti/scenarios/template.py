"""A commented scenario to fill in, and the JSON Schema by which editors help and check."""

import json
from pathlib import Path

from dti.composite.scores import score_years
from dti.scenarios.baseline import Baseline, baseline
from dti.scenarios.motion import possible_moves
from dti.scenarios.plan_figures import HOME, load_plan
from dti.scenarios.scenario_file import Scenario
from dti.store.faults import DataError
from dti.store.tables import Folder, load
from dti.store.write import write_whole
from dti.words.vietnamese import Lang, number
from dti.words.word_list import word


def _template_year(data: Folder) -> int:
    """Return the newest year that is known index by index."""
    years = score_years(data)
    whole = [year for year in years if baseline(year, data).whole_only]
    return max(set(years) - set(whole), default=years[-1])


def write_template(path: Path, lang: Lang = "vi", data: Folder = None) -> None:
    """Write a commented scenario to fill in; a file that is there is not written over.

    Raises
    ------
    DataError
        a file that is there already, or a place that cannot be written to
    """
    if path.exists():
        raise DataError(word("scenario_file.there", lang, path=path))
    write_whole(path, template(lang, data).encode("utf-8"))


def template(lang: Lang = "vi", data: Folder = None) -> str:
    """Return a scenario that changes nothing, with every key, id and name in comments.

    Examples
    --------
    >>> "#   HTS:" in template("en") and "#   dien-bien:" in template("en")
    True
    """
    base = baseline(_template_year(data), data)
    said = {key: word(f"scenario_new.{key}", lang) for key in ("title", "reasoning", "title_hint", "reasoning_hint")}
    lines = [
        f"# {word('scenario_new.head', lang)}",
        "",
        f"# {said['title']}",
        f"title: {said['title_hint']}",
        f"# {said['reasoning']}",
        f"reasoning: {said['reasoning_hint']}",
        "",
        f"# {word('scenario_new.year', lang, years=', '.join(map(str, score_years(data))))}",
        f"year: {base.year}",
        f"# {word('scenario_new.province', lang)}",
        f"province: {HOME}",
        "",
        f"# {word('scenario_new.others', lang)}",
        *(f"#   {name}: {word(f'scenario.moves.{name}', lang)}" for name in possible_moves(base)),
        "others: fixed",
        f"# {word('scenario_new.own', lang)}",
        "# own: fixed",
        "",
        *_changes(base, lang),
        "",
        *_goal(lang),
        "",
        *_indicators(lang, data),
        "",
        f"# {word('scenario_new.provinces', lang)}",
        *(f"#   {row.province_id}: {row.name_vi}" for row in load("provinces", data).itertuples()),
    ]
    return "\n".join(lines) + "\n"


def _changes(base: Baseline, lang: Lang) -> list[str]:
    values = base.values.loc[HOME]
    lines = [f"# {word('scenario_new.changes.what', lang)}"]
    lines += [f"#   {word(f'scenario_new.changes.{key}', lang)}" for key in ("value", "more", "to", "lock")]
    lines.append("changes: {}")
    lines.append(f"# {word('scenario_new.changes.uncomment', lang)}")
    lines.append("# changes:")
    for name, value in values.items():
        label = base.names[lang].get(name, name)
        decimals = len(f"{value:.9f}".rstrip("0").partition(".")[2])
        exact = number(value, lang, decimals)
        told = word("scenario_new.index", lang, name=label, value=exact, province=HOME)
        lines.append(f"#   {name}: {exact}    # {told}")
    lines += [f"# {word('scenario_new.elsewhere', lang)}", "# elsewhere:", "#   dien-bien: {HTS: p75}"]
    return lines


def _goal(lang: Lang) -> list[str]:
    return [
        f"# {word('scenario_new.goal', lang)}",
        "# goal:",
        "#   rank: 45",
        f"#   costs: {{HDCQS: {number(1.5, lang)}}}",
        "#   caps: {HTS: p75, NT4: p75}",
    ]


def _indicators(lang: Lang, data: Folder) -> list[str]:
    tables = load_plan(data)
    year = int(tables["observations"].query("kind == 'target'")["year"].max())
    lines = [f"# {word('scenario_new.indicators', lang)}", f"# plan_year: {year}", "# indicators:"]
    for row in tables["indicators"].itertuples():
        lines.append(f"#   {row.indicator_id}:    # {getattr(row, f'name_{lang}')}")
    return lines


def schema_text(data: Folder = None) -> str:
    """Return the JSON Schema of scenarios, with the ids that are known, for editors that check and complete YAML.

    Examples
    --------
    >>> json.loads(schema_text())["properties"]["others"]["enum"]
    ['fixed', 'published', 'growth', 'regional_growth', 'uncertain']
    """
    schema = Scenario.model_json_schema()
    base = baseline(_template_year(data), data)
    provinces, indices = list(base.total.index), list(base.values)
    properties = schema["properties"]
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    properties["year"]["enum"] = score_years(data)
    properties["province"]["examples"] = provinces
    properties["changes"]["propertyNames"] = {"examples": indices}
    properties["elsewhere"]["propertyNames"] = {"examples": provinces}
    properties["indicators"]["propertyNames"] = {"enum": load("indicators", data)["indicator_id"].tolist()}
    for name in ("title", "reasoning"):
        properties[name] = {"anyOf": [{"type": "string", "minLength": 1}, properties[name]]}
    return json.dumps(schema, ensure_ascii=False, indent=2)
