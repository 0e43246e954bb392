"""`optimal_at_points`: the best recovery at each point of a sweep."""

from collections.abc import Sequence
from typing import Any

import polars as pl

from cakernel.arguments import Threads, checked_arguments
from cakernel.checks import Seed, Share
from cakernel.devices import Device
from cakernel.errors import Interrupted, InvalidInput
from cakernel.recovery.engine import Progress
from cakernel.recovery.optimal import Objective, Optimum, optimal
from cakernel.recovery.optimal.trial import ReplicationsTwice
from cakernel.recovery.optimal.winners import DEPLOYMENTS, Deployment, Family
from cakernel.recovery.policy import POLICY
from cakernel.recovery.rules import CUTOFFS_OF_LABEL
from cakernel.recovery.study import Recovery
from cakernel.sweep.description import Sweep


@checked_arguments
def optimal_at_points(
    sweep: Sweep,
    *,
    objective: Objective | None = None,
    families: Sequence[Family] = ("own-state", "cutoffs", "paper"),
    deployments: Sequence[Deployment] = DEPLOYMENTS,
    replications: ReplicationsTwice = 512,
    confidence: Share = 0.95,
    seed: Seed | None = None,
    threads: Threads | None = None,
    device: Device | None = None,
    progress: Progress | None = None,
) -> pl.DataFrame:
    """Find the best recovery at each point of a sweep, and bound what any other could gain.

    Parameters
    ----------
    sweep : Sweep
        Of a `cakernel.Recovery`, over fields of the model and of scenarios; its replications are
        not used.
    objective, families, deployments, replications, confidence, threads, device
        As of `cakernel.optimal`.
    seed : int, optional
        Key of the random numbers; by default the sweep's.
    progress : callable, optional
        Called with the points done and to do.

    Returns
    -------
    polars.DataFrame
        One row a point, deployment and family, as `Optimum.summary` has them (family "best": the
        best of all): point, the fields that vary, supply_rule, cyber_rule and principle (the best
        policy of most scenarios, without cutoffs), share (of scenarios in which it is the best),
        and the columns of the summary.

    Raises
    ------
    InvalidInput
        If an argument is outside its range, the sweep is of another model, or a rule varies.
    Interrupted
        On Ctrl-C; holds the rows of the points that were finished.

    Examples
    --------
    >>> import cakernel as ck
    >>> sweep = ck.Sweep(
    ...     ck.Recovery(scenarios=ck.paper_scenarios()[:1]), axes={"supply_mild": [0.1, 0.3]}
    ... )
    >>> rows = ck.optimal_at_points(sweep, families=["cutoffs"], deployments=["cloud"])
    >>> rows.filter(family="best")["supply_rule"].to_list()
    ['own-1-1', 'own-1-1']
    """
    study = sweep.study
    if not isinstance(study, Recovery):
        raise InvalidInput("sweep: must be of the recovery model (cakernel.Recovery)")
    points = sweep.points()
    for name in POLICY:
        if name in points.columns:
            raise InvalidInput(f"axes: got {name}; must not vary, since the best rules are sought")
    arguments: dict[str, Any] = {
        "objective": objective,
        "families": families,
        "deployments": deployments,
        "replications": replications,
        "confidence": confidence,
        "seed": sweep.seed if seed is None else seed,
        "threads": threads,
        "device": device,
    }
    parts: list[pl.DataFrame] = []
    for done, point in enumerate(points.iter_rows(named=True)):
        try:
            model, scenarios = study.grid_at(point)
            found = optimal(model, scenarios=scenarios, **arguments)
        except KeyboardInterrupt:
            raise Interrupted(pl.concat(parts) if parts else None, done) from None
        named = [pl.lit(value).alias(name) for name, value in point.items()]
        rows = found.summary.join(_leading(found), on=["deployment", "family"], how="left")
        parts.append(rows.select(*named, "deployment", "family", *POLICY, "share", *_numbers(rows)))
        if progress is not None:
            progress(done + 1, points.height)
    return pl.concat(parts)


def _numbers(rows: pl.DataFrame) -> list[str]:
    """Return the columns of a summary that are not names."""
    names = {"deployment", "family", "share", *POLICY}
    return [name for name in rows.columns if name not in names]


def _leading(found: Optimum) -> pl.DataFrame:
    """Return for each deployment and family the best policy of most scenarios, and their share."""
    best = found.scenarios.filter("best").with_columns(family=pl.lit("best"))
    return (
        pl.concat([found.scenarios, best])
        .with_columns(pl.col(POLICY).str.replace(f"{CUTOFFS_OF_LABEL}$", ""))
        .group_by("deployment", "family", *POLICY, maintain_order=True)
        .agg(pl.len().alias("share"))
        .with_columns(pl.col("share") / pl.col("share").sum().over("deployment", "family"))
        .sort("share", descending=True, maintain_order=True)
        .unique(["deployment", "family"], keep="first", maintain_order=True)
    )
