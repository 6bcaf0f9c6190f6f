"""Vietnamese and English: numbers, dates, order, labels, Markdown, sentences, and the texts that an office can change.

A word on the page comes from one of two places, never from Python:

``data/words.csv`` (`dti.words.word_list`)
    Labels, captions, column heads, messages: ``key, vi, en, used_in``. ``word("plan.caption", lang, year=2023)`` fills
    the slot ``{year}``; ``{count|indicator|indicators}`` picks a word by a count; ``labels("status", lang)`` gives all
    keys that begin with ``status.``. Keys stand in the code as they are written there, so that ``dti check`` can tell
    which are unused, unknown, or have a slot that nothing fills.

``data/texts/{vi,en}/NAME.md.j2`` (`dti.words.texts`)
    Prose, one file for each section of a report: ``prose("NAME", lang, led=count(3, "k-lead", lang), year=2023)``. What
    is handed over by name is all a text can say: `dti.words.figures.Figure` for what is counted or measured (written
    only through ``| cite``, which links it to its row), whole numbers for years, text for names (escaped), ``Markup``
    for Markdown made by other texts. Nothing is worked out or looked up in a text. Both languages take the same slots.

``dti check`` reads both, and the code that asks for them (`dti.words.checks`); a mistake names file and line.
"""
