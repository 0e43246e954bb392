"""A small decision tree, read as the leaves it ends in: which contender to choose where."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from cakernel.extras import library

Numbers = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
# a feature by number, a bound, and whether the feature is above it
Condition = tuple[int, float, bool]


@dataclass(frozen=True)
class Feature:
    """A column that conditions are about: a number, or whether a text is ``value``."""

    name: str
    value: str | None = None


@dataclass(frozen=True)
class Leaf:
    """What is chosen where all conditions hold."""

    choice: int
    conditions: Sequence[Condition] = ()

    def inside(self, matrix: Numbers) -> Mask:
        """Return which points it holds for."""
        found = np.ones(len(matrix), dtype=np.bool_)
        for feature, bound, is_above in self.conditions:
            found &= (matrix[:, feature] > bound) == is_above
        return found


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
            features += [Feature(f"{name}[{n}]") for n in range(parts.shape[1])]
            columns += list(parts.T)
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
) -> list[Leaf]:
    """Return the leaves of a tree, each of which chooses what loses least on its points.

    ``losses``, (points, contenders), are against the best; a leaf has ``fewest`` points or more.
    """
    trees = library("sklearn.tree", extra="answers", what="decision_rules")
    grown = trees.DecisionTreeClassifier(
        max_depth=depth, min_samples_leaf=fewest, random_state=seed
    ).fit(matrix, losses.argmin(axis=1), sample_weight=weights)
    return _leaves(grown.tree_, 0, matrix, losses, [])


def _leaves(
    tree: Any, node: int, matrix: Numbers, losses: Numbers, conditions: list[Condition]
) -> list[Leaf]:
    """Return the leaves below a node of scikit-learn's; splits that decide nothing are left out."""
    if tree.children_left[node] < 0:
        return [Leaf(int(losses.mean(axis=0).argmin()), conditions)]
    feature = int(tree.feature[node])
    values = matrix[:, feature]
    # scikit-learn compares single-precision numbers
    left = values.astype(np.float32) <= tree.threshold[node]
    bound = _short_between(values[left].max(), values[~left].min())
    sides = ((tree.children_left, left, False), (tree.children_right, ~left, True))
    below, above = (
        _leaves(tree, child[node], matrix[side], losses[side], [*conditions, (feature, bound, up)])
        for child, side, up in sides
    )
    if len(below) == len(above) == 1 and below[0].choice == above[0].choice:
        return [Leaf(below[0].choice, conditions)]
    return below + above


def _short_between(low: float, high: float) -> float:
    """Return a number of few digits from ``low`` on and below ``high``, near their middle."""
    middle = (low + high) / 2
    for digits in range(-9, 16):
        short = round(middle, digits)
        if low <= short < high:
            return short
    return float(low)


def choose(leaves: Sequence[Leaf], matrix: Numbers) -> npt.NDArray[np.int64]:
    """Return what the leaves of a tree choose at each point."""
    chosen = np.zeros(len(matrix), dtype=np.int64)
    for leaf in leaves:
        chosen[leaf.inside(matrix)] = leaf.choice
    return chosen


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
