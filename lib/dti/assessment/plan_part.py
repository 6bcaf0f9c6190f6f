"""The annual assessment: what a year reached, level by level and pillar by pillar, and what the next one asks.

The year assessed is the last one with results: the report year if it has any, else the year before, whose results
are then set beside the report year's targets. Numbers link to the figure's row in the table of sources; changes and
gaps to the table of indicators. Sentences group indicators by verdict, as an office writes.
"""

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from dti.plan.progress import PROVINCE, agency_progress, figures, gap_to_target, of_plan
from dti.plan.rows import described, figure_anchor, lead_agencies
from dti.plan.sentences import statements
from dti.show import outputs
from dti.show.outputs import Column
from dti.words.labels import LEVELS
from dti.words.markdown import escape, linked
from dti.words.sentences import joined, lowered, sentence
from dti.words.texts import prose
from dti.words.vietnamese import Lang, number, quantity, sort_key

VERDICTS = ["above", "met", "short", "no_target"]


@dataclass(frozen=True)
class Assessment:
    """All that the sentences speak of.

    Parameters
    ----------
    tables : as `dti.store.tables.load_all` gives them
    year : report year
    """

    tables: dict[str, pd.DataFrame]
    year: int
    lang: Lang

    @cached_property
    def assessed(self) -> int:
        """The last year with results: the report year, else the year before."""
        observations = self.tables["observations"]
        of_year = observations[(observations["year"] == self.year) & (observations["kind"] == "actual")]
        return self.year if len(of_year) else self.year - 1

    @property
    def ahead(self) -> int:
        """The year whose tasks follow."""
        return self.assessed + 1

    @cached_property
    def progress(self) -> pd.DataFrame:
        """The province's progress of the report year, as the table of indicators shows it."""
        return described(agency_progress(self.tables, PROVINCE, self.year), self.tables, self.year, self.lang)

    @cached_property
    def rows(self) -> pd.DataFrame:
        """One row per indicator: what it reached, its target, the year before, next year's target, the verdict."""
        now = self._of_province(self.assessed)
        following = self._of_province(self.ahead)["year_target"]
        rows = self.progress[["indicator_id", "name", "level", "pillar", "unit", "direction"]].set_index("indicator_id")
        rows = rows.assign(
            result=now["year_actual"], target=now["year_target"], before=now["base_actual"], following=following
        )
        gap = gap_to_target(rows["result"], rows["target"], rows["direction"])
        verdict = pd.Series("no_target", index=rows.index).where(gap.isna(), "short")
        verdict = verdict.mask(gap == 0, "met").mask(gap < 0, "above").where(rows["result"].notna())
        return rows.assign(gap=gap, verdict=verdict).reset_index()

    def _of_province(self, year: int) -> pd.DataFrame:
        wide = figures(self.tables["observations"], year)
        return wide[wide.index.get_level_values("agency_id") == PROVINCE].droplevel("agency_id")

    @cached_property
    def comparators(self) -> pd.Series:
        """Comparator of every figure in use of the province, by (indicator_id, kind, year)."""
        used = self.tables["observations"].query("in_use and agency_id == 'tinh' and period == 'year'")
        return used.set_index(["indicator_id", "kind", "year"])["comparator"]

    def words(self, vi: str, en: str) -> str:
        """Return the text in the report's language."""
        return {"vi": vi, "en": en}[self.lang]

    def _key(self, row: pd.Series, column: str) -> tuple[str, str, int]:
        kind, year = {
            "result": ("actual", self.assessed),
            "target": ("target", self.assessed),
            "before": ("actual", self.assessed - 1),
            "following": ("target", self.ahead),
        }[column]
        return row["indicator_id"], kind, year

    def comparator(self, row: pd.Series, column: str) -> str:
        """Return whether a figure is exact, a minimum or a maximum."""
        return self.comparators[self._key(row, column)]

    def anchor(self, row: pd.Series, column: str) -> str:
        """Return the anchor of a figure's row in the table of sources."""
        return figure_anchor(*self._key(row, column))

    def figure(self, row: pd.Series, column: str) -> str:
        """Return a figure with its unit, linked to its row in the table of sources."""
        least = {">=": self.words("tối thiểu ", "at least "), "<=": self.words("tối đa ", "at most ")}
        shown = linked(quantity(row[column], row["unit"], self.lang), self.anchor(row, column))
        return least.get(self.comparator(row, column), "") + shown

    def size(self, row: pd.Series, value: float, anchor: str) -> str:
        """Return the size of a change or gap in words, linked to the table that shows it."""
        points = self.words(" điểm phần trăm", " percentage points") if row["unit"] == "percent" else ""
        return linked(number(abs(value), self.lang), f"{anchor}-{row['indicator_id']}") + points


