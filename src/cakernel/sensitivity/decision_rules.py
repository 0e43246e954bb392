"""`when_wins`: rules that say which speed of recovery to choose where."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from cakernel.checks import MAX_SEED, check_value, whole
from cakernel.errors import InvalidInput
from cakernel.sensitivity.decision_tree import choose, features_of, grow, in_words, leaves
from cakernel.sensitivity.sampled import described_axis
from cakernel.sensitivity.standings import standings
from cakernel.sensitivity.winners import contest
from cakernel.sweep.axis import Levels
from cakernel.sweep.results import SweepResults

Numbers = npt.NDArray[np.float64]
FEWEST_POINTS = 10


@dataclass(frozen=True)
class Following:
    """What comes of a way to choose.

    Attributes
    ----------
    accuracy : float
        Share of points at which the winner is chosen.
    regret : float
        What is lost on average against the winner, in units of the outcome.
    regret_percent : float or None
        The same in percent of the winners' mean; None where that is not above 0.
    """

    accuracy: float
    regret: float
    regret_percent: float | None


@dataclass(frozen=True)
class WinningRules:
    """Rules from `when_wins`; every point falls under one of them.

    Attributes
    ----------
    rules : polars.DataFrame
        ``rule``, ``choose`` and, on the points where the rule holds: points, ``share`` of all,
        ``wins`` (the share of them that the choice wins: density), ``coverage`` (the share of the
        choice's wins that are among them), regret and regret_percent.
    tested : Following
        The same way of making rules, on points held out from making them.
    alone : str
        The contender that loses least where it is chosen at all points ...
    alone_tested : Following
        ... and what comes of that.
    points : int
        How many.
    unclear : float
        Share of points at which the winner is not clear of noise: there no rule can be right.
    """

    rules: pl.DataFrame
    tested: Following
    alone: str
    alone_tested: Following
    points: int
    unclear: float


def when_wins(
    results: SweepResults,
    *,
    choice: Sequence[str] | None = None,
    where: Mapping[str, str] | None = None,
    outcome: str | None = None,
    depth: int = 3,
    fewest: float = 0.02,
    by_stake: bool = True,
    folds: int = 10,
    seed: int = 1,
) -> WinningRules:
    """Find rules for when each contender wins, by a decision tree (scikit-learn) of small depth.

    Each leaf chooses what loses least on its points, so that a rule is judged by its regret. Shares
    are of the sweep's points: they weigh the axes' space as its design does.

    Parameters
    ----------
    results : SweepResults
        Of a sweep of any design whose policies all run at every point.
    choice : sequence of str, optional
        What is chosen: columns, by default the supply rule, each with its best policy; or contract
        and regime.
    where : mapping of str to str, optional
        Which policies stand: {"cyber_rule": "CRD-5", "principle": "P"}; by default all.
    outcome : str, optional
        What decides, the higher the better; by default resources, or economic welfare.
    depth : int, default 3
        Most conditions of a rule, 1 to 10.
    fewest : float, default 0.02
        Share of the points that a rule must hold for at least, above 0 and up to 0.5.
    by_stake : bool, default True
        Whether a point counts by what is at stake, winner minus runner-up, or as much as any.
    folds : int, default 10
        Parts of the points, each held out once to test the rules made of the others.
    seed : int, default 1
        Of ties in the tree and of the folds.

    Returns
    -------
    WinningRules
        A table of rules, and how well they and the best single choice do.

    Raises
    ------
    InvalidInput
        If an argument is outside its range, there are too few points, or no rivals.

    References
    ----------
    Breiman et al. (1984), Classification and Regression Trees; coverage and density as in
    Friedman and Fisher (1999), doi 10.1023/A:1008894516817.
    """
    check_value("depth", depth, whole(1, 10))
    check_value("folds", folds, whole(2, 1000))
    check_value("seed", seed, whole(0, min(MAX_SEED, 1 << 32) - 1))
    if not 0 < fewest <= 0.5:
        raise InvalidInput(f"fewest: got {fewest}; must be above 0 and at most 0.5")
    ranked = standings(results, choice=choice, where=where, outcome=outcome)
    table = ranked.pivot("contender", index="point", values="mean").sort("point")
    if table.height < FEWEST_POINTS:
        raise InvalidInput(f"points: got {table.height}; must be {FEWEST_POINTS} or more for rules")
    names = table.columns[1:]
    means = table.select(names).to_numpy()
    best = means.max(axis=1)
    losses = best[:, None] - means
    there = table.select("point").join(results.points, on="point", maintain_order="left")
    features, matrix = features_of(there.drop("point", *_labels(results), strict=False))
    if not features:
        raise InvalidInput("points: differ in no number or text; must for rules")

    stake = np.partition(losses, 1, axis=1)[:, 1]
    # a point of no stake still counts for something, lest a fold has no weight at all
    weights = stake + 1e-6 * stake.max() + 1e-300 if by_stake else np.ones(len(stake))
    smallest = max(1, round(fewest * len(matrix)))

    def grown(rows: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
        tree = grow(
            matrix[rows], losses[rows], weights[rows], depth=depth, fewest=smallest, seed=seed
        )
        return choose(tree, matrix[~rows])

    fold = _folds(results, table["point"].to_numpy(), folds, seed)
    predicted = np.empty(len(matrix), dtype=np.int64)
    for held_out in np.unique(fold):
        predicted[fold == held_out] = grown(fold != held_out)
    alone = int(losses.mean(axis=0).argmin())
    tree = grow(matrix, losses, weights, depth=depth, fewest=smallest, seed=seed)
    found = contest(results, choice=choice, where=where, outcome=outcome)
    return WinningRules(
        rules=pl.DataFrame(
            [
                _rule(in_words(conditions, features), names, leaf.choice, inside, losses, best)
                for leaf, inside, conditions in leaves(tree, matrix)
            ]
        ).sort("points", descending=True, maintain_order=True),
        tested=_following(predicted, losses, best),
        alone=names[alone],
        alone_tested=_following(np.full(len(matrix), alone), losses, best),
        points=len(matrix),
        unclear=found.filter(pl.col("state") != "clear").height / found.height,
    )


def _labels(results: SweepResults) -> list[str]:
    """Return columns that say nothing of their own: labels of several fields, the axis varied."""
    axes = results.manifest["sweep"]["axes"]
    described = {name: described_axis(name, given) for name, given in axes.items()}
    return ["varied"] + [
        name for name, axis in described.items() if isinstance(axis, Levels) and axis.fields
    ]


def _folds(
    results: SweepResults, points: npt.NDArray[np.int64], folds: int, seed: int
) -> npt.NDArray[np.int64]:
    """Return the fold of each point; those of a block share coordinates, and their fold."""
    sweep = results.manifest["sweep"]
    axes, design = len(sweep["axes"]), sweep["design"]
    size = {"morris": axes + 1, "saltelli": axes + 2}.get(design["kind"], 1)
    if design["kind"] == "saltelli" and design["second_order"]:
        size = 2 * axes + 2
    _, group = np.unique(points // size, return_inverse=True)
    if group.max() == 0:
        raise InvalidInput("points: are all of one block of the design; must be of two or more")
    order = np.random.default_rng(seed).permutation(group.max() + 1)
    fold: npt.NDArray[np.int64] = order[group] % folds
    return fold


def _following(chosen: npt.NDArray[np.int64], losses: Numbers, best: Numbers) -> Following:
    lost = losses[np.arange(len(losses)), chosen]
    regret = float(lost.mean())
    level = float(best.mean())
    return Following(
        accuracy=float((lost == 0).mean()),
        regret=regret,
        regret_percent=100 * regret / level if level > 0 else None,
    )


def _rule(
    rule: str,
    names: Sequence[str],
    chosen: int,
    inside: npt.NDArray[np.bool_],
    losses: Numbers,
    best: Numbers,
) -> dict[str, str | int | float | None]:
    here = _following(np.full(inside.sum(), chosen), losses[inside], best[inside])
    wins = losses[:, chosen] == 0
    return {
        "rule": rule,
        "choose": names[chosen],
        "points": int(inside.sum()),
        "share": float(inside.mean()),
        "wins": here.accuracy,
        "coverage": float(wins[inside].sum() / max(1, wins.sum())),
        "regret": here.regret,
        "regret_percent": here.regret_percent,
    }
