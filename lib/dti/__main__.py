"""What ``dti`` and ``python -m dti`` run.

Reports need processes that take seconds to load, so these are started before this one loads anything itself.
"""

import os
import sys
from collections.abc import Sequence

from dti.kernels.fork_server import SLOW_GRAMMAR
from dti.render import pool


def folder_of_tables(words: Sequence[str]) -> str | None:
    """Return what a command line gives as ``--data``, before it is read in earnest; None if nothing.

    Examples
    --------
    >>> folder_of_tables(["dti", "report", "--data", "copy"]), folder_of_tables(["dti", "report", "--data=copy"])
    ('copy', 'copy')
    >>> folder_of_tables(["dti", "report", "--data"])
    """
    for word, following in zip(words, [*words[1:], None], strict=True):
        if word == "--data":
            return following
        if word.startswith("--data="):
            return word.removeprefix("--data=")
    return None


def open_streams() -> None:
    """Open what a caller has closed of input, output and errors, or the next file opened would take its place."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free
    sys.stdout = sys.stdout or open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = sys.stderr or open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115


def main() -> None:
    """Run the command; Ctrl-C ends it with a sentence, even while it is still loading."""
    open_streams()
    try:
        _run()
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)
        raise SystemExit(130) from None


def _run() -> None:
    sys.modules[SLOW_GRAMMAR] = None
    if sys.argv[1:2] == ["report"] and not any(word.startswith(("--help", "--scheduler")) for word in sys.argv):
        pool.get_ready(folder_of_tables(sys.argv))
    from dti.cli import main as command

    command()


if __name__ == "__main__":
    main()
