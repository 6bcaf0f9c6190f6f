"""Scenarios as a workbook with live formulas, for who has no Jupyter: change a yellow cell, see score and rank change.

One sheet per scenario and one of data. Every figure follows from the cells by formulas that Excel and LibreOffice know;
there are no macros. The formulas are those of `dti.scenarios.outcome`: first provinces move, then the changes are made.
"""

import io
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import xlsxwriter
from xlsxwriter.utility import xl_range_abs, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from dti.composite.ranks import TIE_FLOOR, TIE_SHARE, ranks
from dti.composite.scores import TOTAL
from dti.scenarios.baseline import Baseline
from dti.scenarios.faults import refuse
from dti.scenarios.motion import MOVES, Motion, moved, possible_moves
from dti.scenarios.page import WhatIf
from dti.store.write import write_whole
from dti.words.vietnamese import sort_key
from dti.words.word_list import word

#: Where the table of indices begins on a scenario's sheet, and the list of provinces; rows and columns from 0.
INDICES_ROW, PROVINCES_COLUMN = 9, 8
#: What stands for "not a number" in the line of one's own place, which charts leave out.
NO_POINT = "NA()"


def write_workbook(pages: Sequence[WhatIf], path: Path) -> None:
    """Write scenarios of one baseline year as a workbook with live formulas."""
    write_whole(path, workbook_bytes(pages))


def workbook_bytes(pages: Sequence[WhatIf], *, worked_out: bool = True) -> bytes:
    """Return scenarios of one baseline year as a workbook with live formulas.

    Parameters
    ----------
    worked_out : keep the library's figures beside the formulas, for who shows a workbook without working it out

    Raises
    ------
    ScenarioError
        scenarios of several years, or one in which chance moves provinces

    Examples
    --------
    >>> from dti.scenarios.page import page
    >>> workbook_bytes([page("xa-hoi-so")])[:2]
    b'PK'
    """
    years = sorted({of.scenario.year for of in pages})
    if len(years) > 1:
        raise refuse("year", "several_years", known=years)
    if any(of.outcome.by_chance for of in pages):
        raise refuse("others", "no_chance_in_workbook", known=_moves(pages[0].start.base))
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        made = _Book(book, pages, worked_out)
        for number, of in enumerate(pages, start=1):
            _Sheet(made, of, number).write()
        made.write_data()
    return buffer.getvalue()


def _moves(base: Baseline) -> list[str]:
    return [name for name in possible_moves(base) if name != "uncertain"]


