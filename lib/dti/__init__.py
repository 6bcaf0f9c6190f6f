"""Progress of the digital transformation plan, the DTI ranking, what-if and reports.

What an analyst types first, each loaded when it is first used::

    import dti

    dti.load("observations")                        # a table of data/, as it stands
    dti.progress(2023, agency="so-y-te")            # change, gap and status of an agency's indicators
    dti.ranking(2023)                               # 63 provinces: score, rank, each index, changes
    dti.what_if("lai-chau", 2023, {"HTS": 0.65}).rank
"""

from importlib import import_module

_PLACES = {"load": "store.ask", "progress": "plan.ask", "ranking": "composite.ask", "what_if": "scenarios.ask"}
__all__ = ["load", "progress", "ranking", "what_if"]


def __getattr__(name: str) -> object:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = getattr(import_module(f"dti.{_PLACES[name]}"), name)
    return globals()[name]


def __dir__() -> list[str]:
    return sorted({*globals(), *_PLACES})
