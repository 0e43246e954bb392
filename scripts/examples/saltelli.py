"""Sobol indices of final resources with respect to risks, chain length and horizon.

    python scripts/examples/saltelli.py [FOLDER] [--small]

A Saltelli design, whose points each meet disruptions of their own, analysed by SALib; the noise
of finitely many replications is taken out.
"""

import argparse

import polars as pl

import cakernel as ck

AXES = {
    "supply_severe": ck.Range(low=0.01, high=0.1),
    "supply_mild": ck.Range(low=0.02, high=0.4),
    "cyber_severe": ck.Range(low=0.01, high=0.1),
    "cyber_mild": ck.Range(low=0.02, high=0.4),
    "firms": ck.Range(low=3.0, high=15.0),
    "periods": ck.Range(low=30.0, high=360.0),
}


def main(folder: str, *, small: bool) -> pl.DataFrame:
    """Run the sweep and return first-order and total indices with their 95% intervals."""
    design = ck.Design(kind="saltelli", points=16 if small else 128, second_order=False)
    sweep = ck.Sweep(
        study=ck.Recovery(
            policies=[ck.Policy(supply_rule="SRD-5", cyber_rule="CRD-5")],
            scenarios=ck.paper_scenarios()[::96] if small else ck.paper_scenarios()[::4],
            common_random_numbers=False,
        ),
        axes=AXES,
        design=design,
        replications=2 if small else 20,
    )
    return ck.sensitivity_indices(ck.run_sweep(sweep, folder, resume=True))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", default="saltelli")
    parser.add_argument("--small", action="store_true", help="a few seconds' worth")
    given = parser.parse_args()
    with pl.Config(tbl_rows=-1, tbl_cols=-1, tbl_width_chars=140):
        print(main(given.folder, small=given.small))