def title(of: Assessment) -> str:
    """Return the report's heading."""
    return of.words(
        f"# Đánh giá kết quả chuyển đổi số năm {of.assessed} và nhiệm vụ năm {of.ahead} trên địa bàn tỉnh Lai Châu",
        f"# Assessment of digital transformation in {of.assessed} and tasks for {of.ahead}, Lai Châu Province",
    )


def scope_note(of: Assessment) -> str:
    """Return which year is assessed, so that tasks cannot be read as results."""
    return prose("assessment_scope", of.lang, assessed=of.assessed, ahead=of.ahead, reported=of.assessed == of.year)


def level_counts(of: Assessment) -> pd.DataFrame:
    """Return how many indicators have a result, level by level, and how they stand against the year's own target.

    Returns
    -------
    level, name, anchor, results, and one column per verdict; the last row sums up.
    """
    rows = of.rows[of.rows["result"].notna()]
    counts = pd.crosstab(rows["level"], rows["verdict"]).reindex(index=list(LEVELS), columns=VERDICTS, fill_value=0)
    counts.loc["total"] = counts.sum()
    counts.insert(0, "results", counts.sum(axis=1))
    counts.insert(0, "anchor", "l-" + counts.index)
    counts.insert(0, "name", [*(name[of.lang] for name in LEVELS.values()), of.words("Tổng số", "Total")])
    return counts.rename_axis(index="level", columns=None).reset_index()


def level_table(of: Assessment) -> outputs.Shown:
    """Return `level_counts` as an output."""
    labels = {
        "name": of.words("Cấp", "Level"),
        "results": of.words("Có kết quả", "With a result"),
        "above": of.words("Vượt mục tiêu", "Better than target"),
        "met": of.words("Đạt mục tiêu", "On target"),
        "short": of.words("Chưa đạt", "Short of target"),
        "no_target": of.words("Không có mục tiêu", "No target"),
    }
    columns = [Column(name, label, numeric=name != "name") for name, label in labels.items()]
    caption = of.words(
        f"Số chỉ tiêu có kết quả năm {of.assessed}, theo cấp", f"Indicators with a {of.assessed} result, by level"
    )
    return outputs.table(level_counts(of), columns, caption, anchor="anchor", kind="levels")


def overview(of: Assessment) -> str:
    """Return the sentences that sum up the year against its own targets."""
    counts = level_counts(of).set_index("level").loc["total"]
    cited = {name: linked(number(counts[name], of.lang), "l-total") for name in ["results", *VERDICTS]}
    judged = {
        "above": of.words("{} chỉ tiêu vượt mục tiêu", "{} better than the target"),
        "met": of.words("{} chỉ tiêu đạt mục tiêu", "{} on target"),
        "short": of.words("{} chỉ tiêu chưa đạt mục tiêu", "{} short of the target"),
    }
    parts = [words.format(cited[name]) for name, words in judged.items() if counts[name]]
    said = of.words(
        f"Năm {of.assessed} có kết quả của {cited['results']} chỉ tiêu",
        f"For {of.assessed}, results are known of {cited['results']} indicators",
    )
    if parts:
        said += of.words("; đối chiếu với mục tiêu của năm, ", "; against the year’s own targets, ") + joined(
            parts, of.lang
        )
    if not counts["no_target"]:
        return sentence(said)
    return (
        sentence(said)
        + " "
        + of.words(
            f"Có {cited['no_target']} chỉ tiêu mà số liệu không ghi mục tiêu năm {of.assessed}, nên chỉ nêu kết quả, không đánh giá mức hoàn thành.",
            f"For {cited['no_target']} of them the data holds no {of.assessed} target, so the result is stated without a verdict.",
        )
    )


