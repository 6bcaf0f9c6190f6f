"""The annual assessment: which year it is of, and what each indicator reached in it.

The year assessed is the last one with results: the report year if it has any, else the year before, whose results
are then set beside the report year's targets.
"""

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from dti.plan.progress import PROVINCE, agency_progress, figures, gap_to_target
from dti.plan.rows import described, figure_anchor
from dti.words.figures import Figure, difference, measured
from dti.words.vietnamese import Lang

#: How a result stands against the target of its own year.
VERDICTS = ["above", "met", "short", "no_target"]


@dataclass(frozen=True)
class Assessment:
    """All that the assessment speaks of.

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
    def planned(self) -> int:
        """The year of the plan whose duties, solutions and bases are told: the one ahead, where it is in the data."""
        years = self.tables["statements"].query("kind in ['task', 'duty', 'solution']")["year"]
        return self.ahead if (years == self.ahead).any() else self.year

    @cached_property
    def aimed(self) -> int:
        """The year of the plan whose aims are judged: the one assessed, where its plan is in the data."""
        years = self.tables["statements"].query("kind == 'objective'")["year"]
        return self.assessed if (years == self.assessed).any() else self.year

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
        left = gap_to_target(rows["result"], rows["following"], rows["direction"])
        worded = [(indicator, "actual", self.assessed) in self._as_target for indicator in rows.index]
        return rows.assign(gap=gap, verdict=verdict, left=left, worded=worded).reset_index()

    def _of_province(self, year: int) -> pd.DataFrame:
        wide = figures(self.tables["observations"], year)
        return wide[wide.index.get_level_values("agency_id") == PROVINCE].droplevel("agency_id")

    @cached_property
    def _used(self) -> pd.DataFrame:
        used = self.tables["observations"].query("in_use and agency_id == 'tinh' and period == 'year'")
        return used.set_index(["indicator_id", "kind", "year"])

    @cached_property
    def _as_target(self) -> set[tuple[str, str, int]]:
        """Results that their source words as a goal."""
        return set(self._used.index[self._used["wording"] == "as_target"])

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
        return self._used["comparator"][self._key(row, column)]

    def anchor(self, row: pd.Series, column: str) -> str:
        """Return the anchor of a figure's row in the table of sources."""
        return figure_anchor(*self._key(row, column))

    def figure(self, row: pd.Series, column: str) -> Figure:
        """Return a figure with its unit, to be linked to its row in the table of sources."""
        comparator = self.comparator(row, column)
        return measured(row[column], row["unit"], self.anchor(row, column), self.lang, comparator=comparator)

    def size(self, row: pd.Series, value: float, anchor: str) -> Figure:
        """Return the size of a change or gap in words, to be linked to the table that shows it."""
        return difference(value, row["unit"], f"{anchor}-{row['indicator_id']}", self.lang)

    def of_kind(self, kind: str, year: int, pillar: str | None = None) -> pd.DataFrame:
        """Return what the plan says of one kind in a year: of a pillar, or of all."""
        said = self.tables["statements"].query("kind == @kind and year == @year")
        return said if pillar is None else said[said["pillar"] == pillar]
