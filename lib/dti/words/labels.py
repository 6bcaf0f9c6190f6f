"""Labels of codes: status, role, kind, level, and what a count counts."""

from dti.words.vietnamese import Lang
from dti.words.word_list import Labels, labels

STATUS = Labels("indicator_status")
TREND = Labels("trend")
ROLES = Labels("role")
#: How we know of a duty: the plan's word in the first case alone.
DUTY_BASES = Labels("duty_basis")
KINDS = Labels("figure_kind")
BASES = Labels("source_basis")
LEVELS = Labels("level")


def count_labels(year: int, lang: Lang) -> dict[str, str]:
    """Return what each count of indicators counts, in words, by its key."""
    return labels("count_label", lang, year=year, before=year - 1)


def label(key: str, year: int, lang: Lang) -> str:
    """Return what a count of indicators counts, in words; blank for what is no count.

    Examples
    --------
    >>> label("to_do", 2023, "en")
    'short of the 2023 target'
    """
    return count_labels(year, lang).get(key, "")
