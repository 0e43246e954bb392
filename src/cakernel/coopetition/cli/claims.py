"""`cakernel ctip claims`: in what share of random markets the abstract's claims hold."""

from typing import Annotated

import typer

from cakernel.checks import MAX_SEED, check_value, whole
from cakernel.cli.options import Overwrite, Seed, Threads
from cakernel.cli.output import Folder
from cakernel.cli.progress import progress_bar
from cakernel.coopetition.claims.markets import MOST_POINTS, numbered
from cakernel.coopetition.claims.verdicts import claim_verdicts
from cakernel.coopetition.cli.claims_table import claims_tables
from cakernel.coopetition.cli.options import Out
from cakernel.coopetition.cli.results import console
from cakernel.coopetition.columns import REGIMES, codes
from cakernel.coopetition.label import LABEL
from cakernel.extras import library
from cakernel.provenance import provenance
from cakernel.ranking.ranking import Share


def claims(
    points: Annotated[
        int, typer.Option(help="Markets, each solved 36 times under each regime.")
    ] = 2000,
    seed: Seed = 1,
    regime: Annotated[
        list[str] | None,
        typer.Option(
            help=f"Who chooses investments: {', '.join(REGIMES)}; may be repeated.",
            show_default="all, and how they differ",
        ),
    ] = None,
    confidence: Annotated[float, typer.Option(help="Of each interval by itself.")] = 0.95,
    out: Out = None,
    threads: Threads = None,
    overwrite: Overwrite = False,
) -> None:
    """Print claims with their shares; needs the extra answers."""
    check_value("points", points, whole(1, MOST_POINTS))
    check_value("seed", seed, whole(0, MAX_SEED - 1))
    check_value("confidence", confidence, Share)
    regimes = regime or list(REGIMES)
    codes("regime", regimes, REGIMES)
    # that it is there is better known before a long run than after
    library("sklearn.tree", extra="answers", what="claims")
    folder = None if out is None else Folder(out, overwrite=overwrite)
    with progress_bar("claims", unit="markets") as progress:
        found = claim_verdicts(
            points=points,
            seed=seed,
            regimes=regimes,
            confidence=confidence,
            threads=threads,
            progress=progress,
        )
    screen = console()
    for table in claims_tables(found, confidence=confidence):
        screen.print(table)
    if folder is not None:
        folder.table("claims", found.claims)
        folder.table("by_risk", found.by_risk)
        if found.shortfall.height:
            folder.table("shortfall", found.shortfall)
        # rows by the thousand a market are for programs
        folder.table("differences", found.differences, csv=False)
        folder.table("markets", numbered(found.markets))
        folder.table("equilibria", found.rows, csv=False)
        settings = {"points": points, "seed": seed, "regimes": regimes, "confidence": confidence}
        record = provenance("coopetition", model=LABEL, command="ctip claims", **settings)
        folder.record("provenance", record)
        screen.print(f"wrote {folder.path}")
