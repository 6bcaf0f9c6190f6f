"""The numbers along an axis are the axis' own: none is rounded to another."""

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from dti import show
from dti.show.tables import bundle


@pytest.mark.parametrize(
    ("ticks", "written"),
    [
        ([0.025, 0.05, 0.075], ["0,025", "0,050", "0,075"]),
        ([0, 0.1 + 0.2, 0.6], ["0,0", "0,3", "0,6"]),
        ([0, 1500, 3000], ["0", "1.500", "3.000"]),
        ([-20, 0, 20], ["−20", "0", "20"]),
    ],
)
def test_ticks_are_written_to_the_decimal_they_take(ticks, written):
    _, axes = plt.subplots()
    axes.plot(ticks, ticks)
    axes.set_xticks(ticks)
    show.chart(axes, "Hình", "Hình", lang="vi")
    assert [label.get_text() for label in axes.get_xticklabels()] == written


def test_ids_stay_in_the_spreadsheet_and_out_of_the_page():
    frame = pd.DataFrame({"name": ["Lai Châu"]}, index=pd.Index(["lai-chau"], name="province_id"))
    shown, _ = bundle(show.styled(frame, "Bảng", lang="vi"))
    assert "lai-chau" not in shown["text/html"]
    assert "lai-chau" in str(shown["application/vnd.dataresource+json"])
