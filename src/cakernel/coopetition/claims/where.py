"""Where in the parameter space a claim fails most, as a shallow decision tree reads it."""

from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from cakernel.extras import library
from cakernel.sensitivity.decision_tree import Condition, Feature, in_words

DEPTH: Final = 2
# share of the markets that a leaf holds at least
SMALLEST_LEAF: Final = 0.1
FEWEST_MARKETS: Final = 40


class Where(NamedTuple):
    """Where a claim fails most, in words, and the up to two parameters that tell it best."""

    words: str
    parameters: tuple[str, ...] = ()


def features(markets: pl.DataFrame) -> pl.DataFrame:
    """Return what trees may ask about: lists as means over chains, costs and prices as ratios."""
    lists = [name for name, kind in markets.schema.items() if isinstance(kind, pl.List)]
    return markets.select(
        pl.exclude(lists),
        pl.col(lists).list.mean().name.prefix("mean "),
        (pl.col("minimum_order") - pl.col("discount_threshold")).alias("M - Mbar"),
    ).cast(pl.Float64)


def where_it_fails(asked: pl.DataFrame, holds: pl.Series) -> Where:
    """Say in words in which leaf of a tree the claim fails most often.

    Parameters
    ----------
    asked : polars.DataFrame
        Of `features`, the markets that were counted.
    holds : polars.Series
        Whether the claim holds in each.

    Returns
    -------
    Where
        The share that fails in this leaf and its conditions, with bounds of three digits, on the
        same markets that the tree was grown on. Says so where it holds or fails in all, or where
        there are too few markets; then no parameter tells. Parameters are those of the leaf, then
        those that the rest of the tree asks about.
    """
    share = float(holds.mean() or 0.0)  # type: ignore[arg-type]
    if share in (0.0, 1.0):
        return Where("nowhere" if share else "everywhere")
    if len(holds) < FEWEST_MARKETS:
        return Where("too few markets to say")
    trees = library("sklearn.tree", extra="answers", what="claims")
    matrix = asked.to_numpy()
    grown = trees.DecisionTreeClassifier(
        max_depth=DEPTH, min_samples_leaf=SMALLEST_LEAF, random_state=0
    ).fit(matrix, holds.to_numpy())
    found = []
    for conditions in _leaves(grown.tree_, 0, []):
        inside = _inside(matrix, conditions)
        # rounded bounds may leave a leaf without markets
        if inside.any():
            found.append((1 - float(holds.to_numpy()[inside].mean()), inside.sum(), conditions))
    fails, count, conditions = max(found, key=lambda leaf: leaf[:2])
    words = in_words(conditions, [Feature(name) for name in asked.columns])
    others = [feature for feature in grown.tree_.feature.tolist() if feature >= 0]
    order = dict.fromkeys([*(feature for feature, _, _ in conditions), *others])
    return Where(
        f"fails in {fails:.0%} of {count} where {words}",
        tuple(asked.columns[feature] for feature in order)[:2],
    )


def _leaves(tree: Any, node: int, above: list[Condition]) -> list[list[Condition]]:
    """Return the conditions of every leaf below a node of scikit-learn's."""
    if tree.children_left[node] < 0:
        return [above]
    feature, bound = int(tree.feature[node]), float(f"{tree.threshold[node]:.3g}")
    return [
        *_leaves(tree, tree.children_left[node], [*above, (feature, bound, False)]),
        *_leaves(tree, tree.children_right[node], [*above, (feature, bound, True)]),
    ]


def _inside(matrix: npt.NDArray[np.float64], conditions: list[Condition]) -> npt.NDArray[np.bool_]:
    inside = np.ones(len(matrix), bool)
    for feature, bound, is_above in conditions:
        inside &= (matrix[:, feature] > bound) == is_above
    return inside