class _Book:
    """What all sheets share: formats, the names of ways to move, and the sheet of data."""

    def __init__(self, book: xlsxwriter.Workbook, pages: Sequence[WhatIf], worked_out: bool) -> None:
        self.book, self.worked_out = book, worked_out
        self.base, self.lang = pages[0].start.base, pages[0].lang
        self.moves = _moves(self.base)
        self.words = {name: word(f"scenario.moves.{name}", self.lang) for name in MOVES}
        self.motions: dict[str, Motion] = {name: moved(self.base, name) for name in self.moves}
        names = pages[0].provinces.reindex(self.base.total.index)
        self.names = names.where(names.notna(), names.index.to_series())
        self.order = sorted(self.names.index, key=lambda province: sort_key(self.names[province]))
        self.indices = list(self.base.values)
        self.data_name = word("scenario.sheet.data", self.lang)
        font = {"font_name": "Arial", "font_size": 10}
        book.formats[0].set_font_name("Arial")
        book.formats[0].set_font_size(10)
        self.title = book.add_format(font | {"bold": True, "font_size": 14})
        self.text = book.add_format(font | {"text_wrap": True, "valign": "top", "font_color": "#444444"})
        self.head = book.add_format(
            font | {"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#12436D", "font_color": "white"}
        )
        self.score = book.add_format(font | {"num_format": "0.0000"})
        self.points = book.add_format(font | {"num_format": "+0.0;-0.0;0.0"})
        self.faint = book.add_format(font | {"num_format": "0.0000", "font_color": "#BFBFBF"})
        self.bold = book.add_format(font | {"bold": True})
        self.steps = book.add_format(font | {"num_format": "+0;-0;0"})
        self.whole = book.add_format(font | {"num_format": "0"})
        self.strong = book.add_format(font | {"num_format": "0", "bold": True, "font_size": 14})
        entry = font | {"bg_color": "#FFF2CC", "border": 1, "border_color": "#BF9000", "locked": False}
        self.entry = book.add_format(entry)
        self.entry_score = book.add_format(entry | {"num_format": "0.0000"})
        self.own = book.add_format({"bold": True, "bg_color": "#FDE3D5"})

    def column(self, place: int) -> str:
        """Return a column of the sheet of data, of all provinces."""
        return f"'{self.data_name}'!{xl_range_abs(1, place, len(self.order), place)}"

    def block(self, place: int) -> str:
        """Return the columns of the sheet of data that say how a figure moves, one for each way to move."""
        return f"'{self.data_name}'!{xl_range_abs(1, place, len(self.order), place + len(self.moves) - 1)}"

    @property
    def value_columns(self) -> dict[str, int]:
        """Where the sheet of data holds the total and every index: the figure, then what each way to move adds."""
        names = [TOTAL] if self.base.whole_only else [TOTAL, *self.indices]
        return {name: 3 + place * (1 + len(self.moves)) for place, name in enumerate(names)}

    @property
    def share_columns(self) -> dict[str, int]:
        """Where the sheet of data holds the share of every index in each province's score."""
        start = 3 + len(self.value_columns) * (1 + len(self.moves))
        return {name: start + place for place, name in enumerate(self.indices)}

    def write_data(self) -> None:
        """Write the sheet of data: what was published, and what each way to move adds to it."""
        sheet = self.book.add_worksheet(self.data_name)
        heads = [word(f"scenario.sheet.{name}", self.lang) for name in ("id", "province", "region")]
        for place, head in enumerate(heads):
            sheet.write(0, place, head, self.head)
        for row, province in enumerate(self.order, start=1):
            sheet.write(row, 0, province)
            sheet.write(row, 1, self.names[province])
            sheet.write(row, 2, str(self.base.regions.get(province, "")))
        for name, place in self.value_columns.items():
            label = name if name == TOTAL else self.base.names[self.lang].get(name, name)
            sheet.write(0, place, f"{label} {self.base.year}", self.head)
            for offset, way in enumerate(self.moves, start=1):
                sheet.write(0, place + offset, f"{label}: {self.words[way]}", self.head)
            self._write_figures(sheet, name, place)
        for name, place in self.share_columns.items():
            label = word("scenario.sheet.share", self.lang, name=self.base.names[self.lang].get(name, name))
            sheet.write(0, place, label, self.head)
            for row, province in enumerate(self.order, start=1):
                sheet.write_number(row, place, float(self.base.shares_of(province)[name]))
        sheet.freeze_panes(1, 2)
        sheet.set_row(0, 62)
        sheet.set_column(0, 2, 20)
        sheet.set_column(3, max(self.share_columns.values()), 13)

    def _write_figures(self, sheet: Worksheet, name: str, place: int) -> None:
        figures = self.base.total if name == TOTAL else self.base.values[name]
        for row, province in enumerate(self.order, start=1):
            if pd.notna(figures[province]):
                sheet.write_number(row, place, float(figures[province]), self.score)
            for offset, way in enumerate(self.moves, start=1):
                motion = self.motions[way]
                after = motion.totals.at[0, province] if name == TOTAL else motion.values.at[province, name]
                if pd.notna(after - figures[province]):
                    sheet.write_number(row, place + offset, float(after - figures[province]), self.score)


