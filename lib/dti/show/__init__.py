"""What a cell shows: table, chart, text, in one look.

>>> from dti import show
>>> show.chart.__name__, show.styled.__name__, show.set_theme.__name__
('chart', 'styled', 'set_theme')
"""

from importlib import import_module

#: What a notebook says ``show.…`` for, and where it is; loaded when first used.
_PLACES = {
    "Column": "outputs",
    "chart": "outputs",
    "drawing": "outputs",
    "mark_if_illustrative": "outputs",
    "table": "outputs",
    "text": "outputs",
    "listed": "tables",
    "styled": "tables",
    "set_theme": "theme",
}
__all__ = [*_PLACES]


def __getattr__(name: str) -> object:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)


def __dir__() -> list[str]:
    return [*globals(), *_PLACES]
