"""Pictures: the charts carry the right data, and frames that cannot be drawn are refused."""

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from cakernel import InvalidInput, pictures
from cakernel.paper import pictures as paper_pictures
from cakernel.paper.choices import figure_2
from cakernel.pictures.distributions import density_rows
from cakernel.recovery import pictures as recovery_pictures
from cakernel.recovery.pictures.firm_grid import STATES
from helpers import picture_frames as frames
from helpers.paper_frames import moved, nine, with_crd_0


def data_with(chart, *columns):
    """Return the rows of the chart's one data set that has these columns."""
    found = [
        rows
        for rows in chart.to_dict()["datasets"].values()
        if rows and set(columns) <= set(rows[0])
    ]
    assert len(found) == 1
    return pl.DataFrame(found[0], infer_schema_length=None)


def texts(part):
    """Return every text written by a mark of a chart's dictionary."""
    if isinstance(part, list):
        return [text for item in part for text in texts(item)]
    if not isinstance(part, dict):
        return []
    own = [part["text"]] if part.get("type") == "text" and "text" in part else []
    return own + [text for key, item in part.items() if key != "datasets" for text in texts(item)]


def title_of(chart):
    return " ".join(chart.to_dict()["title"]["subtitle"])


def test_map_rows_are_the_distances_of_the_figures():
    simulated = moved(nine(), "mean_resources", 3.0, risk="high", supply_rule="SRD-2")
    rows = data_with(
        paper_pictures.recommended_speed_map(with_crd_0(simulated, {"SRD-4": 999.0})), "below_best"
    )
    assert rows.height == 72
    agreement = {(r["risk"], r["firms"]): r for r in figure_2(simulated).to_dicts()}
    for (risk, firms), cell in rows.group_by("risk", "firms"):
        table = simulated.filter((pl.col("risk") == risk) & (pl.col("firms") == firms))
        highest = table["mean_resources"].max()
        under_5 = table.filter(pl.col("cyber_rule") == "CRD-5")
        best_of_rule = dict(
            under_5.group_by("supply_rule").agg(pl.col("mean_resources").max()).iter_rows()
        )
        expected = agreement[risk, firms]
        for row in cell.to_dicts():
            distance = 1 - best_of_rule[row["supply_rule"]] / highest
            assert row["below_best"] == pytest.approx(distance, abs=1e-12)
            assert row["place"] == min(row["below_best"], 0.1)
            best = row["supply_rule"] in expected["simulated"]
            advised = row["supply_rule"] in expected["recommended"]
            assert best == (distance <= 0.05)
            assert (
                row["standing"]
                == {
                    (True, True): "best and recommended",
                    (True, False): "best, not recommended",
                    (False, True): "recommended, not best",
                    (False, False): "neither",
                }[best, advised]
            )
            assert row["agreement"] == expected["agreement"]
            assert ("≠" in row["head"]) == (expected["agreement"] != "same")


def test_map_says_replications_and_doubt():
    chart = paper_pictures.recommended_speed_map(nine(), note="seed 7")
    assert "200 replications of each resource scenario; seed 7." in title_of(chart)
    assert "(±)" not in title_of(chart)
    doubtful = nine().with_columns(se_resources=pl.lit(5.0))
    chart = paper_pictures.recommended_speed_map(doubtful)
    assert "(±)" in title_of(chart)
    rows = data_with(chart, "below_best")
    assert (rows["label"].str.contains("±") == rows["near_edge"]).all()


@pytest.mark.parametrize("spread", ["replications", "firms"])
def test_history_rows_are_means_and_quantiles(spread):
    traced = frames.histories("SRD-2", "SRD-5")
    chart = recovery_pictures.history(traced, spread=spread, note="seed 1")
    rows = data_with(chart, "mean", "low", "high")
    assert rows.height == 2 * 3 * 8
    for row in rows.to_dicts():
        here = traced.filter(
            (pl.col("supply_rule") == row["policy"].split()[0])
            & (pl.col("period") == row["period"])
        )
        values = here[row["quantity"]].to_numpy().reshape(4, 6)
        sample = values.mean(axis=1) if spread == "replications" else values.ravel()
        assert row["mean"] == pytest.approx(values.mean(), abs=1e-12)
        assert row["low"] == pytest.approx(np.quantile(sample, 0.1), abs=1e-12)
        assert row["high"] == pytest.approx(np.quantile(sample, 0.9), abs=1e-12)
    assert "4 replications of 2 chains of 3 firms; seed 1." in title_of(chart)