class _Sheet:
    """The sheet of one scenario."""

    def __init__(self, made: _Book, of: WhatIf, number: int) -> None:
        self.made, self.of = made, of
        self.name = f"{word('scenario.sheet.scenario', made.lang)} {number}"
        self.sheet = made.book.add_worksheet(self.name)
        self.last = INDICES_ROW + len(made.indices)  # the row of the total, below the indices

    def write(self) -> None:
        """Write the sheet."""
        self._write_head()
        self._write_indices()
        self._write_provinces()
        self._write_results()
        self._draw()

    def _word(self, key: str, **slots: object) -> str:
        return word(f"scenario.sheet.{key}", self.made.lang, **slots)

    def _formula(self, row: int, column: int, formula: str, form: object, value: float | str) -> None:
        self.sheet.write_formula(row, column, f"={formula}", form, value if self.made.worked_out else 0)

    def _write_head(self) -> None:
        made, of, sheet = self.made, self.of, self.sheet
        sheet.set_column(0, 0, 34)
        sheet.set_column(1, 5, 14)
        sheet.set_column(6, 7, 3)
        sheet.write(0, 0, of.title, made.title)
        sheet.merge_range(1, 0, 1, 5, self._word("assumed"), made.text)
        sheet.merge_range(2, 0, 2, 5, self._word("how"), made.text)
        sheet.set_row(1, 28)
        sheet.set_row(2, 28)
        choices = [made.words[name] for name in made.moves]
        entries = [
            ("province", made.names[of.start.province], [made.names[name] for name in made.order]),
            ("others", made.words[of.scenario.others], choices),
            ("own", made.words[of.scenario.moves], choices),
        ]
        for row, (key, said, listed) in enumerate(entries, start=4):
            sheet.write(row, 0, self._word(key))
            sheet.merge_range(row, 1, row, 3, said, made.entry)
            source = f"={made.column(1)}" if key == "province" else listed
            sheet.data_validation(row, 1, row, 1, {"validate": "list", "source": source})
        ways = "{" + ",".join(f'"{choice}"' for choice in choices) + "}"
        rows = [(4, f"MATCH(B5,{made.column(1)},0)", made.order.index(of.start.province) + 1)]
        rows += [
            (5, f"MATCH(B6,{ways},0)", made.moves.index(of.scenario.others) + 1),
            (6, f"MATCH(B7,{ways},0)", made.moves.index(of.scenario.moves) + 1),
        ]
        hidden = made.book.add_format({"font_color": "white"})
        for row, formula, value in rows:
            self._formula(row, 6, formula, hidden, value)

    def _write_indices(self) -> None:
        made, of = self.made, self.of
        heads = ["index", "base", "before", "new", "after", "points"]
        for column, key in enumerate(heads):
            self.sheet.write(INDICES_ROW - 1, column, self._word(key, year=made.base.year), made.head)
        self.sheet.set_row(INDICES_ROW - 1, 44)
        outcome = of.outcome
        for row, name in enumerate(made.indices, start=INDICES_ROW):
            line = row + 1
            place, share = made.value_columns[name], made.share_columns[name]
            figures = outcome.table.loc[name]
            known = f"INDEX({made.column(place)},$G$5)"
            more = f"INDEX({made.block(place + 1)},$G$5,$G$7)"
            self.sheet.write(row, 0, of.index_name(name))
            self._formula(row, 1, f'IF(ISBLANK({known}),"",{known})', made.score, _shown(figures["base"]))
            before = f'IF(ISBLANK({known}),"",MAX(0,MIN(1,{known}+{more})))'
            self._formula(row, 2, before, made.score, _shown(figures["before"]))
            self._write_change(row, name)
            after = f'IF(OR(C{line}="",D{line}=""),C{line},MAX(0,MIN(1,D{line})))'
            self._formula(row, 4, after, made.score, _shown(figures["scenario"]))
            points = f'IF(C{line}="",0,(E{line}-C{line})*INDEX({made.column(share)},$G$5)*1000)'
            self._formula(row, 5, points, made.points, _shown(figures["points"]))
        self._write_total()

    def _write_change(self, row: int, name: str) -> None:
        """Write the yellow cell of an index: its new value, what is added to it, or nothing."""
        change, form = self.of.outcome.scenario.changes.get(name), self.made.entry_score
        limits = {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": 1, "ignore_blank": True}
        limits |= {"error_title": self._word("error_title"), "error_message": self._word("error")}
        self.sheet.data_validation(row, 3, row, 3, limits)
        reached = float(self.of.outcome.values[name])
        if change is None:
            self.sheet.write_blank(row, 3, None, form)
        elif change.by_more:
            added = reached - float(self.of.outcome.reference[name])
            self._formula(row, 3, f"C{row + 1}+{added!r}", form, reached)
        else:
            self.sheet.write_number(row, 3, reached, form)

    def _write_total(self) -> None:
        made, outcome, row = self.made, self.of.outcome, self.last
        total = made.value_columns[TOTAL]
        known = f"INDEX({made.column(total)},$G$5)"
        before = f"MAX(0,MIN(1,{known}+INDEX({made.block(total + 1)},$G$5,$G$7)))"
        points = f"SUM({xl_range_abs(INDICES_ROW, 5, row - 1, 5)})"
        added = float(outcome.added.sum())
        self.sheet.write(row, 0, TOTAL, made.bold)
        self._formula(row, 1, known, made.score, outcome.base_total)
        self._formula(row, 2, before, made.score, outcome.total - added / 1000)
        self._formula(row, 4, f"MAX(0,MIN(1,C{row + 1}+F{row + 1}/1000))", made.score, outcome.total)
        self._formula(row, 5, points, made.points, added)

    def _write_provinces(self) -> None:
        """Write every province with score and rank, and the scores in falling order for the chart."""
        made, outcome, at = self.made, self.of.outcome, PROVINCES_COLUMN
        heads = ["province", "base", "base_rank", "after", "rank", "place", "ordered", "own_place"]
        for column, key in enumerate(heads, start=at):
            self.sheet.write(INDICES_ROW - 1, column, self._word(key, year=made.base.year), made.head)
        after = pd.concat([outcome.others.iloc[0], pd.Series({outcome.province: outcome.total})])
        base_ranks, new_ranks = ranks(made.base.total), ranks(after)
        falling = after.sort_values(ascending=False).to_numpy()
        total = made.value_columns[TOTAL]
        bases, scores = self._range(at + 1), self._range(at + 3)
        for place, province in enumerate(made.order):
            row = INDICES_ROW + place
            known = f"INDEX({made.column(total)},{place + 1})"
            moves = f"INDEX({made.block(total + 1)},{place + 1},$G$6)"
            other = f"MAX(0,MIN(1,{known}+{moves}{self._elsewhere(province)}))"
            self._formula(row, at, f"INDEX({made.column(1)},{place + 1})", None, made.names[province])
            self._formula(row, at + 1, known, made.score, float(made.base.total[province]))
            self._formula(row, at + 2, _rank(row, at + 1, bases), made.whole, int(base_ranks[province]))
            own = f"IF($G$5={place + 1},$E${self.last + 1},{other})"
            self._formula(row, at + 3, own, made.score, float(after[province]))
            self._formula(row, at + 4, _rank(row, at + 3, scores), made.whole, int(new_ranks[province]))
            self.sheet.write_number(row, at + 5, place + 1, made.whole)
            cell = xl_rowcol_to_cell(row, at + 5)
            self._formula(row, at + 6, f"LARGE({scores},{cell})", made.score, float(falling[place]))
            here = f"IF({cell}=$E${self.last + 3},$E${self.last + 1},{NO_POINT})"
            shown = outcome.total if place + 1 == outcome.rank else "#N/A"
            self._formula(row, at + 7, here, made.faint, shown)
        self.sheet.set_column(at, at, 20)
        self.sheet.set_column(at + 1, at + 7, 10)
        mine = {"type": "formula", "criteria": f"=ROW()-{INDICES_ROW}=$G$5", "format": made.own}
        self.sheet.conditional_format(INDICES_ROW, at, INDICES_ROW + len(made.order) - 1, at + 4, mine)

    def _elsewhere(self, province: str) -> str:
        """Return what the scenario's changes of another province add to its score."""
        outcome = self.of.outcome
        if province == outcome.province or not outcome.scenario.elsewhere:
            return ""
        moved_to = self.made.motions[outcome.scenario.others].totals.at[0, province]
        added = float(outcome.others.at[0, province] - moved_to)
        return f"+{added!r}" if added else ""

    def _range(self, column: int) -> str:
        return xl_range_abs(INDICES_ROW, column, INDICES_ROW + len(self.made.order) - 1, column)

    def _write_results(self) -> None:
        made, outcome, row = self.made, self.of.outcome, self.last
        at = PROVINCES_COLUMN
        results = [
            ("base_rank", f"INDEX({self._range(at + 2)},$G$5)", outcome.base_rank, made.whole),
            ("rank", f"INDEX({self._range(at + 4)},$G$5)", outcome.rank, made.strong),
            ("places", f"E{row + 2}-E{row + 3}", outcome.base_rank - outcome.rank, made.steps),
        ]
        for offset, (key, formula, value, form) in enumerate(results, start=1):
            self.sheet.write(row + offset, 0, self._word(key, year=made.base.year))
            self._formula(row + offset, 4, formula, form, value)
        goal = self.of.scenario.goal
        wanted = goal.rank if goal else max(1, outcome.rank - 5)
        self.sheet.write(row + 5, 0, self._word("sought"))
        self.sheet.write_number(row + 5, 4, wanted, made.entry)
        last = len(made.order)
        self.sheet.data_validation(
            row + 5, 4, row + 5, 4, {"validate": "integer", "criteria": "between", "minimum": 1, "maximum": last}
        )
        # Others in falling order are those ahead of the own place as they are, and those behind one place further down.
        place = f"E{row + 6}+IF(E{row + 6}>=E{row + 3},1,0)"
        need = f"IF(E{row + 6}>={last},0,MAX(0,(LARGE({self._range(at + 3)},{place})-E{row + 1})*1000))"
        self.sheet.write(row + 6, 0, self._word("need"))
        self._formula(row + 6, 4, need, made.points, _need(outcome.lacking, wanted))

    def _draw(self) -> None:
        made, at = self.made, PROVINCES_COLUMN
        chart = made.book.add_chart({"type": "scatter", "subtype": "straight"})
        first, last = INDICES_ROW, INDICES_ROW + len(made.order) - 1
        places = [self.name, first, at + 5, last, at + 5]
        chart.add_series(
            {
                "name": self._word("ordered"),
                "categories": places,
                "values": [self.name, first, at + 6, last, at + 6],
                "line": {"color": "#12436D", "width": 2},
            }
        )
        chart.add_series(
            {
                "name": self._word("own_place"),
                "categories": places,
                "values": [self.name, first, at + 7, last, at + 7],
                "line": {"none": True},
                "marker": {"type": "diamond", "size": 12, "fill": {"color": "#F46A25"}, "border": {"color": "#F46A25"}},
            }
        )
        chart.set_title({"name": self._word("chart"), "name_font": {"size": 11}})
        chart.set_x_axis({"name": self._word("place"), "min": 1, "max": len(made.order), "reverse": False})
        chart.set_y_axis({"name": TOTAL, "num_format": "0.0", "min": 0.3, "max": 1})
        chart.set_legend({"position": "bottom"})
        chart.set_size({"width": 700, "height": 330})
        self.sheet.insert_chart(self.last + 8, 0, chart, {"description": self._word("chart")})
        self.sheet.freeze_panes(INDICES_ROW, 0)
        self.sheet.set_landscape()
        self.sheet.set_paper(9)
        self.sheet.fit_to_pages(1, 0)


def _rank(row: int, column: int, scores: str) -> str:
    """Return the formula of a competition rank by the library's own rule for ties."""
    cell = xl_rowcol_to_cell(row, column)
    return f"1+SUMPRODUCT(--({scores}>{cell}+{TIE_SHARE!r}*ABS({cell})+{float(TIE_FLOOR)!r}*MAX({scores})))"


def _need(lacking: object, rank: int) -> float:
    return max(0.0, float(lacking[rank - 1]) * 1000) if rank <= len(lacking) else 0.0


def _shown(value: float) -> float | str:
    return "" if pd.isna(value) else float(value)
