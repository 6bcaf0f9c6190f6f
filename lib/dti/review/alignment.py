"""Which paragraph, row or cell of an edited document is which of the report as it was made."""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import TypeVar

Item = TypeVar("Item")

#: Two texts that share less than this are not the same paragraph, edited.
ALIKE = 0.5
#: Beyond so many pairs to compare, what was replaced is paired in order.
MANY = 4000


def aligned(
    before: Sequence[Item], after: Sequence[Item], texts: Sequence[Sequence[str]], *, in_order: bool = False
) -> Iterator[tuple[Item | None, Item | None]]:
    """Pair the items of two sequences, in order; None where one side has no counterpart.

    Parameters
    ----------
    texts : the texts of ``before`` and of ``after``, by which they are compared
    in_order : as many items replaced by as many are the same ones, however little they share

    Examples
    --------
    >>> pair = ["a b c d", "e f g h"], ["a b c x", "new", "e f g h"]
    >>> list(aligned(*pair, pair))
    [('a b c d', 'a b c x'), (None, 'new'), ('e f g h', 'e f g h')]
    """
    of_before, of_after = texts
    matcher = SequenceMatcher(None, of_before, of_after, autojunk=False)
    for kind, i, j, k, m in matcher.get_opcodes():
        if kind == "equal":
            yield from zip(before[i:j], after[k:m], strict=True)
        else:
            alike = in_order and j - i == m - k
            pairs = ((n, n) for n in range(j - i)) if alike else _paired(of_before[i:j], of_after[k:m])
            for old, new in pairs:
                yield (None if old is None else before[i + old], None if new is None else after[k + new])


def _paired(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[int | None, int | None]]:
    """Pair replaced texts in order so that together they are as alike as can be."""
    if len(old) * len(new) > MANY:
        likeness = {(i, i): 1.0 for i in range(min(len(old), len(new)))}
    else:
        likeness = {(i, k): _alike(a, b) for i, a in enumerate(old) for k, b in enumerate(new)}
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for i in reversed(range(len(old))):
        for k in reversed(range(len(new))):
            best[i][k] = max(best[i + 1][k], best[i][k + 1], best[i + 1][k + 1] + likeness.get((i, k), 0.0))
    i = k = 0
    while i < len(old) or k < len(new):
        here = likeness.get((i, k), 0.0)
        if i < len(old) and k < len(new) and here and best[i][k] == best[i + 1][k + 1] + here:
            yield i, k
            i, k = i + 1, k + 1
        elif i < len(old) and (k == len(new) or best[i][k] == best[i + 1][k]):
            yield i, None
            i += 1
        else:
            yield None, k
            k += 1


def _alike(old: str, new: str) -> float:
    """Return how alike two texts are in words, 0 where too little to be the same text."""
    a, b = old.split(), new.split()
    if not a or not b:
        return 0.0
    if len(a) == len(b) == 1:
        return 1.0
    ratio = SequenceMatcher(None, a, b, autojunk=False).ratio()
    return ratio if ratio >= ALIKE else 0.0
