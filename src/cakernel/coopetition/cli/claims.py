"""`cakernel ctip claims`: in what share of random markets the abstract's claims hold."""

from typing import Annotated, Any

import typer

from cakernel.cli.options import Device, Out, Overwrite, Seed, Threads
from cakernel.coopetition.words import LABEL, REGIMES
from cakernel.errors import Interrupted


def claims_command(
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
    device: Device = None,
    overwrite: Overwrite = False,
) -> None:
    """Say in what share of random markets the abstract's claims hold.

    Needs scikit-learn, of the extra answers.
    """
    from cakernel.checks import MAX_SEED, Share, check_value, whole
    from cakernel.cli.output import Results, progress_bar
    from cakernel.coopetition.claims.markets import MOST_POINTS, numbered
    from cakernel.coopetition.claims.verdicts import claim_verdicts
    from cakernel.coopetition.cli.claims_tables import claims_tables
    from cakernel.coopetition.cli.shared import record
    from cakernel.coopetition.columns import codes
    from cakernel.extras import library

    check_value("points", points, whole(1, MOST_POINTS))
    check_value("seed", seed, whole(0, MAX_SEED - 1))
    check_value("confidence", confidence, Share)
    regimes = regime or list(REGIMES)
    codes("regime", regimes, REGIMES)
    # check for scikit-learn now: a long run should not fail at its end
    library("sklearn.tree", extra="answers", what="claims")
    results = Results(out, overwrite=overwrite)
    settings: dict[str, Any] = {
        "points": points,
        "seed": seed,
        "regimes": regimes,
        "confidence": confidence,
    }
    interrupted = ""
    try:
        with progress_bar("claims", unit="markets") as progress:
            found = claim_verdicts(**settings, threads=threads, progress=progress)
    except Interrupted as stopped:
        found, settings["points"] = stopped.kept(), stopped.replications
        interrupted = f"interrupted; kept the first {stopped.replications:,} of {points:,} markets"
    results.show(LABEL, *claims_tables(found, confidence=confidence))
    results.keep({"claims": found.claims, "by_risk": found.by_risk})
    if found.shortfall.height:
        results.keep({"shortfall": found.shortfall})
    results.keep({"markets": numbered(found.markets)})
    # rows by the thousand a market are for programs
    results.keep({"differences": found.differences, "equilibria": found.rows}, csv=False)
    results.conclude(record("ctip claims", **settings), interrupted=interrupted)
