"""Rules that say what to choose where, read off a decision tree and tested on held-out points."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

import numpy as np
import numpy.typing as npt
import polars as pl
from pydantic import Field

from cakernel.arguments import checked_arguments
from cakernel.checks import Allowed, Plain, ResamplingSeed, Whole
from cakernel.errors import InvalidInput
from cakernel.sensitivity.decision_tree import Leaf, choose, features_of, grow, in_words
from cakernel.sensitivity.everywhere import THE_RULES, losses_everywhere, mean_loss
from cakernel.sensitivity.winners import find_winners, rank_contenders
from cakernel.sweep.results import SweepResults
from cakernel.wording import notebook_html

Numbers = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]
FEWEST_POINTS = 10
# one set of draws that misleads does so at all points at once, so ask more of it than 95%
SURELY = 0.999
MAY_BE_NULL = {"regret_error": pl.Float64, "regret_percent": pl.Float64}


@dataclass(frozen=True)
class Performance:
    """How well a way to choose does.

    ``accuracy`` is the share of points at which the winner is chosen; ``regret`` what is lost on
    average against it, in units of the outcome, with its standard error over the points, None of
    a single one, and in percent of the winners' mean, None where that is not above 0.
    """

    accuracy: float
    regret: float
    regret_error: float | None
    regret_percent: float | None


@dataclass(frozen=True)
class DecisionRules:
    """Rules from `decision_rules`; every point falls under one of them.

    Attributes
    ----------
    rules : polars.DataFrame
        ``rule``, ``choose`` and, on the points where the rule holds: points, ``share`` of all,
        ``wins`` (the share of them that the choice wins: density), ``coverage`` (the share of the
        choice's wins that are among them), ``regret``, ``regret_error`` and ``regret_percent``, as
        of `Performance`.
    tested : Performance or None
        Of rules made in the same way, on points held out from making them. Where all points met
        the same draws, a winner by luck wins at all of them, held out or not: then only points
        count whose winner is clear of noise, and None says that there is none (not identifiable).
    alone : str
        The contender that loses least if one is chosen at all points.
    alone_tested : Performance or None
        Of ``alone`` at the same points as ``tested``.
    tested_share : float
        Share of the points that these two count: 1 where each point met draws of its own.
    points : int
        How many.
    unclear : float
        Share of points at which the winner is not clear of noise: there no rule can be right.
    winners : polars.DataFrame
        A row a point: its columns, what `find_winners` says of it, ``chosen``, what the rules
        choose there, and ``lost``, what that loses, in units of the outcome.
    everywhere : polars.DataFrame
        What following the rules, or one choice everywhere, loses on the same points; see
        `cakernel.sensitivity.everywhere.losses_everywhere`.
    """

    rules: pl.DataFrame
    tested: Performance | None
    alone: str
    alone_tested: Performance | None
    tested_share: float
    points: int
    unclear: float
    winners: pl.DataFrame
    everywhere: pl.DataFrame

    def _repr_html_(self) -> str:
        from cakernel.sensitivity.sentences import rules_in_words

        told = rules_in_words(self)[self.rules.height :]
        return notebook_html(" ".join(told), self.rules, self.everywhere)


@checked_arguments
def decision_rules(
    results: SweepResults,
    *,
    choice: Sequence[str] | None = None,
    where: Mapping[str, str] | None = None,
    outcome: str | None = None,
    depth: Annotated[int, Whole(1, 10)] = 3,
    fewest: Annotated[
        float, Field(gt=0, le=0.5), Plain, Allowed("a number above 0 and at most 0.5")
    ] = 0.02,
    by_stake: bool = True,
    folds: Annotated[int, Whole(2, 1000)] = 10,
    seed: ResamplingSeed = 1,
) -> DecisionRules:
    """Find rules for when each contender wins, by a decision tree (scikit-learn) of small depth.

    Each leaf chooses what loses least on its points, so that a rule is judged by its regret. Shares
    are of the sweep's points: they weigh the axes' space as its design does.

    Parameters
    ----------
    results : SweepResults
        Of a sweep of any design whose policies all run at every point.
    choice : sequence of str, optional
        What is chosen: key columns, by default the study's ``choice``, each value with its best
        policy.
    where : mapping of str to str, optional
        Which policies count: {"cyber_rule": "CRD-5", "principle": "P"}; by default all.
    outcome : str, optional
        What decides, the higher the better; by default the study's leading outcome. A measure such
        as "shortfall_5_resources" where the sweep has it, or rows of replications.
    depth : int, default 3
        Most conditions of a rule, 1 to 10.
    fewest : float, default 0.02
        Share of the points that a rule must hold for at least, above 0 and up to 0.5.
    by_stake : bool, default True
        Whether a point counts by what is at stake, winner minus runner-up, or as much as any.
    folds : int, default 10
        Parts of the points, 2 to 1,000, each held out once to test the rules made of the others.
    seed : int, default 1
        Of ties in the tree and of the folds, 0 to 2^32 - 1.

    Returns
    -------
    DecisionRules
        A table of rules, and how well they and the best single choice do.

    Raises
    ------
    InvalidInput
        If an argument is outside its range, there are too few points, or no rivals.

    References
    ----------
    Breiman et al. (1984), Classification and Regression Trees; coverage and density as in
    Friedman and Fisher (1999), doi:10.1023/A:1008894516817.

    Examples
    --------
    >>> import tempfile
    >>> import cakernel as ck
    >>> pair = [ck.Policy(supply_rule=rule, cyber_rule="CRD-1") for rule in ("SRD-2", "SRD-5")]
    >>> study = ck.Recovery(policies=pair, scenarios=ck.paper_scenarios()[:1])
    >>> axes = {"supply_mild": ck.Range(low=0.0, high=0.5, count=20)}
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     found = ck.decision_rules(ck.run_sweep(ck.Sweep(study, axes=axes), folder))
    >>> found.rules.select("rule", "choose", "points").rows()
    [('supply_mild > 0.2', 'SRD-5', 12), ('supply_mild <= 0.2', 'SRD-2', 8)]
    """
    ranked = rank_contenders(results, choice=choice, where=where, outcome=outcome)
    table = ranked.pivot("contender", index="point", values="mean").sort("point")
    if table.height < FEWEST_POINTS:
        raise InvalidInput(f"points: got {table.height}; must be {FEWEST_POINTS} or more for rules")
    names = table.columns[1:]
    means = table.select(names).to_numpy()
    best = means.max(axis=1)
    losses = best[:, None] - means
    there = table.select("point").join(results.points, on="point", maintain_order="left")
    # labels of several fields, and which axis is varied, say nothing of their own
    labels = ["varied", *(name for name, axis in results.axes.items() if axis.fields)]
    features, matrix = features_of(there.drop("point", *labels, strict=False))
    if not features:
        raise InvalidInput("points: got no column that varies; must have one for rules")

    stake = np.partition(losses, 1, axis=1)[:, 1]
    # a point with nothing at stake still has some weight: all of a fold might be such points
    weights = stake + 1e-6 * stake.max() + 1e-300 if by_stake else np.ones(len(stake))
    settings = {"depth": depth, "fewest": max(1, round(fewest * len(matrix))), "seed": seed}
    fold = _folds(results, table["point"].to_numpy(), folds, seed)
    predicted = np.empty(len(matrix), dtype=np.int64)
    for held_out in np.unique(fold):
        made = fold != held_out
        leaves = grow(matrix[made], losses[made], weights[made], **settings)
        predicted[~made] = choose(leaves, matrix[~made])
    alone = int(losses.mean(axis=0).argmin())
    leaves = grow(matrix, losses, weights, **settings)
    rules = [
        {"rule": in_words(leaf.conditions, features), "choose": names[leaf.choice]}
        | _on_its_points(leaf, matrix, losses, best)
        for leaf in leaves
    ]
    found = find_winners(results, choice=choice, where=where, outcome=outcome)
    counted = np.ones(len(matrix), dtype=np.bool_)
    if (
        results.is_replicated
        and results.manifest["sweep"].get("common_random_numbers") is not False
    ):
        surely = find_winners(
            results, choice=choice, where=where, outcome=outcome, confidence=SURELY
        )
        counted = surely.sort("point")["state"].to_numpy() == "clear"
    chosen = choose(leaves, matrix)
    winners = there.join(found.drop("good"), on="point", maintain_order="left").with_columns(
        chosen=pl.Series([names[n] for n in chosen], dtype=pl.String),
        lost=losses[np.arange(len(losses)), chosen],
    )
    everywhere = losses_everywhere(
        means,
        np.ones(len(means)),
        winners["state"].to_numpy() == "clear",
        names=names,
        followed={THE_RULES: chosen},
    )
    return DecisionRules(
        rules=pl.DataFrame(rules, schema_overrides=MAY_BE_NULL).sort(
            "points", descending=True, maintain_order=True
        ),
        tested=_tested(predicted, losses, best, counted),
        alone=names[alone],
        alone_tested=_tested(np.full(len(matrix), alone), losses, best, counted),
        tested_share=float(counted.mean()),
        points=len(matrix),
        unclear=found.filter(pl.col("state") != "clear").height / found.height,
        winners=winners,
        everywhere=everywhere,
    )


def _folds(results: SweepResults, points: Indices, folds: int, seed: int) -> Indices:
    """Return the fold of each point; those of a block share coordinates, and their fold."""
    size = results.design.block_size(len(results.axes))
    _, block = np.unique(points // size, return_inverse=True)
    if block.max() == 0:
        raise InvalidInput("points: are all of one block of the design; must be of two or more")
    order = np.random.default_rng(seed).permutation(block.max() + 1)
    fold: Indices = order[block] % folds
    return fold


def _tested(
    chosen: Indices, losses: Numbers, best: Numbers, counted: npt.NDArray[np.bool_]
) -> Performance | None:
    """Return how well choices do at the points that count; None where there are none."""
    if not counted.any():
        return None
    return _performance(chosen[counted], losses[counted], best[counted])


def _performance(chosen: Indices, losses: Numbers, best: Numbers) -> Performance:
    lost = losses[np.arange(len(losses)), chosen]
    regret, error = mean_loss(lost, np.full(len(lost), 1 / len(lost)))
    level = float(best.mean())
    percent = 100 * regret / level if level > 0 else None
    return Performance(float((lost == 0).mean()), regret, error, percent)


def _on_its_points(
    leaf: Leaf, matrix: Numbers, losses: Numbers, best: Numbers
) -> dict[str, int | float | None]:
    """Return what the table of rules has of the points where a rule holds."""
    inside = leaf.inside(matrix)
    here = _performance(np.full(inside.sum(), leaf.choice), losses[inside], best[inside])
    wins = losses[:, leaf.choice] == 0
    return {
        "points": int(inside.sum()),
        "share": float(inside.mean()),
        "wins": here.accuracy,
        "coverage": float(wins[inside].sum() / max(1, wins.sum())),
        "regret": here.regret,
        "regret_error": here.regret_error,
        "regret_percent": here.regret_percent,
    }