def level_text(of: Assessment, level: str) -> str:
    """Return the paragraphs on one level: what was met and missed, and which shares were reached without a target.

    Counts without a target would only repeat what the pillars say.
    """
    rows = of.rows[(of.rows["level"] == level) & of.rows["result"].notna()]
    judged = rows[rows["verdict"] != "no_target"]
    others = rows.drop(judged.index)
    shares = others["unit"] == "percent"
    paragraphs = [_against_target(of, row) for _, row in judged.iterrows()] + _results(of, others[shares])
    if not shares.all():
        paragraphs.append(
            of.words(
                f"Các chỉ tiêu tính bằng số lượng mà số liệu không ghi mục tiêu năm {of.assessed} được nêu tại mục II",
                f"Counts for which the data holds no {of.assessed} target are stated in section II",
            )
        )
    return "\n".join([f"### {LEVELS[level][of.lang]}", "", *(f"- {sentence(said)}" for said in paragraphs)])


def _results(of: Assessment, rows: pd.DataFrame) -> list[str]:
    """Return results without a verdict: shares in one sentence, those of the same size together; counts in another."""
    share = rows["unit"] == "percent"
    sentences = []
    if share.any():
        sentences += [_same(of, group, "result") for group in _by_size(of, rows[share], "result")]
    if (~share).any():
        verb = of.words("là", "came to")
        sentences.append(
            "; ".join(
                f"{_name(of, row, 'result')} {verb} {of.figure(row, 'result')}{_since(of, row)}"
                for _, row in rows[~share].iterrows()
            )
        )
    return sentences


def _by_size(of: Assessment, rows: pd.DataFrame, column: str) -> list[pd.DataFrame]:
    """Return rows in groups of the same figure, the highest first; what changed on the year before stands alone."""
    comparator = [of.comparator(row, column) for _, row in rows.iterrows()]
    alone = rows["indicator_id"].where(rows["before"].notna() & (column == "result"), "")
    groups = rows.groupby([-rows[column], pd.Series(comparator, index=rows.index), alone], sort=True)
    return [group for _, group in groups]


def _same(of: Assessment, group: pd.DataFrame, column: str) -> str:
    """Return that one indicator, or several together, reached a figure."""
    names = joined([_name(of, row, column) for _, row in group.iterrows()], of.lang)
    first = group.iloc[0]
    verb = (
        of.words("đạt", "reached")
        if len(group) == 1
        else of.words("đều đạt", "all reached" if len(group) > 2 else "both reached")
    )
    return f"{names} {verb} {of.figure(first, column)}" + (_since(of, first) if column == "result" else "")


def _name(of: Assessment, row: pd.Series, column: str) -> str:
    """Return an indicator's name, linked to the source of its figure."""
    return linked(escape(lowered(row["name"])), of.anchor(row, column))


def _since(of: Assessment, row: pd.Series) -> str:
    if pd.isna(row["before"]):
        return ""
    change = row["result"] - row["before"]
    if change == 0:
        return of.words(f", không đổi so với năm {of.assessed - 1}", f", unchanged on {of.assessed - 1}")
    way = of.words("tăng", "up") if change > 0 else of.words("giảm", "down")
    size = of.size(row, change, "i")
    return of.words(f", {way} {size} so với năm {of.assessed - 1}", f", {way} {size} on {of.assessed - 1}")


