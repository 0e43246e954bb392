"""Tables of markets: mixed numbers of chains, lists, and rows that are no market."""

import polars as pl
import pytest

from cakernel.coopetition import Market, equilibria
from cakernel.errors import InvalidInput


def by_point(table, point):
    return table.filter(pl.col("point") == point)


def test_rows_that_are_no_market_say_why_and_spoil_no_other():
    """The reason is that of the market itself, in a row without contract, regime and numbers."""
    points = pl.DataFrame(
        {
            "chains": [2.0, 21.0, 2.0, 2.0, 2.0, 2.0, 2.5, None, 2.0],
            "discount": [0.1, 0.1, 1.5, 0.1, None, 0.1, 0.1, 0.1, 0.1],
            "wholesale_price": [0.3, 0.3, 0.3, 0.1, 0.3, 0.3, 0.3, 0.3, 0.4],
            "subsidy_rate": [0.2, 0.2, 0.2, 0.2, 0.2, 1.0, 0.2, 0.2, 0.0],
        }
    )
    table = equilibria(points)
    assert table["point"].to_list() == [0] * 3 + list(range(1, 8)) + [8] * 3
    messages = {
        1: "chains: got 21; must be a whole number from 2 to 20",
        2: "discount: got 1.5; must be a number from 0 to 1",
        3: "supplier_cost: got 0.2; must be at most wholesale_price, 0.1",
        4: "discount: got None; must be a number from 0 to 1",
        5: "subsidy_rate: got 1.0; must be a number from 0 to below 1",
        6: "chains: got 2.5; must be a whole number from 2 to 20",
        7: "chains: got None; must be a whole number from 2 to 20",
    }
    for point, message in messages.items():
        row = by_point(table, point).row(0, named=True)
        assert row.pop("error") == message
        assert row.pop("point") == point
        assert set(row.values()) == {None}
    for point in (0, 8):
        market = Market().replace(**(points.row(point, named=True) | {"chains": 2}))
        alone = equilibria([market])
        assert by_point(table, point).drop("point").equals(alone.drop("point"))
        assert by_point(table, point)["error"].null_count() == 3


def test_numbers_of_single_chains_as_lists():
    points = pl.DataFrame(
        {
            "chains": [2, 3, 2, 2, 3, 2],
            "vulnerability": [[0.2, 0.6], [0.2, 0.3, 0.4], [0.2], [0.2, None], [], None],
        }
    )
    table = equilibria(points, contracts=["fixed"])
    errors = table["error"].to_list()
    assert errors[:2] == [None, None]
    assert errors[2] == (
        "vulnerability: got 1 numbers; must be one, or one for each of the 2 chains"
    )
    assert errors[3] is not None
    assert errors[3].startswith("vulnerability")
    assert errors[4] == (
        "vulnerability: got 0 numbers; must be one, or one for each of the 3 chains"
    )
    assert errors[5].startswith("vulnerability: got None; must be a number from 0 to 1")
    markets = [
        Market(vulnerability=(0.2, 0.6)),
        Market(chains=3, vulnerability=(0.2, 0.3, 0.4)),
    ]
    good = table.filter(pl.col("error").is_null())
    assert good.equals(equilibria(markets, contracts=["fixed"]))
    # columns of a third chain are null where there is none
    assert good["investment_3"].is_null().to_list() == [True, False]
    assert table.columns[-15:] == [
        f"{name}_{j}"
        for name in ("investment", "breach_probability", "order", "delivery", "profit")
        for j in (1, 2, 3)
    ]


def test_arrays_and_single_numbers_are_the_same_as_lists():
    lists = pl.DataFrame({"breach_cost": [[0.1, 0.1], [0.3, 0.3]]})
    arrays = lists.with_columns(pl.col("breach_cost").cast(pl.Array(pl.Float64, 2)))
    whole = pl.DataFrame({"breach_cost": [0.1, 0.3]})
    expected = equilibria(lists)
    assert equilibria(arrays).equals(expected)
    assert equilibria(whole).equals(expected)
    assert expected["economic_welfare"].n_unique() == 6


def test_a_list_of_the_base_is_for_its_number_of_chains():
    base = Market(vulnerability=(0.2, 0.6))
    table = equilibria(pl.DataFrame({"chains": [2, 3]}), base=base, contracts=["fixed"])
    assert table["error"].to_list() == [
        None,
        "vulnerability: got 2 numbers; must be one, or one for each of the 3 chains",
    ]
    mine = table.head(1).select(equilibria([base]).columns)
    assert mine.equals(equilibria([base], contracts=["fixed"]))


@pytest.mark.parametrize("points", [[], pl.DataFrame({"discount": []}, {"discount": pl.Float64})])
def test_no_points(points):
    table = equilibria(points)
    assert table.height == 0
    assert table.schema == equilibria([Market()]).schema


def test_only_rows_that_are_no_market():
    table = equilibria(pl.DataFrame({"discount": [2.0, 3.0]}))
    assert table["error"].to_list() == [
        "discount: got 2.0; must be a number from 0 to 1",
        "discount: got 3.0; must be a number from 0 to 1",
    ]
    assert table.columns == equilibria([Market()]).columns


@pytest.mark.parametrize(
    ("column", "message"),
    [
        ({"discuont": [0.1]}, "discuont: unknown key; did you mean discount?"),
        ({"discount": ["much"]}, "discount: got a column of String; must be numbers"),
        ({"discount": [True]}, "discount: got a column of Boolean; must be numbers"),
        ({"discount": [[0.1, 0.2]]}, "discount: got a column of List"),
        ({"vulnerability": [["a", "b"]]}, "vulnerability: got a column of List"),
        ({"chains": ["2"]}, "chains: got a column of String; must be numbers"),
    ],
)
def test_columns_that_hold_no_numbers(column, message):
    with pytest.raises(InvalidInput) as raised:
        equilibria(pl.DataFrame(column))
    assert str(raised.value).startswith(message)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"contracts": "fixed"}, "contracts: got 'fixed'; must be a list of texts"),
        ({"contracts": []}, r"contracts: got \[\]; must be a list of one or more names"),
        ({"contracts": ["free"]}, "contracts: got 'free'; must be one of fixed, fixed-moq, flex"),
        ({"regimes": ["nash", "nash"]}, "regimes: got 'nash' more than once; must be once"),
        ({"regimes": ["alone"]}, "regimes: got 'alone'; must be one of nash, joint, planner"),
        ({"threads": 0}, "threads: got 0; must be a whole number from 1 to"),
    ],
)
def test_bad_arguments(arguments, message):
    with pytest.raises(InvalidInput, match=rf"^{message}"):
        equilibria([Market()], **arguments)


def test_progress_counts_points_of_all_sizes():
    seen = []
    equilibria(
        [Market(), Market(chains=3), Market()],
        contracts=["fixed"],
        progress=lambda *counts: seen.append(counts),
    )
    assert seen == [(2, 3), (3, 3)]
