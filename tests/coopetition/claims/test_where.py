"""Where claims fail: what the tree says, and the cells of two parameters."""

import numpy as np
import polars as pl
import pytest

from cakernel.coopetition.claims.markets import numbered, unnumbered
from cakernel.coopetition.claims.where import binned, features, two_parameters, where_it_fails
from cakernel.errors import InvalidInput
from helpers.coopetition_claim_rows import MARKETS


def test_tree_finds_where_a_claim_fails():
    rng = np.random.default_rng(1)
    asked = pl.DataFrame({"a": rng.random(500), "b": rng.random(500)})
    words, parameters = where_it_fails(asked, asked["a"] <= 0.7)
    assert parameters[0] == "a"
    assert words.startswith("fails in 100%")
    assert "a > 0.7" in words or "a > 0.69" in words
    assert where_it_fails(asked, asked["a"] >= 0) == ("nowhere", ())
    assert where_it_fails(asked, asked["a"] < 0) == ("everywhere", ())
    both = (asked["a"] > 0.5) & (asked["b"] > 0.5)
    assert set(where_it_fails(asked, both).parameters) == {"a", "b"}


def test_cells_of_two_parameters_by_hand():
    asked = pl.DataFrame({"a": [1.0, 2.0, 3.0, 4.0, 9.0], "b": [5.0, 5.0, 5.0, 7.0, 7.0]})
    differences = pl.DataFrame(
        {"market": [0, 1, 2, 3, 4], "difference": [1.0, -1.0, 1e-8, 1.0, None]}
    )
    cells = binned(asked, differences, by=("a", "b"), bins=2)
    columns = ("x_low", "x_high", "y_low", "y_high", "counted", "holds", "equal", "opposite")
    # the market that is not counted is in no cell
    assert cells.select(columns).rows() == [
        (1.0, 2.0, 5.0, 5.0, 2, 1, 0, 1),
        (3.0, 4.0, 5.0, 5.0, 1, 0, 1, 0),
        (3.0, 4.0, 7.0, 7.0, 1, 1, 0, 0),
    ]
    assert cells["share"].to_list() == [0.5, 0.0, 1.0]
    for given in ({"by": ("a", "c")}, {"by": ("a", "a")}, {"by": ("a", "b"), "bins": 0}):
        with pytest.raises(InvalidInput, match=r"^(by|bins): got"):
            binned(asked, differences, **given)


def test_two_parameters_to_look_at():
    assert two_parameters(["spillover", "discount"]) == ("spillover", "discount")
    assert two_parameters(["spillover", None]) == ("spillover", "threat_probability")
    assert two_parameters(["threat_probability", None]) == ("threat_probability", "minimum_order")
    assert two_parameters([None, None]) == ("threat_probability", "minimum_order")


def test_numbered_markets_give_the_same_features():
    assert features(unnumbered(numbered(MARKETS))).equals(features(MARKETS))
