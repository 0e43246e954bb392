"""What people read: decimals that errors deserve, shares in percent, powers of ten."""

import pytest

from cakernel.models import terms_of
from cakernel.wording import brief, counted, decimals, share_style, typeset, written


@pytest.mark.parametrize(
    ("errors", "values", "places"),
    [
        ([0.354], [], 2),
        ([0.356], [], 1),
        ([0.0012, 0.3], [], 2),
        ([35.0], [1234.5], 0),
        ([None, 0.0], [0.28075, 0.1], 4),
        ([], [1234.5], 0),
        ([], [0.0], 0),
        ([float("inf")], [12.0], 2),
    ],
)
def test_numbers_have_the_decimals_that_their_errors_deserve(errors, values, places):
    assert decimals(errors, values) == places


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.5, "50%"), (17 / 365, "4.7%"), (50 / 365, "13.7%"), (0.00012, "0.012%"), (0.0, "0%")],
)
def test_shares_are_percent(share, text):
    assert format(share, share_style(share)) == text


def test_one_is_no_plural():
    assert [counted(number, "replication") for number in (1, 2, 1000)] == [
        "1 replication",
        "2 replications",
        "1,000 replications",
    ]
    assert counted(1, "policy", "policies") == "1 policy"
    assert written(-0.0001, style=".2f") == "0.00"


@pytest.mark.parametrize(
    ("style", "text"),
    [("", "2,000"), (".1f", "2,000.0"), ("+.0f", "+2,000"), (".4g", "2,000"), (",", "2,000"),
     (".0%", "200,000%"), ("d", "2000")],
)  # fmt: skip
def test_thousands_are_grouped_in_every_style_but_that_of_names(style, text):
    assert written(2000, style=style) == text


def test_numbers_are_never_powers_of_ten():
    numbers = [0.0123456, 9999.4, 9999.6, 123456.7, -2e6]
    assert [brief(number) for number in numbers] == [
        "0.01235", "9,999", "10,000", "123,457", "-2,000,000",
    ]  # fmt: skip
    assert brief(1234.0, 2, sign="+") == "+1,234"
    terms = terms_of("recovery")
    assert terms.value("initial_resources", 12000.0) == terms.value("initial_resources", 12000)


@pytest.mark.parametrize(
    ("number", "text"),
    [("8e\u221217", "8\u00d710\u207b\u00b9\u2077"), ("+5.7e-05", "+5.7\u00d710\u207b\u2075"),
     ("1e-07", "10\u207b\u2077"), ("-1e+15", "-10\u00b9\u2075"),
     ("1.0e20", "1.0\u00d710\u00b2\u2070"), ("0.0001", "0.0001"), ("", ""), ("1,000", "1,000")],
)  # fmt: skip
def test_powers_of_ten_are_typeset(number, text):
    assert typeset(number) == text
