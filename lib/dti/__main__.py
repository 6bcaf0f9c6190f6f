"""What ``dti`` and ``python -m dti`` run.

Reports need processes that take seconds to load, so these are started before this one loads anything itself.
"""

import sys

from dti import pool


def main() -> None:
    """Run the command."""
    if sys.argv[1:2] == ["report"] and not any(word.startswith(("--help", "--scheduler")) for word in sys.argv):
        pool.get_ready()
    from dti.cli import main as command

    command()


if __name__ == "__main__":
    main()
