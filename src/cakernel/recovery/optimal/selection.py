"""Which of many policies is best by a criterion, with a stated probability of correct selection.

Looks at the same policies are taken with ever more replications; those that are surely not best, or
surely below a floor, are looked at no more. Each look has its share of the level, and within it
Bonferroni's inequality counts all policies that there were at first, so that with the probability
stated all statements of all looks hold together, whatever the correlation.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from cakernel.ranking.intervals import reach, spread_of
from cakernel.ranking.student import quantile

Numbers = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Places = npt.NDArray[np.int64]
Criterion = Literal["mean", "minimum", "regret"]


class Look(NamedTuple):
    """What some policies earn in a number of replications.

    ``states`` and ``state_errors`` (policies, 2): mean x and y, and standard errors. ``each``
    (policies, replications): means over scenarios, paired; for the criterion mean. ``earned`` and
    ``errors`` (policies, scenarios): means over replications; for the others.
    """

    replications: int
    states: Numbers
    state_errors: Numbers
    each: Numbers
    earned: Numbers
    errors: Numbers


@dataclass
class Selection:
    """Where a selection stands; arrays have an entry for each policy.

    ``score`` is the criterion, high is good (the largest regret has the other sign); ``below`` and
    ``above`` bound how far it lies from the best other policy that may meet the floors, infinite
    for a policy that surely does not. ``sure`` and ``possible`` tell which meet all floors,
    ``open`` which may be the best of these and are looked at again. ``earned``, ``lower`` and
    ``upper`` (policies, scenarios) are means and their intervals, unused for the mean. ``twin``
    names, for a policy that had the same outcomes as another in all replications, that other one;
    it counts as one with it.
    """

    replications: Places
    states: Numbers
    earned: Numbers
    lower: Numbers
    upper: Numbers
    score: Numbers
    below: Numbers
    above: Numbers
    sure: Mask
    possible: Mask
    open: Mask
    twin: Places

    @property
    def choice(self) -> int:
        """The policy with the highest score of those that surely meet the floors, if any do."""
        eligible = self.open & self.sure
        if not eligible.any():
            eligible = self.open
        return int(np.where(eligible, self.score, -np.inf).argmax())

    @property
    def delta(self) -> float:
        """What no other policy that meets the floors exceeds the choice by."""
        return max(0.0, float(-self.below[self.choice]))


def select(
    look: Callable[[Places, int], Look],
    policies: int,
    scenarios: int,
    looks: Sequence[int],
    *,
    criterion: Criterion,
    floors: tuple[float, float],
    best_known: Numbers | None,
    level: float,
    indifference: float,
    keep: Callable[[Selection], None],
) -> Selection:
    """Look with ever more replications until the choice is good enough, or looks run out.

    Parameters
    ----------
    look : callable
        From places of policies and a number of replications to what these earn.
    policies, scenarios : int
        How many there are.
    looks : sequence of int
        Replications, rising.
    criterion : {"mean", "minimum", "regret"}
        Mean over scenarios, least mean of a scenario, or largest regret of one.
    floors : tuple of float
        Least mean x and y, 0 for none.
    best_known : ndarray, optional
        What regret is against, by scenario; by default the best of the policies.
    level : float
        The probability that some statement is wrong.
    indifference : float
        Stop when no policy is better than the choice by more.
    keep : callable
        Called after each look with where the selection stands.
    """
    size = (policies, scenarios if criterion != "mean" else 0)
    now = Selection(
        replications=np.zeros(policies, np.int64),
        states=np.zeros((policies, 2)),
        earned=np.full(size, np.nan),
        lower=np.full(size, -np.inf),
        upper=np.full(size, np.inf),
        score=np.full(policies, -np.inf),
        below=np.full(policies, -np.inf),
        above=np.full(policies, np.inf),
        sure=np.ones(policies, np.bool_),
        possible=np.ones(policies, np.bool_),
        open=np.ones(policies, np.bool_),
        twin=np.arange(policies),
    )
    active = [n for n, floor in enumerate(floors) if floor > 0]
    for replications in looks:
        places = np.flatnonzero(now.open)
        seen = look(places, replications)
        share = level / len(looks) / (2 if active else 1)
        now.replications[places] = replications
        now.states[places] = seen.states
        if active:
            factor = float(quantile(1 - share / (2 * len(active) * policies), replications - 1))
            error = factor * seen.state_errors[:, active]
            away = seen.states[:, active] - np.array(floors)[active]
            now.possible[places] &= (away + error >= 0).all(axis=1)
            now.sure[places] = (away - error >= 0).all(axis=1)
        if criterion == "mean":
            _by_mean(now, places, seen, share)
        else:
            _by_worst(now, places, seen, share, criterion, best_known)
        keep(now)
        if not now.open.any() or now.delta <= indifference:
            break
    return now


def _by_mean(now: Selection, places: Places, seen: Look, share: float) -> None:
    """Compare means over scenarios by paired differences (Clark and Yang 1986)."""
    now.score[places] = seen.each.mean(axis=1)
    _find_twins(now, places, np.concatenate([seen.each, seen.states], axis=1))
    here = np.flatnonzero(now.possible[places] & (now.twin[places] == places))
    values = seen.each[here]
    means = values.mean(axis=1)
    # by how much each exceeds each other at most: of the truly best policy all hold together
    most = np.full((len(here), len(here)), np.inf)
    for place, own in enumerate(values):
        below, _ = reach(spread_of(values, own), 1 - share / max(1, len(now.score) - 1))
        most[place] = means[place] - means + below
    _conclude(now, places[here], most)


def _by_worst(
    now: Selection,
    places: Places,
    seen: Look,
    share: float,
    criterion: Criterion,
    best_known: Numbers | None,
) -> None:
    """Compare by the worst scenario: simultaneous intervals of all policies and scenarios."""
    probability = 1 - share / (2 * len(now.score) * seen.earned.shape[1])
    error = float(quantile(probability, seen.replications - 1)) * seen.errors
    now.earned[places] = seen.earned
    # earlier intervals hold, too
    now.lower[places] = np.maximum(now.lower[places], seen.earned - error)
    now.upper[places] = np.minimum(now.upper[places], seen.earned + error)
    tables = (now.earned, now.lower, now.upper)
    if criterion == "minimum":
        now.score, low, high = (table.min(axis=1) for table in tables)
    else:
        best, least, most = (
            table.max(axis=0) if best_known is None else best_known for table in tables
        )
        now.score = (now.earned - best).min(axis=1)
        low, high = (now.lower - most).min(axis=1), (now.upper - least).min(axis=1)
    _find_twins(now, places, np.concatenate([seen.earned, seen.states], axis=1))
    here = places[now.possible[places] & (now.twin[places] == places)]
    _conclude(now, here, high[here][:, None] - low[here][None, :])


def _conclude(now: Selection, here: Places, most: Numbers) -> None:
    """Tell which may be best, from by how much each exceeds each other at most.

    ``most`` (policies, policies) holds of the policies at ``here``, those that are still compared.
    Only a policy that surely meets the floors rules others out.
    """
    now.below[now.open], now.above[now.open] = -np.inf, np.inf
    itself = np.eye(len(here), dtype=np.bool_)
    of_sure = np.where(now.sure[here][None, :] & ~itself, most, np.inf)
    nearest = of_sure.min(axis=1, initial=np.inf)
    may_be_best = nearest >= 0
    of_rivals = np.where(may_be_best[:, None] & ~itself, most, -np.inf)
    now.below[here] = np.minimum(0.0, -of_rivals.max(axis=0, initial=-np.inf))
    now.above[here] = np.maximum(0.0, nearest)
    now.open[:] = False
    now.open[here] = may_be_best


def _find_twins(now: Selection, places: npt.NDArray[np.int64], outcomes: Numbers) -> None:
    """Find policies with the same outcomes; the first of them stands for all."""
    first: dict[bytes, int] = {}
    for place, row in zip(places.tolist(), outcomes, strict=True):
        now.twin[place] = first.setdefault(row.tobytes(), place)
