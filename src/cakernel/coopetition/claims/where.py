"""Where a claim holds or fails: a shallow tree in words, and shares in cells of two parameters."""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import polars as pl

from cakernel.checks import check_value, whole
from cakernel.coopetition.claims.shares import EQUAL
from cakernel.errors import InvalidInput
from cakernel.extras import library
from cakernel.sensitivity.decision_tree import Condition, Feature, in_words
from cakernel.wording import shown

DEPTH: Final = 2
# share of the markets that a leaf holds at least
SMALLEST_LEAF: Final = 0.1
FEWEST_MARKETS: Final = 40
MOST_BINS: Final = 12
# what claims are about, where no tree names two parameters
USUAL: Final = ("threat_probability", "minimum_order")


class Where(NamedTuple):
    """Where a claim fails most, in words, and the up to two parameters that tell it best."""

    words: str
    parameters: tuple[str, ...] = ()


def features(markets: pl.DataFrame) -> pl.DataFrame:
    """Return what trees may ask about: parameters, means over chains, and M less Mbar."""
    lists = [name for name, kind in markets.schema.items() if isinstance(kind, pl.List)]
    return markets.select(
        pl.exclude(lists),
        pl.col(lists).list.mean().name.prefix("mean "),
        (pl.col("minimum_order") - pl.col("discount_threshold")).alias("M - Mbar"),
    ).cast(pl.Float64)


def where_it_fails(asked: pl.DataFrame, holds: pl.Series) -> Where:
    """Say in words in which leaf of a tree the claim fails most often.

    ``asked`` are `features` of the markets that were counted, ``holds`` says whether the claim
    holds in each. Told are the share that fails in this leaf and its conditions, with bounds of
    three digits, on the same markets that the tree was grown on; or that it holds or fails in all,
    or that there are too few markets. Parameters are those of the leaf, then those of the rest of
    the tree.
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
        inside = np.ones(len(matrix), bool)
        for feature, bound, is_above in conditions:
            inside &= (matrix[:, feature] > bound) == is_above
        # rounded bounds may leave a leaf without markets
        if inside.any():
            found.append((1 - float(holds.to_numpy()[inside].mean()), inside.sum(), conditions))
    fails, count, conditions = max(found, key=lambda leaf: leaf[:2])
    words = in_words(conditions, [Feature(name) for name in asked.columns])
    others = [feature for feature in grown.tree_.feature.tolist() if feature >= 0]
    order = dict.fromkeys([*(feature for feature, _, _ in conditions), *others])
    return Where(
        f"fails in {fails:.0%} of {count:,} where {words}",
        tuple(asked.columns[feature] for feature in order)[:2],
    )


def two_parameters(named: Sequence[str | None]) -> tuple[str, str]:
    """Return two parameters: those named, then the usual ones."""
    first, second, *_ = dict.fromkeys([*(name for name in named if name), *USUAL])
    return first, second


def binned(
    asked: pl.DataFrame, differences: pl.DataFrame, *, by: tuple[str, str], bins: int = 5
) -> pl.DataFrame:
    """Count in which markets a claim holds, in cells of two parameters.

    ``asked`` are `features`, ``differences`` those of one claim and regime by ``market``, null
    where it is not counted, ``by`` two columns of ``asked``, along and up, and ``bins`` those of
    each parameter, 1 to 12: as many markets in each as can be, so fewer where it has few values.
    One row a cell with a market: ``x_low``, ``x_high``, ``y_low``, ``y_high`` (the least and
    greatest values of all markets in the bin), ``counted``, ``holds``, ``equal``, ``opposite``,
    ``share`` (that holds).
    """
    check_value("bins", bins, whole(1, MOST_BINS))
    for name in by:
        if name not in asked.columns:
            raise InvalidInput(f"by: got {shown(name)}; must be two of {', '.join(asked.columns)}")
    if by[0] == by[1]:
        raise InvalidInput(f"by: got {shown(by[0])} twice; must be two parameters")
    counted = differences.drop_nulls("difference")
    values = asked.select(by)[counted["market"].to_numpy()]
    if values.is_empty():
        raise InvalidInput("differences: got no market that is counted; must be one or more")
    cells = pl.DataFrame([*_cells(values[by[0]], "x", bins), *_cells(values[by[1]], "y", bins)])
    difference = pl.col("difference")
    return (
        cells.with_columns(counted["difference"])
        .group_by(cells.columns)
        .agg(
            counted=pl.len(),
            holds=(difference > EQUAL).sum(),
            equal=(difference.abs() <= EQUAL).sum(),
            opposite=(difference < -EQUAL).sum(),
        )
        .with_columns(share=pl.col("holds") / pl.col("counted"))
        .sort("x_low", "y_low")
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


def _cells(values: pl.Series, axis: str, bins: int) -> list[pl.Series]:
    """Return the ends of the bin of each value."""
    numbers = values.to_numpy()
    inner = np.unique(np.quantile(numbers, np.arange(1, bins) / bins))
    place = np.searchsorted(inner, numbers)
    value = pl.col("value")
    ends = (value.min().alias(f"{axis}_low"), value.max().alias(f"{axis}_high"))
    placed = pl.DataFrame({"place": place, "value": numbers})
    return placed.select(end.over("place") for end in ends).get_columns()
