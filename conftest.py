"""What tests and the examples in docstrings share."""

import pandas as pd
import pytest

#: What `dti.show.set_theme` sets of pandas: the language that numbers are written in.
OF_A_NOTEBOOK = r"^(styler\.format\.(decimal|thousands|precision|na_rep|escape)|display\.(float_format|max_colwidth))$"


@pytest.fixture(autouse=True)
def own_language() -> None:
    """Every test and example begins in the language that a process begins in, whichever notebook ran before it."""
    pd.reset_option(OF_A_NOTEBOOK)
