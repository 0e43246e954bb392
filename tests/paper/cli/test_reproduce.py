"""Published numbers as tests: the base case and others, within Monte Carlo error of the paper."""

import polars as pl
import pytest

import cakernel as ck
from cakernel.paper.comparison import REGULAR, SRD_4, compare

pytestmark = pytest.mark.compiled

REPLICATIONS = {"base": 2, "n3": 2, "t30": 4}


@pytest.fixture(scope="module", params=REPLICATIONS)
def comparison(request):
    simulated = ck.simulate(
        ck.regime(request.param),
        policies=ck.policies(cyber_rules=["CRD-1", "CRD-2", "CRD-5", "CRD-6"]),
        scenarios=ck.paper_scenarios(),
        replications=REPLICATIONS[request.param],
        seed=20210808,
    )
    return compare(simulated.with_columns(regime=pl.lit(request.param)))


def within(errors):
    """Say whether each difference is explained by rounding, tolerance and Monte Carlo error."""
    state = 0.005 + 0.012
    return (
        (pl.col("diff_x").abs() <= state + errors * pl.col("se_x"))
        & (pl.col("diff_y").abs() <= state + errors * pl.col("se_y"))
        & (
            pl.col("diff_resources").abs()
            <= 0.015 * pl.col("printed_resources") + errors * pl.col("se_resources")
        )
    )


def test_regular_cells_agree(comparison):
    cells = comparison.filter(pl.col("group") == REGULAR)
    assert cells.height >= 46
    assert cells.filter(~within(4)).is_empty()


def test_srd_4_agrees_less_closely(comparison):
    cells = comparison.filter(pl.col("group") == SRD_4)
    assert cells.height >= 7
    assert (cells["diff_x"].abs() <= 0.03 + 4 * cells["se_x"]).all()


def test_the_literal_text_does_not_reproduce_the_base_case():
    simulated = ck.simulate(
        ck.regime("base", convention="text"),
        policies=ck.policies(cyber_rules=["CRD-1", "CRD-2", "CRD-5", "CRD-6"]),
        scenarios=ck.paper_scenarios(),
        replications=1,
    )
    cells = compare(simulated.with_columns(regime=pl.lit("base")))
    assert cells["within_wide"].sum() < 5
