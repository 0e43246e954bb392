"""Verdicts on claims: true in all settings that a claim speaks of, in none, or in some."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import numpy as np
import polars as pl

from cakernel.arguments import checked_arguments
from cakernel.checks import Seed, Share, Whole, check_some
from cakernel.errors import InvalidInput
from cakernel.paper.claims.claim import Claim, Results, Truth
from cakernel.ranking.pairing import paired_groups
from cakernel.ranking.ranks import resampled_means
from cakernel.recovery.outcomes import OUTCOMES

Verdict = Literal["holds", "fails", "depends"]


@dataclass(frozen=True)
class Verdicts:
    """What results say of claims, as three tables.

    Attributes
    ----------
    claims : polars.DataFrame
        One row a claim: id, statement, tested, source, ``verdict``, ``true``, ``false`` and
        ``open`` (the settings with that truth), ``probability`` (share of bootstrap resamples in
        which it is true in all settings), ``comparisons`` (among which the level is shared),
        ``confidence`` and ``replications``.
    settings : polars.DataFrame
        One row a claim and setting: id, setting, ``truth``, ``probability``.
    comparisons : polars.DataFrame
        One row a claim, setting and comparison, as of `Comparison.judge`.
    """

    claims: pl.DataFrame
    settings: pl.DataFrame
    comparisons: pl.DataFrame


@checked_arguments
def results_of(
    frame: pl.DataFrame, *, bootstrap: Annotated[int, Whole(1, 1_000_000)] = 1000, seed: Seed = 1
) -> Results:
    """Prepare the paired outcomes of one setting for `verdicts`.

    Parameters
    ----------
    frame : polars.DataFrame
        As of `cakernel.paired_outcomes`, all outcomes of one setting.
    bootstrap : int, default 1000
        Resamples of the replications, 1 or more.
    seed : int, default 1
        Of the resamples; the same for all settings of a claim.

    Raises
    ------
    InvalidInput
        If the frame is not paired outcomes.

    Examples
    --------
    >>> outcomes = pl.DataFrame(
    ...     {"supply_rule": ["SRD-4", "SRD-4", "SRD-5", "SRD-5"], "cyber_rule": "CRD-5"}
    ...     | {"principle": "P", "replication": [0, 1] * 2, "mean_x": 1.0, "mean_y": 1.0}
    ...     | {"mean_resources": [10.0, 11.2, 8.1, 9.0]}
    ... )
    >>> results_of(outcomes, bootstrap=20).values["mean_resources"].tolist()
    [[10.0, 11.2], [8.1, 9.0]]
    """
    groups = {name: next(iter(paired_groups(frame, outcome=name))) for name in OUTCOMES}
    return Results(
        policies=groups[OUTCOMES[0]].policies,
        values={name: group.values for name, group in groups.items()},
        resampled={
            name: np.hstack(list(resampled_means(group.values, resamples=bootstrap, seed=seed)))
            for name, group in groups.items()
        },
    )


def least_in_favour(comparisons: pl.DataFrame) -> pl.DataFrame:
    """Return, for each claim, the comparison that speaks least for it.

    That is the one whose difference, counted in standard errors, lies lowest on the side claimed.
    """
    claimed = pl.when(pl.col("relation") == "below").then(-1.0).otherwise(1.0)
    size = claimed * pl.col("difference")
    support = pl.when(size == 0).then(0.0).otherwise(size / pl.col("standard_error"))
    return comparisons.sort(support, maintain_order=True).unique(
        [name for name in ("variant", "id") if name in comparisons.columns],
        keep="first",
        maintain_order=True,
    )


def all_true(truths: Sequence[Truth]) -> Truth:
    """Return the truth of "all of these": false if one is, true if all are, else open."""
    if "false" in truths:
        return "false"
    return "open" if "open" in truths else "true"


def verdict(truths: Sequence[Truth]) -> Verdict:
    """Return "holds" if true in every setting, "fails" if false in every one, else "depends"."""
    kinds = set(truths)
    if kinds == {"true"}:
        return "holds"
    return "fails" if kinds == {"false"} else "depends"


@checked_arguments
def verdicts(
    claims: Sequence[Claim],
    results: Mapping[str, Results],
    *,
    confidence: Share = 0.95,
    power: Share = 0.9,
) -> Verdicts:
    """Judge claims on the results of the settings that they speak of.

    The probability of a wrong "true" or "false" anywhere in a claim is at most 1 - confidence:
    the level is shared equally (Bonferroni) among all comparisons that the claim makes, in all
    its settings. It is not shared among claims.

    Parameters
    ----------
    claims : sequence of Claim
        What to judge.
    results : mapping of str to Results
        By setting, all on the same number of replications; `results_of` makes them.
    confidence : float, default 0.95
        Of all that is said true or false within a claim, together.
    power : float, default 0.9
        Wanted where replications to settle a comparison are given.

    Raises
    ------
    InvalidInput
        If an argument is outside its range, a setting is missing, or settings have different
        replications.

    Examples
    --------
    >>> from cakernel.paper.claims import Among, Claim, Comparison, results_of, verdicts
    >>> leads = Comparison("A above B", Among(("A",), ("CRD-5",)), Among(("B",), ("CRD-5",)))
    >>> claim = Claim("lead", "A leads B", "R of A against B", "made up", {"base": [leads]})
    >>> resources = [10.0, 11.2, 10.4, 10.7, 8.1, 9.0, 8.4, 8.9]
    >>> outcomes = pl.DataFrame(
    ...     {"supply_rule": ["A"] * 4 + ["B"] * 4, "cyber_rule": "CRD-5", "principle": "P"}
    ...     | {"replication": [0, 1, 2, 3] * 2, "mean_x": 1.0, "mean_y": 1.0}
    ...     | {"mean_resources": resources}
    ... )
    >>> found = verdicts([claim], {"base": results_of(outcomes)})
    >>> found.claims.select("id", "verdict", "true", "replications").row(0)
    ('lead', 'holds', ['base'], 4)
    """
    check_some(claims=claims)
    missing = sorted({name for claim in claims for name in claim.settings} - set(results))
    if missing:
        raise InvalidInput(f"results: lack {', '.join(missing)}; must hold every setting claimed")
    counts = {result.values[OUTCOMES[0]].shape[1] for result in results.values()}
    if len(counts) > 1:
        raise InvalidInput(f"results: got {sorted(counts)} replications; must be the same for all")
    judged = [_judged(claim, results, confidence, power) for claim in claims]
    parts = zip(*judged, strict=True)
    return Verdicts(*(pl.concat(tables, how="vertical_relaxed") for tables in parts))


def _judged(
    claim: Claim, results: Mapping[str, Results], confidence: float, power: float
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Return the rows of one claim."""
    count = sum(map(len, claim.settings.values()))
    rows: list[dict[str, Any]] = []
    places: list[dict[str, Any]] = []
    resamples = []
    for setting, comparisons in claim.settings.items():
        judged = [
            comparison.judge(results[setting], level=(1 - confidence) / count, power=power)
            for comparison in comparisons
        ]
        rows += [{"id": claim.id, "setting": setting} | row for row, _ in judged]
        together = np.logical_and.reduce([holds for _, holds in judged])
        resamples.append(together)
        whole = all_true([row["truth"] for row, _ in judged])
        place = {"id": claim.id, "setting": setting, "truth": whole}
        places.append(place | {"probability": float(together.mean())})
    found: list[Truth] = [place["truth"] for place in places]
    names = {
        kind: [place["setting"] for place in places if place["truth"] == kind]
        for kind in ("true", "false", "open")
    }
    first = next(iter(claim.settings))
    told = {name: getattr(claim, name) for name in ("id", "statement", "tested", "source")}
    sums = {
        **told,
        "verdict": verdict(found),
        **names,
        "probability": float(np.logical_and.reduce(resamples).mean()),
        "comparisons": count,
        "confidence": confidence,
        "replications": results[first].values[OUTCOMES[0]].shape[1],
    }
    return (
        pl.DataFrame([sums], schema_overrides=dict.fromkeys(names, pl.List(pl.String))),
        pl.DataFrame(places),
        pl.DataFrame(rows, schema_overrides={"replications_to_settle": pl.Int64}),
    )
