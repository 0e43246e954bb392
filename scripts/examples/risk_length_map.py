"""Which supply rule is best, over supply risk and chain length: a grid, 576 scenarios a point.

    python scripts/examples/risk_length_map.py [FOLDER] [--small]

Risks lie between the paper's low, base and high ones. Run it again: the folder's results are used.
"""

import argparse

import polars as pl

import cakernel as ck

# severe and mild disruptions a year
RISKS = {"low": (7, 10), "below": (12, 30), "base": (17, 50), "above": (17, 92), "high": (17, 134)}


def main(folder: str, *, small: bool) -> pl.DataFrame:
    """Run the sweep and return the best rule of each risk and length."""
    risks = {
        label: {"supply_severe": severe / 365, "supply_mild": mild / 365}
        for label, (severe, mild) in RISKS.items()
    }
    sweep = ck.Sweep(
        study=ck.Recovery(
            model=ck.regime("base"),
            policies=ck.policies(cyber_rules=["CRD-5"], principles=["P"]),
            scenarios=ck.paper_scenarios()[::48] if small else ck.paper_scenarios(),
        ),
        axes={"risk": ck.Levels(risks), "firms": [3, 5] if small else [3, 5, 8, 11, 15]},
        replications=2 if small else 20,
    )
    rows = ck.run_sweep(sweep, folder, resume=True).joined()
    best = (
        rows.sort("mean_resources", descending=True)
        .group_by("risk", "firms", maintain_order=True)
        .agg(
            pl.col("supply_rule").first().alias("best"),
            pl.col("supply_rule")
            .filter(pl.col("mean_resources") >= 0.95 * pl.col("mean_resources").max())
            .alias("within_5_percent"),
            pl.col("mean_resources").max(),
        )
        .sort(pl.col("risk").cast(pl.Enum(list(RISKS))), "firms")
    )
    return best.collect()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", default="risk-length-map")
    parser.add_argument("--small", action="store_true", help="a few seconds' worth")
    given = parser.parse_args()
    with pl.Config(tbl_rows=-1, fmt_table_cell_list_len=8, tbl_width_chars=120):
        print(main(given.folder, small=given.small))
