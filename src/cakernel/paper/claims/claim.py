"""Claims: comparisons of sets of policies by their best means, and what paired results say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt
import polars as pl

from cakernel.errors import InvalidInput
from cakernel.ranking.multiple_comparisons import difference_errors
from cakernel.ranking.student import MOST_REPLICATIONS, effect_size, quantile, replications_needed

Numbers = npt.NDArray[np.float64]
Relation = Literal["above", "at least", "below"]
Truth = Literal["true", "false", "open"]

# differences of resampled means below this share of the means are rounding
ROUNDING: Final = 1e-12


@dataclass(frozen=True)
class Among:
    """The policies that combine some supply rules, cyber rules and principles."""

    supply_rules: tuple[str, ...]
    cyber_rules: tuple[str, ...]
    principles: tuple[str, ...] = ("P", "C")

    def rows(self, policies: pl.DataFrame) -> npt.NDArray[np.int64]:
        """Return the places of these policies in a frame of the columns ``POLICY``."""
        chosen = [
            place
            for place, (supply, cyber, principle) in enumerate(policies.iter_rows())
            if supply in self.supply_rules
            and cyber in self.cyber_rules
            and principle in self.principles
        ]
        if not chosen:
            raise InvalidInput(
                f"policies: none combines {'/'.join(self.supply_rules)} with "
                f"{'/'.join(self.cyber_rules)}; must hold one or more of every set compared"
            )
        return np.array(chosen)


@dataclass(frozen=True)
class Comparison:
    """That the best mean of ``first`` stands in a relation to a share of the best of ``second``.

    Attributes
    ----------
    text : str
        The comparison in words.
    first, second : Among
        The policies; each side is represented by its highest mean.
    relation : {"above", "at least", "below"}
    share : float
        Of the second side; 0.95 is the edge of the paper's 5% rule.
    outcome : str
        The column compared; high is good.
    """

    text: str
    first: Among
    second: Among
    relation: Relation = "above"
    share: float = 1.0
    outcome: str = "mean_resources"


@dataclass(frozen=True)
class Claim:
    """A statement that simulated results can bear out or not.

    Attributes
    ----------
    id : str
        Short name.
    statement : str
        The claim in words.
    tested : str
        What is compared with what.
    source : str
        Where the claim comes from.
    settings : mapping of str to sequence of Comparison
        For each setting of the model that the claim speaks of, comparisons that must all be true.
    """

    id: str
    statement: str
    tested: str
    source: str
    settings: Mapping[str, Sequence[Comparison]]


@dataclass(frozen=True)
class Results:
    """Paired results of one setting: policies, and by outcome their values and resampled means.

    ``values`` are (policies, replications), ``resampled`` (policies, resamples), the same
    resamples in all settings.
    """

    policies: pl.DataFrame
    values: dict[str, Numbers]
    resampled: dict[str, Numbers]

    def name(self, place: np.int64) -> str:
        """Return a policy as "SRD-5 CRD-5 P"."""
        return " ".join(self.policies.row(int(place)))


def judge(
    comparison: Comparison, results: Results, *, level: float, power: float
) -> tuple[dict[str, Any], npt.NDArray[np.bool_]]:
    """Judge a comparison by an interval that misses with probability ``level`` at most.

    The difference of the two best means is the minimum over the second side of the maximum over
    the first of the pairs' differences, and the same the other way round. So its lower end is that
    minimum of the pairs' lower ends: right if those of the first side against the truly best of
    the second cover, whichever that is; and its upper end needs the truly best of the first side
    against the second to cover. Half of the level is shared (Bonferroni) among either.

    Returns
    -------
    tuple of (dict, ndarray of bool)
        A row: the policies with the best means and those means, the ``difference`` (first minus
        share of second) with ``standard_error``, ``lower`` and ``upper``, the ``probability``
        (share of resamples in which the comparison is true), the ``truth`` and the replications
        to settle it with probability ``power``; and the resamples in which it is true.
    """
    values = results.values[comparison.outcome]
    first = comparison.first.rows(results.policies)
    second = comparison.second.rows(results.policies)
    replications = values.shape[1]
    levels = level / (2 * len(first)), level / (2 * len(second))
    below, above = (quantile(1 - share, replications - 1) for share in levels)
    rivals = comparison.share * values[second]
    low, high = np.empty((2, len(first), len(second)))
    for place, policy in enumerate(first):
        difference = values[policy].mean() - rivals.mean(axis=1)
        error = difference_errors(rivals, values[policy])
        low[place] = difference - below * error
        high[place] = difference + above * error
    lower, upper = float(low.max(axis=0).min()), float(high.min(axis=1).max())
    means = values.mean(axis=1)
    best = first[np.argmax(means[first])]
    rival = second[np.argmax(means[second])]
    each = values[best] - comparison.share * values[rival]
    deviation = float(each.std(ddof=1))
    size = effect_size(each.mean(), deviation)
    needed = replications_needed(
        size,
        # the test is two-sided, its level twice that of the end that is to exclude 0
        level=2 * levels[0 if each.mean() > 0 else 1],
        power_wanted=power,
        most=MOST_REPLICATIONS,
    )
    resampled = results.resampled[comparison.outcome]
    top = resampled[first].max(axis=0)
    edge = comparison.share * resampled[second].max(axis=0)
    holds = _related(comparison.relation, top - edge, ROUNDING * np.abs(edge))
    return {
        "comparison": comparison.text,
        "outcome": comparison.outcome,
        "first": results.name(best),
        "relation": comparison.relation,
        "share": comparison.share,
        "second": results.name(rival),
        "first_mean": float(means[best]),
        "second_mean": float(means[rival]),
        "difference": float(each.mean()),
        "standard_error": deviation / float(np.sqrt(replications)),
        "lower": lower,
        "upper": upper,
        "probability": float(holds.mean()),
        "truth": truth(comparison.relation, lower, upper),
        "replications_to_settle": int(needed[0]) or None,
    }, holds


def truth(relation: Relation, lower: float, upper: float) -> Truth:
    """Say whether a relation to 0 is true or false all over an interval, or open."""
    if relation == "above":
        return "true" if lower > 0 else "false" if upper <= 0 else "open"
    inside: Truth = "true" if lower >= 0 else "false" if upper < 0 else "open"
    if relation == "at least":
        return inside
    opposite: dict[Truth, Truth] = {"true": "false", "false": "true", "open": "open"}
    return opposite[inside]


def _related(relation: Relation, difference: Numbers, slack: Numbers) -> npt.NDArray[np.bool_]:
    """Say where a relation holds; differences within the slack are equalities."""
    if relation == "above":
        return difference > slack
    at_least = difference >= -slack
    return at_least if relation == "at least" else ~at_least
