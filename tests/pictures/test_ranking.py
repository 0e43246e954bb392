"""How far policies lie from the best: what is drawn, and what is refused."""

import polars as pl
import pytest

from cakernel import InvalidInput, pictures
from helpers import picture_frames as frames
from helpers.picture_frames import data_with, title_of


def test_best_draws_the_highest_and_the_edge():
    chart = pictures.best(frames.ranking(), most=2, tolerance=0.1)
    rows = data_with(chart, "difference")
    assert rows["policy"].to_list() == ["SRD-5 CRD-5 C", "SRD-4 CRD-5 P"]
    # the best stands at 0; its own row tells of its lead over the second
    assert rows["difference"].to_list()[0] == 0
    assert rows["lower"].to_list() == [0, -5]
    assert data_with(chart, "edge")["edge"].to_list() == [-9]
    assert "2 highest of 3 policies" in title_of(chart)
    rows = data_with(pictures.best(frames.ranking()), "difference")
    assert rows["lower"].to_list() == [0, -5, -30]  # an interval that is not known has no length
    assert rows["side"].to_list() == ["within 5% of the best"] * 2 + ["farther"]
    assert rows["chance"].to_list() == ["0.90", "0.10", "< 0.01"]


def test_policies_of_any_columns():
    ranked = frames.ranking().select(
        pl.col("supply_rule").cast(pl.Categorical).alias("contract"),
        pl.lit("nash").alias("regime"),
        pl.lit("other").alias("compared_with"),
        pl.exclude("supply_rule", "cyber_rule", "principle"),
    )
    rows = data_with(pictures.best(ranked), "difference")
    assert rows["policy"].to_list() == ["SRD-5 nash", "SRD-4 nash", "SRD-2 nash"]
    rows = data_with(pictures.best(ranked, keys=["contract"]), "difference")
    assert rows["policy"].to_list() == ["SRD-5", "SRD-4", "SRD-2"]
    with pytest.raises(InvalidInput, match="keys: got none; must name the columns that tell"):
        pictures.best(ranked.drop("contract", "regime"))


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (
            frames.ranking().drop("lower", "upper"),
            "columns: got supply_rule, cyber_rule, principle, mean, difference, within, "
            "probability_best; must include lower, upper",
        ),
        (frames.ranking().clear(), "frame: got no rows; must be one or more"),
        (
            frames.ranking().with_columns(within=pl.lit(1)),
            "column within: got Int32; must be true or false",
        ),
        (
            frames.ranking().with_columns(difference=pl.lit(float("nan"))),
            "column difference: got a number that is not finite; must be finite",
        ),
        (
            pl.concat([frames.ranking()] * 2),
            "policies: got SRD-4 CRD-5 P more than once; must be one row a policy",
        ),
    ],
)
def test_refused_frames(frame, message):
    with pytest.raises(InvalidInput) as refused:
        pictures.best(frame)
    assert str(refused.value) == message


def test_too_few_policies():
    with pytest.raises(InvalidInput, match="most: got 0; must be a whole number from 1 to 200"):
        pictures.best(frames.ranking(), most=0)
