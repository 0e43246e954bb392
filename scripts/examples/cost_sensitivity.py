"""How much each cost and acquisition matters: one at a time around the paper's first scenario.

    python scripts/examples/cost_sensitivity.py [FOLDER] [--small]

Each amount is halved and doubled; all points meet the same disruptions, so the differences from
the base are far more exact than the outcomes.
"""

import argparse

import polars as pl

import cakernel as ck

AMOUNTS = {
    "operational_acquisition_2": 1.0,
    "intangibles_acquisition_2": 1.0,
    "operational_cost_01": 1.0,
    "operational_cost_12": 5.0,
    "operational_cost_02": 9.0,
    "intangibles_cost_01": 1.0,
    "intangibles_cost_12": 5.0,
    "intangibles_cost_02": 9.0,
}


def main(folder: str, *, small: bool) -> pl.DataFrame:
    """Run the sweep and return the change of resources with each amount."""
    sweep = ck.Sweep(
        study=ck.Recovery(
            model=ck.regime("base"),
            policies=ck.policies(supply_rules=["SRD-4", "SRD-5"], cyber_rules=["CRD-5"]),
            scenarios=ck.paper_scenarios()[:1],
            rows="replication",
        ),
        axes={name: [base / 2, base * 2] for name, base in AMOUNTS.items()},
        design=ck.Design(kind="one-at-a-time"),
        replications=20 if small else 5000,
    )
    rows = ck.run_sweep(sweep, folder, resume=True).joined()
    keys = ["replication", "supply_rule", "cyber_rule", "principle"]
    base = rows.filter(pl.col("varied") == "base").select(*keys, base="mean_resources")
    difference = pl.col("mean_resources") - pl.col("base")
    return (
        rows.filter(pl.col("varied") != "base")
        .join(base, on=keys)
        .group_by("point", "varied", "supply_rule", "principle")
        .agg(change=difference.mean(), standard_error=difference.std() / pl.len().sqrt())
        .sort("point", "supply_rule", "principle")
        .collect()
        .with_columns(times=pl.when(pl.col("point") % 2 == 1).then(0.5).otherwise(2.0))
        .select("varied", "times", "supply_rule", "principle", "change", "standard_error")
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", default="cost-sensitivity")
    parser.add_argument("--small", action="store_true", help="a few seconds' worth")
    given = parser.parse_args()
    with pl.Config(tbl_rows=-1, tbl_width_chars=120):
        print(main(given.folder, small=given.small))
