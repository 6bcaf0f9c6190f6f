"""Numbers as people type them: read exactly or asked back, never off by a factor."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dti.intake.typed_numbers import UNITS, NotRead, plain, says_no_figure, typed_number

WHOLE = st.integers(0, 10**9)
SHARES = st.decimals(Decimal("1.01"), 100, places=2)
RATIOS = st.decimals(0, 999_999, places=2)


def grouped(whole: int, sign: str) -> str:
    return f"{whole:,}".replace(",", sign)


def written(value: Decimal, group: str, point: str) -> str:
    whole, _, part = f"{value:.2f}".partition(".")
    return grouped(int(whole), group) + point + part


def reading(text: str, unit: str) -> object:
    try:
        return typed_number(text, unit)
    except NotRead as error:
        return error.code


@given(WHOLE, st.sampled_from(["", ".", " ", "\u00a0", "\u202f"]))
def test_counts_come_back_from_every_way_of_writing_them(value, sign):
    assert typed_number(grouped(value, sign), "count") == value


@given(RATIOS, st.sampled_from([("", ","), ("", "."), (".", ","), (",", "."), (" ", ","), ("\u00a0", ".")]))
def test_decimals_come_back_from_every_way_of_writing_them(value, signs):
    assert typed_number(written(value, *signs), "ratio") == value


@given(SHARES, st.sampled_from([",", "."]), st.sampled_from(["%", " %", "\u00a0%", "％", ""]))
def test_shares_come_back_with_and_without_their_sign(value, point, sign):
    assert typed_number(written(value, "", point) + sign, "percent") == value


@given(RATIOS)
def test_full_width_digits_are_digits(value):
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in written(value, "", ","))
    assert typed_number(wide, "ratio") == value


@given(st.text("0123456789.,% -+\u00a0", max_size=12), st.sampled_from(UNITS))
def test_what_is_read_has_the_digits_that_were_typed(text, unit):
    """No silent factor: the digits typed, without leading and trailing zeros, are the digits read."""
    value = reading(text, unit)
    if isinstance(value, Decimal):
        assert plain(value).replace(".", "").strip("0") == "".join(filter(str.isdigit, text)).strip("0")


@given(st.text("0123456789., ", max_size=10), st.sampled_from(UNITS))
def test_two_people_who_read_a_text_differently_are_both_asked(text, unit):
    """A Vietnamese and an English reader of an accepted text see the same number."""
    value = reading(text, unit)
    if isinstance(value, Decimal) and unit != "count":
        signs = [sign for sign in text.strip() if sign in ".,"]
        if len(signs) == 1:
            head, tail = text.strip().split(signs[0])
            assert len(tail) != 3 or len(head) > 3 or head.startswith("0")


@pytest.mark.parametrize(
    ("text", "unit", "expected"),
    [
        ("50,84%", "percent", Decimal("50.84")),
        ("50.84", "percent", Decimal("50.84")),
        ("1.234", "count", Decimal(1234)),
        ("1 234", "count", Decimal(1234)),
        ("05", "count", Decimal(5)),
        ("0", "percent", Decimal(0)),
        ("0,5%", "percent", Decimal("0.5")),
        ("20 Mbps", "mbps", Decimal(20)),
        ("1.234,5", "ratio", Decimal("1234.5")),
        ("1.234", "percent", "two-readings"),
        ("1,234", "count", "two-readings"),
        ("12.500%", "percent", "two-readings"),
        ("0,5", "percent", "share-or-percent"),
        ("1", "percent", "share-or-percent"),
        ("12%", "count", "percent-sign"),
        ("50²", "count", "no-number"),
        ("1\n234", "count", "no-number"),
        ("12 34", "count", "no-number"),
        ("1_000", "count", "no-number"),
        ("1e3", "count", "no-number"),
        ("٥٠", "count", "no-number"),
        ("≥ 70%", "percent", "no-number"),
        ("-1", "count", "negative"),
        ("12,5", "count", "not-whole"),
        ("100,01%", "percent", "over-100"),
        ("1.000.000.001", "count", "too-large"),
    ],
)
def test_single_cases(text, unit, expected):
    assert reading(text, unit) == expected


def test_no_figure_yet_is_neither_zero_nor_a_dash():
    assert says_no_figure(" chưa có số liệu. ") and says_no_figure("CHƯA CÓ")
    assert not any(map(says_no_figure, ["", "0", "-", "không", "không có", "chưa có 5"]))
