"""Sentences put together from parts."""

from dti.words.vietnamese import Lang
from dti.words.word_list import word


def joined(parts: list[str], lang: Lang) -> str:
    """Return a list in words; parts that hold commas are kept apart by semicolons.

    Examples
    --------
    >>> joined(["a", "b", "c"], "vi"), joined(["a", "b"], "en"), joined(["a, b", "c", "d"], "en")
    ('a, b và c', 'a and b', 'a, b; c and d')
    """
    if len(parts) < 2:
        return "".join(parts)
    comma = "; " if any("," in part for part in parts) else ", "
    return f"{comma.join(parts[:-1])} {word('list.and', lang)} {parts[-1]}"


def lowered(name: str) -> str:
    """Return a name as it stands inside a sentence; an abbreviation keeps its capitals, English gets its article.

    Examples
    --------
    >>> lowered("Tỷ lệ xã"), lowered("OCOP products"), lowered("Share of communes")
    ('tỷ lệ xã', 'OCOP products', 'the share of communes')
    """
    article = "the " if name.startswith(("Share of ", "Average ")) else ""
    return name if name[1:2].isupper() else article + name[:1].lower() + name[1:]


def sentence(text: str) -> str:
    """Return text (which may begin with a link) with a capital at its beginning and a full stop at its end.

    Examples
    --------
    >>> sentence("đạt mục tiêu")
    'Đạt mục tiêu.'
    """
    text = text.strip()
    first = 1 if text.startswith("[") else 0
    return (
        text[:first] + text[first : first + 1].upper() + text[first + 1 :] + ("" if text.endswith((".", ":")) else ".")
    )
