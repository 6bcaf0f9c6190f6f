"""Markdown: escaped text, links, and the plain text of either."""

import html
import re


def escape(value: object) -> str:
    r"""Return data as Markdown that shows it letter by letter.

    Examples
    --------
    >>> print(escape("<b>*5*</b>"), escape("1. A"))
    &lt;b&gt;\*5\*&lt;/b&gt; 1\. A
    """
    plain = " ".join(str(value).split())
    marked = re.sub(r"([\\`*_{}\[\]()#+!|~$^=:-]|(?<=\d)\.(?= |$))", r"\\\1", plain)
    return html.escape(marked, quote=False)


def linked(shown: str, anchor: str) -> str:
    """Return Markdown for a figure that links to the table row it comes from.

    Examples
    --------
    >>> linked("50,84%", "o-1")
    '[50,84%](#o-1)'
    """
    return f"[{shown}](#{anchor})"


def plain(markdown: str) -> str:
    r"""Return Markdown as the text that a reader sees, links by their words alone.

    Examples
    --------
    >>> plain(r"**Đạt** [50,84%](#o-1) \(LAN\)")
    'Đạt 50,84% (LAN)'
    """
    words = re.sub(r"(?<!\\)\[([^\]]*)\]\(#[^)]*\)", r"\1", markdown)
    return html.unescape(re.sub(r"\\(\W)", r"\1", words.replace("**", "")))


def escape_inner(text: str) -> str:
    """Return a piece of a sentence as Markdown, its blanks at the ends kept.

    Examples
    --------
    >>> escape_inner(" cơ quan")
    ' cơ quan'
    """
    return text[: len(text) - len(text.lstrip())] + escape(text) + text[len(text.rstrip()) :] if text.strip() else text
