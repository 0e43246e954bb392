"""Amounts as the decimals that they print as, all at once as one by one."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cakernel.recovery.decimals import are_rounded, decimal, ratios_of

printed = st.builds(
    lambda digits, exponent: min(float(f"{digits}e{exponent}"), 1e15),
    st.integers(0, 10**16),
    st.integers(-28, 0),
)
# halves of the last digit that counts, where it is rounded up or down
halves = st.builds(
    lambda digits, exponent: float(f"{digits}5e{exponent}"),
    st.integers(10**11, 10**12 - 1),
    st.integers(-13, 2),
)
amounts = st.one_of(st.floats(0, 1e15), printed, halves)


@given(st.lists(amounts, min_size=1, max_size=20))
def test_many_are_what_each_is_alone(listed):
    top, bottom = ratios_of(np.array(listed))
    assert list(zip(top, bottom, strict=True)) == [decimal(x).as_integer_ratio() for x in listed]


@given(amounts)
def test_an_amount_is_rounded_where_its_decimal_is_another(amount):
    other = decimal(amount) != Fraction(repr(amount))
    assert are_rounded(np.array([amount])).tolist() == [other]


@pytest.mark.parametrize(
    ("amount", "ratio"),
    [
        (0.0, (0, 1)),
        (0.1, (1, 10)),
        (0.75, (3, 4)),
        (1 / 3, (333_333_333_333, 10**12)),
        (4e-13, (0, 1)),
        (999_999_999_999.7, (10**12, 1)),
        # a half goes to the even digit
        (123_456_789_012.5, (123_456_789_012, 1)),
        (123_456_789_013.5, (123_456_789_014, 1)),
        (123_456_789_012_344.0, (123_456_789_012_000, 1)),
        (1e15, (10**15, 1)),
    ],
)
def test_twelve_digits_count(amount, ratio):
    top, bottom = ratios_of(np.array([[amount]]))
    assert (top.tolist(), bottom.tolist()) == ([[ratio[0]]], [[ratio[1]]])
