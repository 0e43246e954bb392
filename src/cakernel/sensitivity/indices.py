"""How much of an outcome each axis of a sweep accounts for: Sobol and Morris indices."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import numpy as np
import numpy.typing as npt
import polars as pl

from cakernel.arguments import checked_arguments
from cakernel.checks import Seed, Share, Whole
from cakernel.errors import InvalidInput
from cakernel.sensitivity.estimators import morris_indices, noise_share, sobol_indices
from cakernel.sensitivity.response import response_of
from cakernel.sweep.axis import Axis, Levels
from cakernel.sweep.points import COPY, numbered_copies, sampled_points
from cakernel.sweep.results import SweepResults
from cakernel.sweep.study import FieldKind

Numbers = npt.NDArray[np.float64]
# of columns that may hold nothing
KINDS = {"other": pl.String, "low": pl.Float64, "high": pl.Float64}


@checked_arguments
def sensitivity_indices(
    results: SweepResults,
    *,
    outcome: str | None = None,
    policy: str | None = None,
    against: str | None = None,
    choice: Sequence[str] | None = None,
    where: Mapping[str, str] | None = None,
    confidence: Share = 0.95,
    bootstrap: Annotated[int, Whole(2, 1_000_000)] = 1000,
    seed: Seed = 1,
) -> pl.DataFrame:
    """Return sensitivity indices of a Saltelli or Morris design.

    The outcome at a point is a mean over finitely many replications. Where each point meets
    draws of its own (``common_random_numbers = False``), their noise is taken out of the indices
    with the points' standard errors; where all meet the same, the indices are those under this one
    set of draws. Blocks of the design with a point that is impossible, or not there yet, are left
    out whole.

    Parameters
    ----------
    results : SweepResults
        Of a sweep with a design "saltelli" or "morris".
    outcome : str, optional
        A column of outcomes, by default the study's leading one; a measure such as
        "shortfall_5_resources" where the sweep has it, or rows of replications; or "margin": in the
        leading outcome, of ``policy`` over ``against``, or without both of the winner over the
        runner-up. The latter is never negative, so noise raises it where the two are close, which
        no correction undoes.
    policy, against : str, optional
        "SRD-5 CRD-5 P", "flexible-moq nash", or words that no other policy has all of; may
        be left out of a sweep of one policy.
    choice : sequence of str, optional
        What winner and runner-up are: key columns, by default the study's ``choice``, each value
        with its best policy.
    where : mapping of str to str, optional
        Which policies count: {"cyber_rule": "CRD-5"}; by default all.
    confidence : float, default 0.95
        Of the intervals, between 0 and 1.
    bootstrap : int, default 1000
        Resamples of blocks that the intervals rest on, 2 to 1,000,000.
    seed : int, default 1
        Of the resampling, 0 to 2^64 - 1.

    Returns
    -------
    polars.DataFrame
        A row an index: ``index`` ("first", "total", "second"; or "mu", "mu_star", "sigma" in
        units of the outcome over the whole axis), ``axis``, ``other`` (of second order), value,
        low, high (null where the blocks are so few that a resample may have no variance),
        ``uncorrected`` (SALib's own value). The same in all rows: ``noise``
        ("independent": taken out; "common", "unknown", "none": not), ``noise_share`` (of the
        variance over the points), blocks (or trajectories) ``used`` and ``dropped``.

    Raises
    ------
    InvalidInput
        If an argument is outside its range, the design serves no indices, or noise is all there is.

    References
    ----------
    Saltelli et al. (2010), doi:10.1016/j.cpc.2009.09.018; Jansen (1999),
    doi:10.1016/S0010-4655(98)00154-4; Morris (1991), doi:10.2307/1269043; Campolongo et al.
    (2007), doi:10.1016/j.envsoft.2006.10.004. See docs/sensitivity.md for the corrections.

    Examples
    --------
    >>> import tempfile
    >>> import cakernel as ck
    >>> study = ck.Recovery(ck.Model(periods=5), ck.policies()[:1], ck.paper_scenarios()[:1])
    >>> axes = {"initial_resources": ck.Range(low=0.0, high=50.0), "cyber_rule": ["CRD-1"]}
    >>> sweep = ck.Sweep(study, axes=axes, design=ck.Design(kind="morris", points=10))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     found = ck.sensitivity_indices(ck.run_sweep(sweep, folder))
    >>> [value > 10 or value for value in found.filter(index="mu_star")["value"]]
    [True, 0.0]
    """
    response = response_of(
        results, outcome=outcome, policy=policy, against=against, choice=choice, where=where
    )
    unit, values, variances, dropped = _whole_blocks(results, response.values)
    design, axes = results.design, list(results.axes)
    # over A and B of a Saltelli design
    ends: Any = [0, -1] if design.kind == "saltelli" else slice(None)
    known = response.noise != "unknown"
    share = noise_share(values[:, ends], variances[:, ends]) if known else None
    if response.noise != "independent":
        variances = np.zeros_like(variances)
    settings: dict[str, Any] = {"confidence": confidence, "bootstrap": bootstrap, "seed": seed}
    if design.kind == "morris":
        found = morris_indices(unit, _taken(results, unit), values, variances, **settings)
    else:
        second = design.second_order
        found = sobol_indices(values, variances, axes=len(axes), second_order=second, **settings)
    names: dict[int | None, str | None] = {None: None, **dict(enumerate(axes))}
    rows = [vars(each) | {"axis": names[each.axis], "other": names[each.other]} for each in found]
    return pl.DataFrame(rows, schema_overrides=KINDS).with_columns(
        noise=pl.lit(response.noise),
        noise_share=pl.lit(share, pl.Float64),
        used=pl.lit(len(values), pl.Int64),
        dropped=pl.lit(dropped, pl.Int64),
    )


def _whole_blocks(
    results: SweepResults, response: pl.DataFrame
) -> tuple[Numbers, Numbers, Numbers, int]:
    """Return the response, of columns point, value and error, as the design has it.

    That is of its blocks (or trajectories) without a hole the sample in the unit cube, (blocks,
    size, axes), the values and the squares of their standard errors, (blocks, size); and how many
    blocks are dropped.
    """
    design, axes = results.design, results.axes
    if design.kind not in ("saltelli", "morris"):
        raise InvalidInput(f"design: got {design.kind}; must be saltelli or morris for indices")
    unit = design.unit(len(axes))
    points = _points_of(unit, axes, results.points)
    found = points.join(response, on="point", how="left", maintain_order="left")
    size = design.block_size(len(axes))
    values = found["value"].fill_null(np.nan).to_numpy().reshape(-1, size)
    errors = found["error"].fill_null(0.0).to_numpy().reshape(-1, size)
    whole = np.isfinite(values).all(axis=1)
    if whole.sum() < 2:
        raise InvalidInput(
            f"design: {whole.sum()} of its {len(whole)} blocks are whole; must be 2 or more: "
            "others have points that are impossible, without an outcome or not there yet"
        )
    unit = unit.reshape(-1, size, len(axes))[whole]
    return unit, values[whole], errors[whole] ** 2, int((~whole).sum())


def _taken(results: SweepResults, unit: Numbers) -> Numbers:
    """Return where the values that axes take lie between their ends, in the shape of ``unit``."""
    columns = []
    for n, (name, axis) in enumerate(results.axes.items()):
        places = unit[..., n]
        if isinstance(axis, Levels):
            columns.append(axis.taken(places))
        else:
            is_whole = results.points.schema[name].is_integer()
            columns.append(axis.taken(places, is_whole=is_whole))
    return np.stack(columns, axis=-1)


def _points_of(unit: Numbers, axes: Mapping[str, Axis], points: pl.DataFrame) -> pl.DataFrame:
    """Return the ``point`` of each row of the sample, which may be in another order."""
    names = list(axes)
    fields = {name: FieldKind(kind) for name, kind in points.schema.items()}
    wanted = numbered_copies(sampled_points(unit, axes, fields).select(names), names)
    there = numbered_copies(points, names).select("point", *names, COPY)
    found = wanted.join(there, on=[*names, COPY], how="left", maintain_order="left")
    if found.height != points.height or found["point"].null_count():
        raise InvalidInput(
            "design: its points are not those that the installed SALib samples; analyse it with "
            "the version that made it"
        )
    return found.select("point")
