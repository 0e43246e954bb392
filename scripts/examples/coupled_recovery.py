"""Which recovery speeds are best with no platform, with it, and with a higher subsidy.

    python scripts/examples/coupled_recovery.py [--small]

The market of the case study invests in security under each platform; firms of the recovery model
then meet the cyber risk that is left and pay for it. Prints the policies that cannot be ruled out
as the best.

One unit of the market's money is taken for 2,000 units of resources, an assumption: a chain's
profit in the case study, some 0.07, then is what a firm of the paper can keep, some 140.
"""

import argparse

import polars as pl

import cakernel as ck
from cakernel.coopetition import coupled
from cakernel.coopetition.market import case_market
from cakernel.coopetition.words import LABEL

RESOURCES_PER_MONEY = 2000.0
PLATFORMS = {
    # neither sharing nor subsidy; chains still invest for themselves
    "no platform": {"sharing_level": 0.0, "subsidy_rate": 0.0},
    "platform": {},
    "higher subsidy": {"subsidy_rate": 0.6},
}


def main(*, small: bool, contract: str = "flexible-moq") -> pl.DataFrame:
    """Couple the case study's market to the recovery model under each platform."""
    scenarios = ck.paper_scenarios()
    settings = {
        "model": ck.regime("base"),
        # steps of a prime meet all amounts of Table 2
        "scenarios": scenarios[::37] if small else scenarios[::7],
        # as in the paper, on-site policies (CRD-0) are not compared with cloud ones
        "policies": ck.policies(
            cyber_rules=["CRD-4", "CRD-5"] if small else [f"CRD-{n}" for n in range(1, 7)],
            principles=["P"] if small else ["P", "C"],
        ),
        "resources_per_money": RESOURCES_PER_MONEY,
        "replications": 50 if small else 200,
    }
    # as the paper has it: full cyber risk, and nobody pays
    tables = {"no market": uncoupled(settings)}
    for name, changes in PLATFORMS.items():
        market = case_market().replace(**changes)
        tables[name] = coupled(market, contract=contract, **settings)
    return pl.concat(
        [table.select(pl.lit(name).alias("platform"), pl.all()) for name, table in tables.items()],
        how="diagonal",
    ).filter("may_be_best")


def uncoupled(settings: dict) -> pl.DataFrame:
    """Rank policies without a market."""
    own = {name: value for name, value in settings.items() if name != "resources_per_money"}
    outcomes = ck.paired_outcomes(own.pop("model"), **own)
    return ck.best(outcomes, outcome="mean_resources").with_columns(
        risk_factor=pl.lit(1.0), payment=pl.lit(0.0), unpaid=pl.lit(0.0)
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true", help="a few seconds' worth")
    given = parser.parse_args()
    shown = main(small=given.small).select(
        "platform",
        "investment",
        "risk_factor",
        "payment",
        "supply_rule",
        "cyber_rule",
        "principle",
        pl.col("mean").alias("mean_resources"),
        "standard_error",
        "compared_with",
        "difference",
        "difference_error",
    )
    print(LABEL)
    with pl.Config(tbl_rows=-1, tbl_cols=-1, tbl_width_chars=160):
        print(shown)
