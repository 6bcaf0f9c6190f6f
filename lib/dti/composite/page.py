"""What the page on a ranking is made from."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from dti.composite import changes
from dti.composite import peers as peers_of
from dti.composite.aggregation import ROUNDING, aggregate, contributions, leaf_weights
from dti.composite.scores import TOTAL, TwoYears, alone, compare, known_province, scores, structure, widely_known
from dti.composite.structure import finest
from dti.show.sheet import Field, Sheet
from dti.store.tables import Folder, load_all
from dti.words.vietnamese import Lang
from dti.words.word_list import labels, word

NEEDED = [
    "dti_scores",
    "dti_structure",
    "dti_national",
    "provinces",
    "province_context",
    "service_index",
    "sources",
]


@dataclass(frozen=True)
class Page:
    """What every table and sentence of the page has in common; a year that stands alone has no base year."""

    province: str
    base_year: int | None
    year: int
    lang: Lang
    tables: dict[str, pd.DataFrame]
    compared: TwoYears
    data: Folder = None

    @cached_property
    def names(self) -> pd.Series:
        """Names of provinces by id."""
        return self.tables["provinces"].set_index("province_id")["name_vi"]

    @property
    def name(self) -> str:
        """The name of the page's province."""
        return self.names[self.province]

    @cached_property
    def change(self) -> pd.DataFrame:
        """Changes of every province, as `dti.composite.changes.changes` gives them."""
        return changes.changes(self.compared)

    @cached_property
    def shares(self) -> pd.Series:
        """Share of each index in the whole."""
        return leaf_weights(self.compared.structure)

    @cached_property
    def parts(self) -> pd.DataFrame:
        """What each index adds to the score of the year, provinces × indices."""
        return contributions(self.compared.values, self.compared.structure, self.compared.total)

    @cached_property
    def indices(self) -> pd.DataFrame:
        """What each index adds to the score, without what rounding leaves."""
        return self.parts.drop(columns=ROUNDING, errors="ignore")

    @cached_property
    def components(self) -> pd.DataFrame:
        """What is known of the year below the indices of the page, provinces × components; no columns where nothing."""
        values = scores(self.year, self.data).reindex(self.compared.total.index)
        if not self.apart:
            return values[[]]
        known = set(finest(structure(self.compared.structure["version"].iloc[0], self.data), widely_known(values)))
        deeper = known - set(self.compared.values.columns)
        return values[[index_id for index_id in values if index_id in deeper]]

    @property
    def apart(self) -> bool:
        """Whether the index can be taken apart: anything below the total is known."""
        return len(self.compared.structure) > 1

    @cached_property
    def lacking(self) -> dict[str, list[str]]:
        """The provinces that lack an index in either year, and the indices they lack."""
        blank = self.compared.values.isna()
        if self.base_year is not None:
            blank |= self.compared.base.isna()
        return {unit: blank.columns[row].tolist() for unit, row in blank.iterrows() if row.any()}

    @cached_property
    def every(self) -> pd.DataFrame:
        """Every index of the year, from the lowest known level up."""
        return aggregate(self.compared.values, self.compared.structure)

    @cached_property
    def peers(self) -> pd.Series:
        """The provinces nearest in circumstances, and their distance."""
        return peers_of.peers(self.circumstances, self.province)

    @cached_property
    def circumstances(self) -> pd.DataFrame:
        """Circumstances of every province in the year."""
        return peers_of.circumstances(self.tables["province_context"], self.year).loc[self.compared.total.index]

    @cached_property
    def region(self) -> list[str]:
        """The provinces of the same region."""
        regions = self.tables["provinces"].set_index("province_id")["region"]
        return regions.index[regions == regions[self.province]].tolist()

    @cached_property
    def index_names(self) -> pd.Series:
        """Names of indices by id."""
        return self.compared.structure.set_index("index_id")[f"name_{self.lang}"]

    def index_name(self, index_id: str) -> str:
        """Return the name of an index, or of what stands beside the indices."""
        if index_id in BESIDE:
            return word(f"ranking_beside.{index_id}", self.lang, name=self.name)
        return self.index_names[index_id]

    def word(self, key: str, /, **slots: object) -> str:
        """Return a text of ``words.csv`` in the page's language."""
        return word(key, self.lang, **slots)

    def with_names(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Return rows by index id with the name of each."""
        return rows.assign(name=[self.index_name(index_id) for index_id in rows.index])

    def sheet(
        self,
        table: str,
        rows: pd.DataFrame,
        kinds: Mapping[str, str],
        prefix: str,
        heads: Mapping[str, str] | None = None,
        **slots: object,
    ) -> Sheet:
        """Return a sheet in the page's language.

        Parameters
        ----------
        table : its caption and the heads of its columns are the words whose keys begin with ``ranking.<table>.``
        kinds : how each column is written, in their order; keys of `dti.show.sheet.FORMS`, or ``text``
        heads : the heads of columns that go by the page's data
        slots : what its words speak of beside the province and the years
        """
        about = {"province": self.name, "year": self.year, "base_year": self.base_year, "next_year": self.year + 1}
        words = labels(f"ranking.{table}", self.lang, **about, **slots) | dict(heads or {})
        fields = tuple(Field(column, words[column], kind) for column, kind in kinds.items())
        return Sheet(rows, fields, words["none" if rows.empty and "none" in words else "caption"], prefix, self.lang)

    def nothing(self, table: str, prefix: str, **slots: object) -> Sheet:
        """Return the sheet of a table that has nothing to say of this page."""
        return self.sheet(table, pd.DataFrame(), {}, prefix, **slots)


#: What stands beside the indices; words.csv names it.
BESIDE = (changes.OTHERS, ROUNDING, changes.UNPUBLISHED, "own", "total")


def page(province: str, base_year: int | None, year: int, lang: Lang = "vi", data: Folder = None) -> Page:
    """Return the page of a province.

    Parameters
    ----------
    base_year : year compared with; None for a year that stands alone

    Raises
    ------
    dti.store.faults.DataError
        unknown province, years without scores or under different decisions

    Examples
    --------
    >>> page("lai-chau", 2022, 2023).name
    'Lai Châu'
    """
    known_province(province, data)
    compared = alone(year, data) if base_year is None else compare(base_year, year, data)
    return Page(province, base_year, year, lang, load_all(NEEDED, data), compared, data)


def decision_number(page: Page, version: str) -> str:
    """Return the full number of the decision behind a version."""
    rows = page.tables["dti_structure"]
    rows = rows[(rows["version"] == version) & (rows["index_id"] == TOTAL)]
    numbers = page.tables["sources"].set_index("source_id")["document_no"].reindex(rows["source_id"]).dropna()
    return numbers.iloc[0] if len(numbers) else version
