"""Residuals are in units of the errors that printed figures must have."""

import numpy as np
import polars as pl
import pytest

from cakernel.paper.goodness_of_fit import figures_of, fit, monte_carlo_errors, residuals
from helpers.paper_frames import STANDARD_ERRORS, moved, stand_in

CELL = {"supply_rule": "SRD-2", "cyber_rule": "CRD-5", "principle": "P"}


def test_a_residual_is_a_difference_over_three_errors() -> None:
    table = moved(stand_in("base"), "mean_resources", 0.5, **CELL)
    figures = figures_of(table)
    found = residuals(figures, figures).filter(quantity="resources", **CELL)["residual"].item()
    error = STANDARD_ERRORS["se_resources"]
    # ours and, at as many replications, theirs
    assert found == pytest.approx(0.5 / np.sqrt(2 * error**2 + 0.01**2 / 12))
    few = residuals(figures, figures.with_columns(replications=50), replications=200)
    found = few.filter(quantity="resources", **CELL)["residual"].item()
    assert found == pytest.approx(0.5 / np.sqrt(1.25 * error**2 + 0.01**2 / 12))


def test_a_fit_counts_cells_and_names_the_worst_figure() -> None:
    table = moved(stand_in("base"), "mean_y", 0.02, **CELL)
    figures = figures_of(table)
    # a misprint of the base case is no figure of the fit
    assert figures.height == 3 * 63
    found = fit(residuals(figures, figures))
    assert (found["cells"], found["within_tolerance"], found["beyond_3"]) == (63, 62, 1)
    assert found["largest_at"] == "base SRD-2 CRD-5 P y"
    assert found["mean_square_x"] == pytest.approx(0)
    assert found["mean_square"] == pytest.approx(found["mean_square_y"] / 3)


def test_the_implied_error_is_found_again() -> None:
    # printed means of 50 runs instead of 200: twice the error
    draws = np.random.default_rng(1)
    n, deviation = 40_000, 2.0
    own, theirs = deviation / np.sqrt(100), deviation / np.sqrt(50)
    printed = np.round(draws.normal(50, theirs, n), 2)
    figures = pl.DataFrame(
        {"regime": "base", "quantity": "resources", "standard_error": own, "replications": 100}
        | {"difference": draws.normal(50, own, n) - printed}
    )
    row = monte_carlo_errors(figures).row(-1, named=True)
    assert (row["regime"], row["figures"]) == ("all", n)
    assert row["deviation"] == pytest.approx(deviation)
    assert row["expected"] == pytest.approx(deviation / np.sqrt(200))
    assert row["ratio"] == pytest.approx(2, rel=0.05)
    assert row["runs"] == pytest.approx(50, rel=0.1)


def test_where_nothing_is_left_no_error_is_implied() -> None:
    figures = figures_of(stand_in("base"))
    row = monte_carlo_errors(figures).row(0, named=True)
    assert (row["implied"], row["runs"]) == (None, None)
