"""Where the best supply rule changes, over supply risk, chain length and horizon.

    python scripts/examples/rank_stability.py [FOLDER] [--small]

A coarse grid is refined only where no rule is good at all points of a cell: best, or within the
5% of the best that the paper allows. Run it again: the folder's points are used. Prints the cells
of the map, largest first, then a sentence.
"""

import argparse

import polars as pl

import cakernel as ck
from cakernel.sensitivity.sentences import map_in_words

# severe and mild disruptions a year; between them lies the straight line
RISKS = {"low": (7, 10), "base": (17, 50), "high": (17, 134)}


def main(folder: str, *, small: bool) -> ck.StabilityMap:
    """Make the map."""
    risks = {
        label: {"supply_severe": severe / 365, "supply_mild": mild / 365}
        for label, (severe, mild) in RISKS.items()
    }
    sweep = ck.Sweep(
        study=ck.Recovery(
            policies=ck.policies(cyber_rules=["CRD-5"], principles=["P"]),
            scenarios=ck.paper_scenarios()[:: 96 if small else 48],
        ),
        axes={
            "risk": ck.Levels(risks),
            "firms": ck.Range(low=3.0, high=15.0, count=2 if small else 3),
            "periods": ck.Range(low=30.0, high=360.0, count=2 if small else 3, scale="log"),
        },
        replications=8 if small else 150,
    )
    return ck.stability_map(sweep, folder, depth=1 if small else 2, indifference=5.0)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", default="rank-stability")
    parser.add_argument("--small", action="store_true", help="a few seconds' worth")
    given = parser.parse_args()
    found = main(given.folder, small=given.small)
    with pl.Config(tbl_rows=30, tbl_cols=-1, tbl_width_chars=140):
        print(found.cells.sort("share", descending=True, maintain_order=True))
    print(map_in_words(found))
