"""One text cell, both languages: Vietnamese, and under each piece of it the English as a quote.

In JupyterLab both are read, the English set apart as quotes are; a report shows one of them. A quote right under a
heading is that heading in English, and so no second heading in Lab's table of contents. Such a cell carries both tags,
``vi`` and ``en``; in every other cell a quote is a quote.
"""

import re

from dti.words.vietnamese import Lang

QUOTED = re.compile(r"> ?")
HEADING = re.compile(r"#{1,6} ")


def in_language(source: str, lang: Lang) -> str:
    r"""Return the Markdown of one language of a text cell that holds both.

    Examples
    --------
    >>> cell = "## Còn bao xa?\n> How far is it?\n\nTừng tỷ lệ:\n\n> Each share:"
    >>> in_language(cell, "vi")
    '## Còn bao xa?\n\nTừng tỷ lệ:'
    >>> in_language(cell, "en")
    '## How far is it?\n\nEach share:'
    """
    found, marks = [], ""
    for line in source.splitlines():
        quoted = QUOTED.match(line)
        if not line.strip() or bool(quoted) == (lang == "en"):
            found.append(line if not quoted else marks + line[quoted.end() :])
        heading = HEADING.match(line)
        marks = heading[0] if heading else ""
    return re.sub(r"\n{3,}", "\n\n", "\n".join(found)).strip()
