"""The page that lists the reports, and shows the province at a glance: largest gaps, agency by pillar."""

import base64
import hashlib
from collections.abc import Mapping, Sequence

import jinja2
import markupsafe
import pandas as pd

from dti.plan.passages import alike, heat
from dti.plan.progress import PROVINCE, agencies_progress
from dti.plan.rows import described, largest_gaps, lead_agencies
from dti.render.catalogue import PACKAGE, Report
from dti.render.out_folder import Folder
from dti.words.vietnamese import UNKNOWN, Lang, difference, number, quantity, sort_key
from dti.words.word_list import word

#: What the page calls the formats that it lists, in this order.
FORMATS = {"html": "HTML", "docx": "Word", "pdf": "PDF", "xlsx": "Excel", "csv": "CSV"}
#: So many gaps stand on the page.
GAPS = 5
#: From so many open gaps or missed targets on, a cell has the next deeper shade.
SHADES = (1, 3, 6)


def index_page(
    folder: Folder,
    listed: Sequence[Report],
    names: Mapping[str, str],
    tables: dict[str, pd.DataFrame],
    year: int,
    lang: Lang,
    mark: str = "",
    status: str = "",
) -> str:
    """Return the page that lists the reports that are there: the province's, then the agencies by name.

    Parameters
    ----------
    listed : every report there may be
    names : name of each agency and title of each scenario, by id
    tables : all tables, for what the page says of the province
    status : file of the page that says who has sent what, if there is one
    mark : what every page made from illustrative figures says of itself
    """
    done = [report for report in listed if folder.formats(report.name)]
    province = [_row(folder, report, report.kind.title(lang)) for report in done if not report.kind.each]
    province += [
        _row(folder, report, f"{report.kind.title(lang)}: {names[report.parameters['scenario']]}")
        for report in done
        if report.kind.each == "scenario"
    ]
    of_agencies = [report for report in done if report.kind.each == "agency"]
    with_report = {report.parameters["agency"]: report for report in sorted(of_agencies, key=_is_brief, reverse=True)}
    rows = agencies_progress(tables, [PROVINCE, *with_report], year)
    of_province = described(rows.pop(PROVINCE), tables, year, lang)
    cells = _cells(tables, rows, year, lang)
    agencies = [
        _row(folder, report, names[agency]) | {"cells": cells[agency]} for agency, report in with_report.items()
    ]
    agencies.sort(key=lambda row: sort_key(row["name"]))
    same = [sorted((names[one] for one in group), key=sort_key) for group in alike(tables, year)]
    templates = PACKAGE / "render" / "templates"
    style = (PACKAGE / "export" / "templates" / "html" / "style.css").read_text(encoding="utf-8")
    style += (templates / "index.css").read_text(encoding="utf-8")
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(templates), autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True
    )
    return environment.get_template("index.html.j2").render(
        province=province,
        agencies=agencies,
        said=said(of_province, year, lang),
        gaps=gaps(of_province, tables, year, lang),
        pillars=[*tables["pillars"][f"name_{lang}"], word("list.whole", lang)],
        same=[", ".join(group) for group in same if set(group) <= {row["name"] for row in agencies}],
        lang=lang,
        mark=mark,
        status=status,
        formats=FORMATS,
        words=_words(year, lang),
        style=markupsafe.Markup(style),
        policy=f"default-src 'none'; style-src 'sha256-{_sha256(style)}'; base-uri 'none'; form-action 'none'",
    )


def _words(year: int, lang: Lang) -> dict[str, str]:
    return {
        "title": word("list.title", lang, year=year),
        "status": word("list.status", lang, year=year),
        "skip": word("list.skip", lang),
        "province": word("list.province", lang),
        "agencies": word("list.agencies", lang),
        "agency": word("list.agency", lang),
        "caption": word("list.caption", lang),
        "legend": word("list.legend", lang),
        "same": word("list.same", lang),
        "gaps": word("list.gaps", lang),
        "indicator": word("list.indicator", lang),
        "known": word("list.known", lang),
        "target": word("list.target", lang, year=year),
        "gap": word("list.gap", lang),
        "lead": word("list.lead", lang),
    }


def said(rows: pd.DataFrame, year: int, lang: Lang) -> str:
    """Return the sentence on where the province stands: met and missed, or before results how many gaps there are.

    Parameters
    ----------
    rows : the province's progress, as `dti.plan.rows.described` gives it
    """
    targets = int(rows["year_target"].notna().sum())
    status = rows["status"].value_counts()
    if {"met", "missed"} & set(status.index):
        return word(
            "list.said_after",
            lang,
            year=year,
            targets=number(targets, lang),
            met=number(status.get("met", 0), lang),
            missed=number(status.get("missed", 0), lang),
        )
    return word(
        "list.said_before",
        lang,
        year=year,
        before=year - 1,
        targets=number(targets, lang),
        to_do=number(status.get("to_do", 0), lang),
        hold=number(status.get("hold", 0), lang),
        unknown=number(status.get("no_baseline", 0), lang),
    )


def gaps(rows: pd.DataFrame, tables: dict[str, pd.DataFrame], year: int, lang: Lang) -> list[dict[str, str]]:
    """Return the province's largest gaps in words, each with who leads: by its field unless the plan says so."""
    leads = lead_agencies(tables, year, lang).set_index("indicator_id")["leads"]
    return [
        {
            "name": row["name"],
            "known": quantity(
                row["year_actual"] if pd.notna(row["year_actual"]) else row["base_actual"], row["unit"], lang
            ),
            "target": quantity(row["year_target"], row["unit"], lang, comparator=row["year_target_comparator"]),
            "gap": difference(row["gap"], row["unit"], lang).removeprefix("+"),
            "lead": leads.get(row["indicator_id"], UNKNOWN),
        }
        for _, row in largest_gaps(rows, GAPS).iterrows()
    ]


def _cells(
    tables: dict[str, pd.DataFrame], rows: Mapping[str, pd.DataFrame], year: int, lang: Lang
) -> dict[str, list[dict[str, object]]]:
    """Return for each agency a cell for each pillar: its text, its label in words, its shade."""
    pillars = tables["indicators"].set_index("indicator_id")["pillar"]
    counted = heat(
        tables,
        {agency: frame.assign(pillar=frame["indicator_id"].map(pillars)) for agency, frame in rows.items()},
        year,
    )
    names = tables["pillars"].set_index("pillar")[f"name_{lang}"].to_dict() | {"": word("list.whole", lang)}
    found: dict[str, list[dict[str, object]]] = {agency: [] for agency in rows}
    for cell in counted.itertuples():
        figures = {"tasks": cell.tasks, "open": cell.open, "missed": cell.missed}
        found[cell.agency_id].append(
            {
                "parts": list(figures.values()) if any(figures.values()) else [],
                "label": word("list.cell", lang, pillar=names[cell.pillar], **figures),
                "pillar": names[cell.pillar],
                "shade": sum(cell.open + cell.missed >= least for least in SHADES),
            }
        )
    return found


def _sha256(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _is_brief(report: Report) -> bool:
    return "brief" in report.kind.takes


def _row(folder: Folder, report: Report, name: str) -> dict:
    files = {form: f"{report.name}.{form}" for form in FORMATS if form in folder.formats(report.name)}
    return {"name": name, "files": files}
