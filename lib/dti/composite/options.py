"""What a function lets one choose: a word that it does not know is refused, never taken for another one."""

from collections.abc import Iterable, Sequence

from dti.store.faults import DataError


def one_of(what: str, value: object, known: Iterable[object]) -> None:
    """Raise a `DataError` unless a value is one of those known; the error lists them.

    Examples
    --------
    >>> one_of("method", "geometrc", ["arithmetic", "geometric"])
    Traceback (most recent call last):
    ...
    dti.store.faults.DataError: There is no method 'geometrc'. Known: arithmetic, geometric.
    """
    known = list(known)
    if not any(type(value) is type(option) and value == option for option in known):
        raise DataError(f"There is no {what} {value!r}. Known: {', '.join(map(str, known))}.")


def list_of(what: str, values: Sequence[object], known: Iterable[object]) -> None:
    """Raise a `DataError` unless every value of a list is one of those known; a bare word is no list.

    Examples
    --------
    >>> list_of("methods", "geometric", ["arithmetic", "geometric"])
    Traceback (most recent call last):
    ...
    dti.store.faults.DataError: methods is 'geometric'; expected: a list, such as ('geometric',).
    """
    if isinstance(values, str) or not isinstance(values, Sequence):
        raise DataError(f"{what} is {values!r}; expected: a list, such as ({values!r},).")
    if not values:
        raise DataError(f"There is nothing to choose from in {what}; expected: at least one.")
    for value in values:
        one_of(f"{what}:", value, known)
