"""Claims: comparisons of sets of policies by their best means, and what paired results say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt
import polars as pl

from cakernel.arguments import checked_arguments
from cakernel.checks import check_some
from cakernel.errors import InvalidInput
from cakernel.ranking.intervals import spread_of
from cakernel.ranking.student import MOST_REPLICATIONS, effect_size, quantile, replications_needed

Numbers = npt.NDArray[np.float64]
Relation = Literal["above", "at least", "below"]
Truth = Literal["true", "false", "open"]

# differences of resampled means below this share of the means are rounding
ROUNDING: Final = 1e-12


@checked_arguments
@dataclass(frozen=True)
class Among:
    """The policies that combine some supply rules, cyber rules and principles."""

    supply_rules: tuple[str, ...]
    cyber_rules: tuple[str, ...]
    principles: tuple[str, ...] = ("P", "C")

    def rows(self, policies: pl.DataFrame) -> npt.NDArray[np.int64]:
        """Return the places of these policies in a frame of the columns ``POLICY``."""
        sets = (self.supply_rules, self.cyber_rules, self.principles)
        chosen = [
            place
            for place, policy in enumerate(policies.iter_rows())
            if all(part in allowed for part, allowed in zip(policy, sets, strict=True))
        ]
        if not chosen:
            raise InvalidInput(
                f"policies: none combines {'/'.join(self.supply_rules)} with "
                f"{'/'.join(self.cyber_rules)}; must hold one or more of every set compared"
            )
        return np.array(chosen)


@dataclass(frozen=True)
class Results:
    """Paired results of one setting: policies, and by outcome their values and resampled means.

    ``values`` are (policies, replications), ``resampled`` (policies, resamples), the same
    resamples in all settings.
    """

    policies: pl.DataFrame
    values: dict[str, Numbers]
    resampled: dict[str, Numbers]


@checked_arguments
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

    def judge(
        self, results: Results, *, level: float, power: float
    ) -> tuple[dict[str, Any], npt.NDArray[np.bool_]]:
        """Judge by an interval that misses with probability ``level`` at most.

        The difference of the two best means is the minimum over the second side of the maximum
        over the first of the pairs' differences, and the same the other way round. So its lower
        end is that minimum of the pairs' lower ends: right if those of the first side against the
        truly best of the second cover, whichever that is; and its upper end needs the truly best
        of the first side against the second to cover. Half of the level is shared (Bonferroni)
        among either. Intervals of pairs are Student's: values are averages over all resource
        scenarios, which are hardly skewed, and are the same in all replications only where
        policies coincide.

        Returns a row, where ``difference`` is the first mean minus the share of the second and
        ``probability`` the share of resamples in which the comparison is true; and these resamples.
        """
        values = results.values[self.outcome]
        first = self.first.rows(results.policies)
        second = self.second.rows(results.policies)
        replications = values.shape[1]
        levels = level / (2 * len(first)), level / (2 * len(second))
        below, above = (quantile(1 - share, replications - 1) for share in levels)
        rivals = self.share * values[second]
        low, high = np.empty((2, len(first), len(second)))
        for place, policy in enumerate(first):
            difference = values[policy].mean() - rivals.mean(axis=1)
            error = spread_of(rivals, values[policy]).error
            low[place] = difference - below * error
            high[place] = difference + above * error
        lower, upper = float(low.max(axis=0).min()), float(high.min(axis=1).max())
        means = values.mean(axis=1)
        best = first[np.argmax(means[first])]
        rival = second[np.argmax(means[second])]
        each = values[best] - self.share * values[rival]
        deviation = float(each.std(ddof=1))
        needed = replications_needed(
            effect_size(each.mean(), deviation),
            # the test is two-sided, its level twice that of the end that is to exclude 0
            level=2 * levels[0 if each.mean() > 0 else 1],
            power_wanted=power,
            most=MOST_REPLICATIONS,
        )
        resampled = results.resampled[self.outcome]
        top = resampled[first].max(axis=0)
        edge = self.share * resampled[second].max(axis=0)
        slack = ROUNDING * np.abs(edge)
        relations = {"above": top - edge > slack, "at least": top - edge >= -slack}
        holds = relations.get(self.relation, top - edge < -slack)
        return {
            "comparison": self.text,
            "outcome": self.outcome,
            "first": " ".join(results.policies.row(int(best))),
            "relation": self.relation,
            "share": self.share,
            "second": " ".join(results.policies.row(int(rival))),
            "first_mean": float(means[best]),
            "second_mean": float(means[rival]),
            "difference": float(each.mean()),
            "standard_error": deviation / float(np.sqrt(replications)),
            "lower": lower,
            "upper": upper,
            "probability": float(holds.mean()),
            "truth": truth(self.relation, lower, upper),
            "replications_to_settle": int(needed[0]) or None,
        }, holds


@runtime_checkable
class Statement(Protocol):
    """What a claim consists of: a statement that results can bear out or not."""

    @property
    def text(self) -> str:
        """The statement in words."""

    def judge(
        self, results: Results, *, level: float, power: float
    ) -> tuple[dict[str, Any], npt.NDArray[np.bool_]]:
        """Judge by an interval that misses with probability ``level`` at most.

        Returns a row of the table of comparisons; and the resamples in which it is true.
        """


@checked_arguments
@dataclass(frozen=True)
class Claim:
    """A statement that simulated results can bear out or not.

    Attributes
    ----------
    id, statement : str
        Its short name, and the claim in words.
    tested, source : str
        What is compared with what, and where the claim comes from.
    settings : mapping of str to sequence of Comparison
        For each setting of the model that the claim speaks of, comparisons that must all be true.
    """

    id: str
    statement: str
    tested: str
    source: str
    settings: Mapping[str, Sequence[Statement]]

    def __post_init__(self) -> None:
        check_some(
            settings=list(self.settings), **{f"settings.{k}": v for k, v in self.settings.items()}
        )


def truth(relation: Relation, lower: float, upper: float) -> Truth:
    """Say whether a relation to 0 is true or false all over an interval, or open."""
    if relation == "above":
        return "true" if lower > 0 else "false" if upper <= 0 else "open"
    inside, outside = lower >= 0, upper < 0
    if relation == "below":
        inside, outside = outside, inside
    return "true" if inside else "false" if outside else "open"