def _against_target(of: Assessment, row: pd.Series) -> str:
    """Return a result against the year's own target, with the verb that fits."""
    reached = of.words(
        f"{_name(of, row, 'result')} đạt {of.figure(row, 'result')}{_since(of, row)}",
        f"{_name(of, row, 'result')} reached {of.figure(row, 'result')}{_since(of, row)}",
    )
    target = of.figure(row, "target")
    if row["verdict"] == "met":
        return f"{reached}, " + of.words(f"đạt mục tiêu đề ra ({target})", f"on target ({target})")
    size = of.size(row, row["gap"], "i" if of.assessed == of.year else "b")
    if row["verdict"] == "above":
        return f"{reached}, " + of.words(
            f"vượt {size} so với mục tiêu {target}", f"better than the target of {target} by {size}"
        )
    return f"{reached}, " + of.words(
        f"chưa đạt mục tiêu {target}, còn thiếu {size}", f"short of the target of {target} by {size}"
    )


def pillar_text(of: Assessment, pillar: pd.Series) -> str:
    """Return the section on one pillar: results, limitations, next year's tasks and who answers for them.

    Parameters
    ----------
    pillar : one row of ``data/pillars.csv``
    """
    rows = of.rows[of.rows["pillar"] == pillar["pillar"]]
    return "\n\n".join(
        [
            f"### {pillar['number']}. {escape(pillar[f'name_{of.lang}'])}",
            of.words("#### a) Kết quả đạt được", "#### a) Results"),
            _said(of, pillar, "result", _measured(of, rows)),
            of.words("#### b) Tồn tại, hạn chế", "#### b) Limitations"),
            _said(of, pillar, "limitation", _missed(of, rows)),
            of.words(f"#### c) Nhiệm vụ năm {of.ahead}", f"#### c) Tasks for {of.ahead}"),
            _said(of, pillar, "task", _asked(of, rows)),
            _who_answers(of, rows),
        ]
    ).replace("\n\n\n\n", "\n\n")


def _said(of: Assessment, pillar: pd.Series, kind: str, measured: str) -> str:
    """Return the statements of one kind, with what the figures add; or that there is nothing."""
    listed = statements(of.tables, pillar["pillar"], of.ahead, of.lang, [kind])
    items = "\n".join(line for line in listed.splitlines() if line.startswith("- "))
    nothing = {
        "result": of.words(
            "- Chưa có kết quả nào được ghi nhận cho nội dung này.", "- No result is recorded for this pillar."
        ),
        "limitation": of.words(
            "- Nguồn không nêu tồn tại, hạn chế riêng cho nội dung này.",
            "- The source states no limitation for this pillar.",
        ),
        "task": of.words(
            f"- Chưa có nhiệm vụ năm {of.ahead} trong số liệu.", f"- The data holds no tasks for {of.ahead} yet."
        ),
    }[kind]
    return "\n".join(filter(None, [items, measured])) or nothing


def _measured(of: Assessment, rows: pd.DataFrame) -> str:
    known = rows[rows["result"].notna()]
    good = known[known["verdict"].isin(["above", "met"])]
    said = [_against_target(of, row) for _, row in good.iterrows()]
    return _items(said + _results(of, known[known["verdict"] == "no_target"]))


def _missed(of: Assessment, rows: pd.DataFrame) -> str:
    return _items([_against_target(of, row) for _, row in rows[rows["verdict"] == "short"].iterrows()])


