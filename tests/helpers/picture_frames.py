"""Small frames that pictures are made of in tests; only the traced history is simulated."""

import numpy as np
import polars as pl

import cakernel as ck
from cakernel import pictures
from cakernel.coopetition import pictures as coopetition_pictures
from cakernel.paper import pictures as paper_pictures
from cakernel.paper.comparison import compare
from cakernel.recovery import pictures as recovery_pictures
from helpers.paper_frames import moved, nine, stand_in

SMALL = ck.Model(chains=2, firms=3, periods=8, supply_mild=0.4, cyber_mild=0.4)


def history():
    return ck.trace(
        SMALL,
        policy=ck.Policy(supply_rule="SRD-5", cyber_rule="CRD-5"),
        scenario=ck.paper_scenarios()[0],
    )


def histories(*supply_rules, replications=4):
    names = {"cyber_rule": pl.lit("CRD-5"), "principle": pl.lit("P")}
    return pl.concat(
        ck.trace(
            SMALL,
            policy=ck.Policy(supply_rule=rule, cyber_rule="CRD-5"),
            scenario=ck.paper_scenarios()[0],
            replication=replication,
        ).with_columns(supply_rule=pl.lit(rule), replication=pl.lit(replication), **names)
        for rule in supply_rules
        for replication in range(replications)
    )


def outcomes():
    random = np.random.default_rng(1)
    return pl.concat(
        pl.DataFrame(
            {
                "supply_rule": rule,
                "cyber_rule": "CRD-0",
                "principle": "P",
                "scenario": 0,
                "replication": np.arange(50),
                "mean_x": random.uniform(1, 2, 50),
                "mean_y": np.ones(50),
                "mean_resources": random.normal(middle, 9, 50),
            }
        )
        for rule, middle in (("SRD-1", 60), ("SRD-4", 90))
    )


def comparison():
    """Set stand-ins for simulated results beside the printed figures, one regular cell far off."""
    off = {"regime": "base", "supply_rule": "SRD-2", "cyber_rule": "CRD-2", "principle": "P"}
    return compare(moved(stand_in("base", "n3"), "mean_x", 0.04, **off))


def sensitivities():
    return pl.DataFrame(
        {
            "parameter": ["supply_mild", "chains", "cyber_mild"],
            "low": [0.1, 3.0, 0.1],
            "high": [0.3, 7.0, 0.2],
            "outcome_at_low": [70.0, 61.0, 58.0],
            "outcome_at_high": [40.0, 60.5, 55.0],
            "base_outcome": [60.0] * 3,
        }
    )


def indices():
    return pl.DataFrame(
        {
            "parameter": ["tau", "tau", "loss", "loss"],
            "order": ["first", "total"] * 2,
            "index": [0.1, 0.3, 0.5, 0.6],
            "index_low": [0.0, 0.2, 0.4, 0.5],
            "index_high": [0.2, 0.4, 0.6, 0.7],
        }
    )


def ranking():
    return pl.DataFrame(
        {
            "supply_rule": ["SRD-4", "SRD-5", "SRD-2"],
            "cyber_rule": ["CRD-5", "CRD-5", "CRD-5"],
            "principle": ["P", "C", "P"],
            "mean": [88.0, 90.0, 60.0],
            "difference": [-2.0, 2.0, -30.0],
            "lower": [-5.0, -1.0, None],
            "upper": [1.0, 5.0, None],
            "within": [True, True, False],
            "probability_best": [0.1, 0.9, 0.001],
        }
    )


def coopetition_claims():
    """Two claims under nash, one that compares regimes, and one of which no market was counted."""
    return pl.DataFrame(
        {
            "id": ["a-timing", "b-timing", "e-joint-profit-fixed", "f-platform-profit-fixed"],
            "regime": ["nash", "nash", "joint", "nash"],
            "statement": ["one thing", "another", "joint more than nash", "nobody knows"],
            "counted": [10, 8, 10, 0],
            "holds": [7, 0, 9, 0],
            "equal": [1, 8, 1, 0],
            "opposite": [2, 0, 0, 0],
            "lower": [0.4, 0.0, 0.6, 0.0],
            "upper": [0.9, 0.3, 1.0, 1.0],
        }
    )


def cells():
    return pl.DataFrame(
        {
            "x_low": [0.0, 0.0, 0.5],
            "x_high": [0.4, 0.4, 1.0],
            "y_low": [2.0, 3.0, 2.0],
            "y_high": [2.0, 3.0, 2.0],
            "counted": [4, 1, 3],
            "holds": [1, 1, 0],
            "share": [0.25, 1.0, 0.0],
        }
    )


# one small chart of each kind, and of each form of a kind
CHARTS = {
    "map": lambda: paper_pictures.recommended_speed_map(nine(), note="seed 1"),
    "history": lambda: recovery_pictures.history(histories("SRD-2", "SRD-5", replications=2)),
    "distribution": lambda: recovery_pictures.outcome_distribution(outcomes()),
    "tornado": lambda: pictures.tornado(sensitivities()),
    "indices": lambda: pictures.sobol_indices(indices()),
    "agreement": lambda: paper_pictures.agreement(comparison()),
    "strip": lambda: recovery_pictures.replication_strip(history(), periods=4),
    "player": lambda: recovery_pictures.replication_player(history()),
    "best": lambda: pictures.best(ranking()),
    "ctip-claims": lambda: coopetition_pictures.claim_bars(coopetition_claims(), note="seed 1"),
    "ctip-where": lambda: coopetition_pictures.claim_map(
        cells(), by=("tau", "chains"), statement="one thing grows", note="seed 1"
    ),
}


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
