"""A small decision tree that reads as rules: which contender to choose where."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from cakernel.extras import library

Numbers = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Feature:
    """A column that conditions are about: a number, or whether a text is ``value``."""

    name: str
    value: str | None = None


@dataclass(frozen=True)
class Leaf:
    """Where nothing more is asked."""

    choice: int


@dataclass(frozen=True)
class Split:
    """Where the feature is at most the threshold, ``below`` holds, else ``above``."""

    feature: int
    threshold: float
    below: "Split | Leaf"
    above: "Split | Leaf"


Tree = Split | Leaf


def features_of(points: pl.DataFrame) -> tuple[list[Feature], Numbers]:
    """Return what varies among points, and its numbers, (points, features)."""
    features: list[Feature] = []
    columns: list[Numbers] = []
    for name, kind in points.schema.items():
        series = points[name]
        if kind == pl.String:
            values = series.unique().sort().to_list()
            # of two values, whether it is the second says all
            for value in values[1:] if len(values) <= 2 else values:
                features.append(Feature(name, value))
                columns.append((series == value).cast(pl.Float64).to_numpy())
        elif isinstance(kind, pl.Array):
            parts = series.to_numpy()
            for index in range(parts.shape[1]):
                features.append(Feature(f"{name}[{index}]"))
                columns.append(parts[:, index])
        elif kind.is_numeric():
            features.append(Feature(name))
            columns.append(series.cast(pl.Float64).to_numpy())
    varies = [n for n, column in enumerate(columns) if np.ptp(column) > 0]
    matrix = np.empty((points.height, len(varies)))
    for index, n in enumerate(varies):
        matrix[:, index] = columns[n]
    return [features[n] for n in varies], matrix


def grow(
    matrix: Numbers, losses: Numbers, weights: Numbers, *, depth: int, fewest: int, seed: int
) -> Tree:
    """Return a tree of which each leaf chooses what loses least on its points.

    ``losses``, (points, contenders), are what each would lose against the best; ``fewest`` points
    are in a leaf.
    """
    trees = library("sklearn.tree", extra="answers", what="decision_rules")
    grown = trees.DecisionTreeClassifier(
        max_depth=depth, min_samples_leaf=fewest, random_state=seed
    ).fit(matrix, losses.argmin(axis=1), sample_weight=weights)
    return _read(grown.tree_, 0, matrix, losses)


def _read(found: Any, node: int, matrix: Numbers, losses: Numbers) -> Tree:
    """Turn a node of scikit-learn's into one of ours; splits that decide nothing are left out."""
    if found.children_left[node] < 0:
        return Leaf(int(losses.mean(axis=0).argmin()))
    feature = int(found.feature[node])
    values = matrix[:, feature]
    # scikit-learn compares single-precision numbers
    left = values.astype(np.float32) <= found.threshold[node]
    threshold = _short_between(values[left].max(), values[~left].min())
    below = _read(found, found.children_left[node], matrix[left], losses[left])
    above = _read(found, found.children_right[node], matrix[~left], losses[~left])
    if isinstance(below, Leaf) and below == above:
        return below
    return Split(feature, threshold, below, above)


def _short_between(low: float, high: float) -> float:
    """Return a number of few digits from ``low`` on and below ``high``, near their middle."""
    middle = (low + high) / 2
    for digits in range(-9, 16):
        short = round(middle, digits)
        if low <= short < high:
            return short
    return float(low)


def choose(tree: Tree, matrix: Numbers) -> npt.NDArray[np.int64]:
    """Return what the tree chooses at each point."""
    chosen = np.zeros(len(matrix), dtype=np.int64)
    for leaf, inside, _ in leaves(tree, matrix):
        chosen[inside] = leaf.choice
    return chosen


Condition = tuple[int, float, bool]


def leaves(
    tree: Tree, matrix: Numbers, above: Sequence[Condition] = ()
) -> list[tuple[Leaf, Mask, list[Condition]]]:
    """Return each leaf, which points are in it, and its conditions: feature, bound, is above."""
    if isinstance(tree, Leaf):
        inside = np.ones(len(matrix), dtype=np.bool_)
        for feature, bound, is_above in above:
            inside &= (matrix[:, feature] > bound) == is_above
        return [(tree, inside, list(above))]
    return [
        found
        for node, is_above in ((tree.below, False), (tree.above, True))
        for found in leaves(node, matrix, [*above, (tree.feature, tree.threshold, is_above)])
    ]


def in_words(conditions: Sequence[Condition], features: Sequence[Feature]) -> str:
    """Return conditions as text, one for each feature."""
    words = []
    for feature in dict.fromkeys(feature for feature, _, _ in conditions):
        name, value = features[feature].name, features[feature].value
        lows = [bound for n, bound, is_above in conditions if n == feature and is_above]
        highs = [bound for n, bound, is_above in conditions if n == feature and not is_above]
        if value is not None:
            words.append(f"{name} is {value}" if lows else f"{name} is not {value}")
        elif lows and highs:
            words.append(f"{max(lows):.12g} < {name} <= {min(highs):.12g}")
        elif lows:
            words.append(f"{name} > {max(lows):.12g}")
        else:
            words.append(f"{name} <= {min(highs):.12g}")
    return " and ".join(words) or "always"