def test_distribution_rows_are_quantiles_and_densities():
    sample = frames.outcomes()
    chart = recovery_pictures.outcome_distribution(sample)
    quantiles = pl.concat(
        pl.DataFrame(rows)
        for rows in chart.to_dict()["datasets"].values()
        if rows and "q50" in rows[0]
    )
    assert quantiles.height == 2 * 3
    for row in quantiles.to_dicts():
        values = sample.filter(pl.col("supply_rule") == row["policy"].split()[0])[row["quantity"]]
        for name, at in (("q05", 0.05), ("q25", 0.25), ("q50", 0.5), ("q75", 0.75), ("q95", 0.95)):
            assert row[name] == pytest.approx(np.quantile(values, at), abs=1e-12)
    densities = pl.concat(
        pl.DataFrame(rows)
        for rows in chart.to_dict()["datasets"].values()
        if rows and "density" in rows[0]
    )
    assert densities["density"].max() == 1
    assert densities["density"].min() > 0
    for (policy, quantity), part in densities.group_by("policy", "quantity"):
        values = sample.filter(pl.col("supply_rule") == policy.split()[0])[quantity]
        assert part["at"].min() == values.min()
        assert part["at"].max() == values.max()
        # y is 1 in every replication: one point, no shape
        assert part.height == (1 if quantity == "mean_y" else 101)


def test_density_is_that_of_a_normal_sample():
    random = np.random.default_rng(3)
    many = 20_000
    sample = pl.DataFrame({"policy": ["a"] * many, "profit": random.normal(0, 1, many)})
    rows = density_rows(sample, ["profit"]).filter(pl.col("at").abs() < 2)
    expected = np.exp(-(rows["at"].to_numpy() ** 2) / 2)
    assert np.abs(rows["density"].to_numpy() - expected).max() < 0.08


def test_agreement_rows_are_the_comparison():
    compared = frames.comparison()
    chart = paper_pictures.agreement(compared, note="seed 1")
    points = pl.concat(
        pl.DataFrame(rows)
        for rows in chart.to_dict()["datasets"].values()
        if rows and "outside" in rows[0] and "height" not in rows[0]
    )
    printed = sum(compared[f"printed_{name}"].count() for name in ("x", "y", "resources"))
    assert points.height == printed
    for name, difference in (
        ("x", "diff_x"),
        ("y", "diff_y"),
        ("resources", "diff_resources_relative"),
    ):
        own = points.filter(pl.col("quantity") == name)
        expected = compared.drop_nulls(f"printed_{name}")
        assert own["printed"].to_list() == expected[f"printed_{name}"].to_list()
        assert own["simulated"].to_list() == expected[f"mean_{name}"].to_list()
        assert own["difference"].to_list() == pytest.approx(expected[difference].to_list())
    groups = dict(points["group"].value_counts().iter_rows())
    assert groups["misprint"] == 2  # one figure each in base and n3, not their whole cells
    assert groups["CRD-6 under C"] == 2 * 8 * 3
    outside = points.filter("outside")
    assert outside["cell"].to_list() == ["base SRD-2 CRD-2 P"]
    named = pl.concat(
        pl.DataFrame(rows).select("cell", "quantity")
        for rows in chart.to_dict()["datasets"].values()
        if rows and "height" in rows[0]
    )
    assert set(named.unique().iter_rows()) == {
        ("base SRD-2 CRD-2 P", "x"),
        ("base SRD-1 CRD-2 P", "x"),
        ("n3 SRD-3 CRD-1/3/4 P", "resources"),
    }
    assert "1 of " in title_of(chart)
    assert "base SRD-2 CRD-2 P x" in chart.to_dict()["description"]


def test_tornado_bars_start_with_the_widest():
    chart = pictures.tornado(frames.sensitivities(), outcome="resources (units)")
    bars = pl.DataFrame(max(chart.to_dict()["datasets"].values(), key=len))
    assert bars["parameter"].to_list() == ["supply_mild", "cyber_mild", "chains"] * 2
    assert bars["reach"].to_list() == [30, 5, 1] * 2
    ends = bars.pivot("end", index="parameter", values=["value", "outcome"])
    expected = frames.sensitivities().select(
        "parameter",
        value_low="low",
        value_high="high",
        outcome_low="outcome_at_low",
        outcome_high="outcome_at_high",
    )
    assert_frame_equal(ends.sort("parameter"), expected.sort("parameter"), check_column_order=False)


def test_sobol_indices_are_the_frame():
    chart = pictures.sobol_indices(frames.indices())
    rows = data_with(chart, "index_low").select(frames.indices().columns)
    assert_frame_equal(rows, frames.indices())


def test_best_draws_the_highest_and_the_edge():
    chart = pictures.best(frames.ranking(), most=2, tolerance=0.1)
    rows = data_with(chart, "difference")
    assert rows["policy"].to_list() == ["SRD-5 CRD-5 C", "SRD-4 CRD-5 P"]
    assert rows["lower"].to_list() == [-1, -5]
    assert data_with(chart, "edge")["edge"].to_list() == [-9]
    assert "2 highest of 3 policies" in title_of(chart)
    rows = data_with(pictures.best(frames.ranking()), "difference")
    assert rows["lower"].to_list() == [-1, -5, -30]  # an interval that is not known has no length
    assert rows["side"].to_list() == ["within 5% of the best"] * 2 + ["farther"]
    assert rows["chance"].to_list() == ["0.90", "0.10", "< 0.01"]


