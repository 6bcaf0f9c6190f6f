import unicodedata
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dti.store.tables import load
from dti.words.vietnamese import decree_date, difference, number, quantity, rounded, sort_key


@pytest.mark.parametrize(
    ("value", "decimals", "vi", "en"),
    [
        (1234567.5, None, "1.234.567,5", "1,234,567.5"),
        (0.005, 2, "0,01", "0.01"),
        (1.005, 2, "1,01", "1.01"),
        (-0.001, 2, "0,00", "0.00"),
        (92.85, None, "92,85", "92.85"),
        (100, None, "100", "100"),
        (-3, None, "−3", "−3"),
    ],
)
def test_numbers_are_rounded_half_up_and_written_by_language(value, decimals, vi, en):
    assert number(value, "vi", decimals) == vi
    assert number(value, "en", decimals) == en


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=2))
def test_a_written_number_reads_back_as_itself(value):
    written = number(float(value), "vi", 2)
    read = Decimal(written.replace(".", "").replace(",", ".").replace("−", "-"))
    assert read == rounded(float(value), 2) == value


def test_unknown_is_a_dash_never_zero():
    assert number(None) == quantity(float("nan"), "percent") == difference(None, "percent") == "–"


def test_agencies_stand_in_vietnamese_order():
    names = sorted(load("agencies")["name_vi"], key=sort_key)
    assert names.index("Sở Công Thương") < names.index("Sở Giao thông vận tải") < names.index("Sở Y tế")
    districts = [name.removeprefix("UBND huyện ") for name in names if name.startswith("UBND huyện ")]
    assert districts == ["Mường Tè", "Nậm Nhùn", "Phong Thổ", "Sìn Hồ", "Tam Đường", "Tân Uyên", "Than Uyên"]
    assert (
        names.index("Ban Dân tộc")
        < names.index("Các doanh nghiệp viễn thông")
        < names.index("Đài Truyền thanh - Truyền hình cấp huyện")
    )


@given(st.lists(st.text("aàảãáạăâbcdđeêghiklmnoôơpqrstuưvxyAĐÔ ", max_size=6), max_size=6))
def test_order_is_the_same_for_composed_and_decomposed_text(words):
    decomposed = [unicodedata.normalize("NFD", word) for word in words]
    assert [sort_key(word)[:3] for word in words] == [sort_key(word)[:3] for word in decomposed]


@pytest.mark.parametrize(
    ("day", "written"),
    [
        (date(2022, 1, 1), "ngày 01 tháng 01 năm 2022"),
        (date(2022, 2, 9), "ngày 09 tháng 02 năm 2022"),
        (date(2022, 9, 9), "ngày 09 tháng 9 năm 2022"),
        (date(2022, 12, 10), "ngày 10 tháng 12 năm 2022"),
    ],
)
def test_a_date_is_written_as_the_decree_asks(day, written):
    assert decree_date(day) == f"Lai Châu, {written}"
