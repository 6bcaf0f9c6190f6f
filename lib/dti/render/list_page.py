"""The page that lists the reports."""

import base64
import hashlib
from collections.abc import Mapping, Sequence

import jinja2
import markupsafe

from dti.render.catalogue import PACKAGE, Report
from dti.render.out_folder import Folder
from dti.words.vietnamese import Lang, number, sort_key

#: What the page calls the formats that it lists, in this order.
FORMATS = {"html": "HTML", "docx": "Word", "pdf": "PDF", "xlsx": "Excel", "csv": "CSV"}

WORDS: dict[Lang, dict[str, str]] = {
    "vi": {
        "title": "Báo cáo chuyển đổi số tỉnh Lai Châu năm {year}",
        "skip": "Đến nội dung chính",
        "province": "Toàn tỉnh",
        "agencies": "Từng cơ quan",
        "status": "Tình hình gửi số liệu năm {year}",
        "agency": "Cơ quan",
        "caption": "Báo cáo và số liệu chính của từng cơ quan",
    },
    "en": {
        "title": "Digital transformation reports of Lai Châu, {year}",
        "skip": "Skip to content",
        "province": "The province",
        "agencies": "Agencies",
        "status": "Figures received for {year}",
        "agency": "Agency",
        "caption": "Reports and key figures of each agency",
    },
}

#: On top of the reports' own style.
NAMES_WIDE = (
    "tbody th { min-width: 11rem; } .files { font-size: .85em; white-space: nowrap; } "
    ".files::before { content: '· '; } tbody .files { display: block; } tbody .files::before { content: ''; }"
)


def index_page(
    folder: Folder,
    listed: Sequence[Report],
    names: Mapping[str, str],
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
    status : file of the page that says who has sent what, if there is one
    mark : what every page made from illustrative figures says of itself
    """
    done = [report for report in listed if folder.formats(report.name)]
    province = [_row(folder, report, getattr(report.kind, f"title_{lang}")) for report in done if not report.kind.each]
    province += [
        _row(folder, report, f"{getattr(report.kind, f'title_{lang}')}: {names[report.parameters['scenario']]}")
        for report in done
        if report.kind.each == "scenario"
    ]
    agencies = [
        _row(folder, report, names[report.parameters["agency"]]) for report in done if report.kind.each == "agency"
    ]
    agencies.sort(key=lambda row: sort_key(row["name"]))
    labels = _in_order([list(row["figures"]) for row in agencies])
    for row in agencies:
        row["cells"] = [number(row["figures"].get(label, 0), lang) for label in labels]
    style = (PACKAGE / "export" / "templates" / "html" / "style.css").read_text(encoding="utf-8") + NAMES_WIDE
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(PACKAGE / "render" / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
    )
    return environment.get_template("index.html.j2").render(
        province=province,
        agencies=agencies,
        labels=labels,
        lang=lang,
        mark=mark,
        status=status,
        formats=FORMATS,
        words={key: text.format(year=year) for key, text in WORDS[lang].items()},
        style=markupsafe.Markup(style),
        policy=f"default-src 'none'; style-src 'sha256-{_sha256(style)}'; base-uri 'none'; form-action 'none'",
    )


def _sha256(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _row(folder: Folder, report: Report, name: str) -> dict:
    files = {form: f"{report.name}.{form}" for form in FORMATS if form in folder.formats(report.name)}
    return {"name": name, "files": files, "figures": folder.entries[report.name]["key_figures"]}


def _in_order(lists: Sequence[Sequence[str]]) -> list[str]:
    """Return every label once, each after the one it follows in some list.

    Examples
    --------
    >>> _in_order([["a", "c"], ["a", "b", "c"], ["c", "d"]])
    ['a', 'b', 'c', 'd']
    """
    ordered: list[str] = []
    for labels in lists:
        place = 0
        for label in labels:
            if label in ordered:
                place = ordered.index(label) + 1
            else:
                ordered.insert(place, label)
                place += 1
    return ordered