def _asked(of: Assessment, rows: pd.DataFrame) -> str:
    """Return next year's targets: what is to rise, what is to be held, what is new."""
    asked = rows[rows["following"].notna()]
    more = asked["direction"] * (asked["following"] - asked["result"])
    said = []
    if (more > 0).any():
        moves = [
            of.words(
                f"{_name(of, row, 'following')} từ {of.figure(row, 'result')} lên {of.figure(row, 'following')}",
                f"{_name(of, row, 'following')} from {of.figure(row, 'result')} to {of.figure(row, 'following')}",
            )
            for _, row in asked[more > 0].iterrows()
        ]
        said.append(of.words("phấn đấu đưa ", "raise ") + "; ".join(moves))
    if (more <= 0).any():
        held = [
            joined([_name(of, row, "following") for _, row in group.iterrows()], of.lang)
            + of.words(" ở mức ", " at ")
            + of.figure(group.iloc[0], "following")
            for group in _by_size(of, asked[more <= 0], "following")
        ]
        said.append(of.words("tiếp tục duy trì ", "hold ") + "; ".join(held))
    if more.isna().any():
        new = [_to(of, group) for group in _by_size(of, asked[more.isna()], "following")]
        said.append(
            of.words("phấn đấu để ", "bring ")
            + "; ".join(new)
            + of.words(" (chưa có kết quả để so sánh)", " (no earlier result to compare with)")
        )
    return _items(said)


def _to(of: Assessment, group: pd.DataFrame) -> str:
    names = joined([_name(of, row, "following") for _, row in group.iterrows()], of.lang)
    verb = of.words("đạt" if len(group) == 1 else "đều đạt", "to")
    return f"{names} {verb} {of.figure(group.iloc[0], 'following')}"


def _items(said: list[str]) -> str:
    return "\n".join(f"- {sentence(text)}" for text in said)


def _who_answers(of: Assessment, rows: pd.DataFrame) -> str:
    """Return which agencies lead the pillar's indicators that have a target ahead."""
    leads = lead_agencies(of.tables, of.year, of.lang).set_index("indicator_id")["leads"]
    names = leads.reindex(rows.loc[rows["following"].notna(), "indicator_id"]).dropna()
    agencies = sorted({name for cell in names for name in cell.split("; ")}, key=sort_key)
    if not agencies:
        return ""
    return of.words(
        f"Cơ quan chủ trì các chỉ tiêu có mục tiêu năm {of.ahead}: {escape('; '.join(agencies))}.",
        f"Lead agencies of the indicators with a {of.ahead} target: {escape('; '.join(agencies))}.",
    )


def agencies_to_act(of: Assessment) -> pd.DataFrame:
    """Return how many of the indicators with a gap each agency leads, supports or implements, most first.

    Returns
    -------
    agency_id, name, lead, support, implement; only agencies with a part in at least one.
    """
    short = of.progress.loc[of.progress["gap"] > 0, "indicator_id"]
    duties = of_plan(of.tables["responsibilities"], of.year)
    duties = duties[duties["indicator_id"].isin(short)]
    counts = pd.crosstab(duties["agency_id"], duties["role"]).reindex(
        columns=["lead", "support", "implement"], fill_value=0
    )
    names = of.tables["agencies"].set_index("agency_id")[f"name_{of.lang}"]
    counts = counts[counts.sum(axis=1) > 0].assign(name=names).rename_axis(columns=None).reset_index()
    order = counts["name"].map(sort_key)
    return (
        counts.assign(_order=order)
        .sort_values(["lead", "support", "implement", "_order"], ascending=[False, False, False, True])
        .drop(columns="_order")
    )


def act_table(of: Assessment) -> outputs.Shown:
    """Return `agencies_to_act` as an output."""
    labels = {
        "name": of.words("Cơ quan", "Agency"),
        "lead": of.words("Chủ trì", "Leads"),
        "support": of.words("Phối hợp", "Supports"),
        "implement": of.words("Thực hiện", "Implements"),
    }
    caption = of.words(
        "Cơ quan phải hành động: số chỉ tiêu còn khoảng cách, theo vai trò",
        "Agencies that must act: indicators with a gap, by role",
    )
    columns = [Column(name, label, numeric=name != "name") for name, label in labels.items()]
    return outputs.table(agencies_to_act(of), columns, caption, kind="act")
