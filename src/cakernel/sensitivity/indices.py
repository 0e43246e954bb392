"""`indices`: how much of an outcome each axis of a sweep accounts for."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl

from cakernel.checks import MAX_SEED, check_value, whole
from cakernel.sensitivity.morris import morris_indices
from cakernel.sensitivity.outcome import outcome_of
from cakernel.sensitivity.sampled import Sampled, sampled
from cakernel.sensitivity.sobol import Estimate, noise_share, sobol_indices
from cakernel.sensitivity.winners import check_confidence
from cakernel.sweep.results import SweepResults


def indices(
    results: SweepResults,
    *,
    outcome: str | None = None,
    policy: str | None = None,
    against: str | None = None,
    choice: Sequence[str] | None = None,
    where: Mapping[str, str] | None = None,
    confidence: float = 0.95,
    bootstrap: int = 1000,
    seed: int = 1,
) -> pl.DataFrame:
    """Return sensitivity indices of a Saltelli or Morris design.

    The outcome at a point is a mean over finitely many replications. Where each point meets
    disruptions of its own (``common_random_numbers = False``), their noise is taken out of the
    indices with the points' standard errors; where all meet the same, the indices are those under
    this one set of disruptions. Blocks of the design with a point that is impossible, or not
    there yet, are left out whole.

    Parameters
    ----------
    results : SweepResults
        Of a sweep with a design "saltelli" or "morris".
    outcome : str, optional
        A policy's "mean_resources" (the default), "mean_x" or "mean_y"; of the coopetition model
        "economic_welfare" (the default), "total_profit", ...; or "margin": in the default, of
        ``policy`` over ``against``, or without both of the winner over the runner-up. The latter
        is never negative, so noise raises it where the two are close, which no correction undoes.
    policy, against : str, optional
        "SRD-5 CRD-5 P", "flexible-moq nash", or words that no other policy has all of; may
        be left out of a sweep of one policy.
    choice : sequence of str, optional
        What winner and runner-up are: columns, by default the supply rule, each with its best
        policy.
    where : mapping of str to str, optional
        Which policies count: {"cyber_rule": "CRD-5"}; by default all.
    confidence : float, default 0.95
        Of the intervals, between 0 and 1.
    bootstrap : int, default 1000
        Resamples of blocks that the intervals rest on.
    seed : int, default 1
        Of the resampling.

    Returns
    -------
    polars.DataFrame
        A row an index: ``index`` ("first", "total", "second"; or "mu", "mu_star", "sigma" in
        units of the outcome over the whole axis), ``axis``, ``other`` (of second order), value,
        low, high, ``uncorrected`` (SALib's own value). The same in all rows: ``noise``
        ("independent": taken out; "common", "unknown", "none": not), ``noise_share`` (of the
        variance over the points), blocks (or trajectories) ``used`` and ``dropped``.

    Raises
    ------
    InvalidInput
        If an argument is outside its range, the design serves no indices, or noise is all there is.

    References
    ----------
    Saltelli et al. (2010), doi 10.1016/j.cpc.2009.09.018; Jansen (1999),
    doi 10.1016/S0010-4655(98)00154-4; Morris (1991), doi 10.2307/1269043; Campolongo et al.
    (2007), doi 10.1016/j.envsoft.2006.10.004. See docs/sensitivity.md for the corrections.
    """
    check_confidence(confidence)
    check_value("bootstrap", bootstrap, whole(2, 1_000_000))
    check_value("seed", seed, whole(0, MAX_SEED - 1))
    found = outcome_of(
        results, outcome=outcome, policy=policy, against=against, choice=choice, where=where
    )
    sample = sampled(results, found.values)
    corrected = found.noise == "independent"
    variances = sample.variances if corrected else np.zeros_like(sample.variances)
    settings = {"confidence": confidence, "bootstrap": bootstrap, "seed": seed}
    estimates = _estimated(sample, variances, settings)
    share = None if found.noise == "unknown" else _share(sample)
    return pl.DataFrame(
        {
            "index": [each.index for each in estimates],
            "axis": [sample.axes[each.axis] for each in estimates],
            "other": pl.Series(
                [None if each.other is None else sample.axes[each.other] for each in estimates],
                dtype=pl.String,
            ),
            **{
                name: [getattr(each, name) for each in estimates]
                for name in ("value", "low", "high", "uncorrected")
            },
        }
    ).with_columns(
        noise=pl.lit(found.noise),
        noise_share=pl.lit(share, pl.Float64),
        used=pl.lit(len(sample.values), pl.Int64),
        dropped=pl.lit(sample.dropped, pl.Int64),
    )


def _estimated(
    sample: Sampled, variances: np.ndarray[Any, Any], settings: Mapping[str, Any]
) -> list[Estimate]:
    design, values = sample.design, sample.values
    if design.kind == "morris":
        return morris_indices(sample.unit, values, variances, levels=design.levels, **settings)
    return sobol_indices(
        values, variances, axes=len(sample.axes), second_order=design.second_order, **settings
    )


def _share(sample: Sampled) -> float:
    """Return which part of the variance over the points is noise; over A and B of a Saltelli."""
    if sample.design.kind == "saltelli":
        return noise_share(sample.values, sample.variances)
    total = float(np.var(sample.values))
    return float(sample.variances.mean()) / total if total > 0 else np.nan