def test_strip_and_player_hold_the_history():
    history = frames.history().with_columns(pl.col("supply_hit", "cyber_hit").cast(pl.String))
    columns = ["period", "chain", "firm", "x", "y", "resources", "supply_hit", "cyber_hit"]
    strip = recovery_pictures.replication_strip(frames.history(), first_period=3, periods=4)
    shown = history.filter(pl.col("period").is_between(3, 6)).select(columns)
    rows = data_with(strip, "resources")
    assert_frame_equal(rows.select(columns), shown, check_dtypes=False)
    assert rows["day"].unique(maintain_order=True).to_list() == [f"day {n}" for n in range(3, 7)]
    player = recovery_pictures.replication_player(frames.history())
    rows = data_with(player, "resources")
    assert_frame_equal(rows.select(columns), history.select(columns), check_dtypes=False)
    drawing = player.to_dict()
    assert drawing["usermeta"]["player"]["last"] == 8
    assert [parameter["name"] for parameter in drawing["params"]] == ["period"]
    assert {"expr": "'day ' + period"} in texts(drawing)


def test_greys_of_states_are_apart():
    lightness = []
    for colour in STATES:
        red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
        lightness.append((0.299 * red + 0.587 * green + 0.114 * blue) / 255)
    assert np.diff(lightness).min() > 0.25


@pytest.mark.parametrize(
    ("draw", "frame", "message"),
    [
        (
            pictures.best,
            frames.ranking().drop("lower", "upper"),
            "columns: got supply_rule, cyber_rule, principle, mean, difference, within, "
            "probability_best; must include lower, upper",
        ),
        (pictures.best, frames.ranking().clear(), "frame: got no rows; must be one or more"),
        (
            pictures.best,
            frames.ranking().with_columns(within=pl.lit(1)),
            "column within: got Int32; must be true or false",
        ),
        (
            pictures.best,
            frames.ranking().with_columns(difference=pl.lit(float("nan"))),
            "column difference: got a number that is not finite; must be finite",
        ),
        (
            pictures.best,
            pl.concat([frames.ranking()] * 2),
            "policies: got SRD-4 CRD-5 P more than once; must be one row a policy",
        ),
        (
            pictures.tornado,
            frames.sensitivities().with_columns(base_outcome=pl.Series([60.0, 60.0, 61.0])),
            "base_outcome: got 60, 61; must be the same in all rows",
        ),
        (
            pictures.tornado,
            pl.concat([frames.sensitivities()] * 2),
            "parameter: got supply_mild more than once; must be one row each",
        ),
        (
            pictures.sobol_indices,
            frames.indices().with_columns(order=pl.lit("third")).head(1),
            "order: got 'third'; must be 'first' or 'total'",
        ),
        (
            recovery_pictures.history,
            frames.histories(*(f"SRD-{n}" for n in range(1, 6)), replications=1),
            "policies: got 5; must be 1 to 4",
        ),
        (
            recovery_pictures.replication_strip,
            frames.history().with_columns(firm=pl.col("firm") * 100),
            "firms: got 300; must be at most 60 to be drawn",
        ),
        (
            recovery_pictures.replication_player,
            frames.histories("SRD-1", replications=2),
            "history: got several rows of a firm and period; must be one each",
        ),
        (
            recovery_pictures.outcome_distribution,
            frames.outcomes().with_columns(mean_x=pl.lit("1")),
            "column mean_x: got String; must be numbers, none missing",
        ),
        (
            paper_pictures.recommended_speed_map,
            nine().with_columns(firms=pl.lit(4)),
            "firms: got 4; must be one of 3, 5, 15",
        ),
        (
            paper_pictures.recommended_speed_map,
            nine().filter(pl.col("cyber_rule") != "CRD-5"),
            "cyber_rule: got no CRD-5 at risk low and 3 firms; must be among the policies",
        ),
        (
            paper_pictures.recommended_speed_map,
            pl.concat([nine()] * 2),
            "policies: got one more than once in a cell; must be one row each",
        ),
    ],
)
def test_refused_frames(draw, frame, message):
    with pytest.raises(InvalidInput) as refused:
        draw(frame)
    assert str(refused.value) == message


def test_refused_arguments():
    with pytest.raises(InvalidInput, match="spread: got 'all'; must be 'replications' or 'firms'"):
        recovery_pictures.history(frames.histories("SRD-1"), spread="all")
    with pytest.raises(InvalidInput, match="first_period: got 9; must be a whole number from 1 to"):
        recovery_pictures.replication_strip(frames.history(), first_period=9)
    with pytest.raises(InvalidInput, match="most: got 0; must be a whole number from 1 to 200"):
        pictures.best(frames.ranking(), most=0)


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
    words = {"mean_x": "profit"}
    one = pictures.distribution(frames.outcomes(), outcomes=words, keys=["supply_rule"], note="a")
    drawing = one.to_dict()
    assert len(drawing["hconcat"]) == 1
    assert drawing["title"]["subtitle"][-1] == "50 replications; a."
    assert drawing["description"].startswith("Medians over replications. SRD-1: profit 1.")
