"""From a frame of outcomes to arrays: one row a policy, one column a replication, all paired."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import polars as pl

from cakernel.errors import InvalidInput
from cakernel.measures import Measure
from cakernel.ranking.influence import column_of, influence_values

Numbers = npt.NDArray[np.float64]
# outcomes that differ by less than this share of their size are the same but for rounding
ROUNDING = 1e-12
TEXT = (pl.String, pl.Categorical, pl.Enum)


@dataclass(frozen=True)
class Paired:
    """Outcomes of the policies of one group, on the same replications.

    ``rows`` (one a policy) holds the columns that name the group and, in ``policies``, those that
    name the policy; ``values`` (policies, replications) the outcomes, or influence values of a
    measure of them; ``fewest`` replications are needed to trust the intervals of the measure.
    """

    rows: pl.DataFrame
    policies: pl.DataFrame
    values: Numbers
    fewest: int = 0

    @property
    def names(self) -> list[str]:
        """The policies' names: their keys joined by spaces, such as "SRD-5 CRD-5 P"."""
        return list(map(policy_name, self.policies.iter_rows()))


def policy_name(keys: Sequence[object]) -> str:
    """Return the name of the policy of these keys."""
    return " ".join(map(str, keys))


def paired_groups(
    frame: pl.DataFrame, *, outcome: str, by: Sequence[str] = (), keys: Sequence[str] | None = None
) -> Iterator[Paired]:
    """Check a frame as for `best`, and yield its groups, in the order in which they come.

    An ``outcome`` such as shortfall_5_profit is a `Measure` of the column profit, or mean_profit,
    unless there is a column of that name. Refused are missing columns, values that are not finite,
    a policy and replication that come twice, policies with different replications, and fewer than
    two of either.
    """
    if keys is None:
        keys = [name for name, kind in frame.schema.items() if kind in TEXT and name not in by]
    if not keys:
        raise InvalidInput("keys: got none; must be the columns that name a policy")
    measure = None if outcome in frame.columns else Measure.named(outcome)
    if measure is not None:
        outcome = column_of(measure, frame.columns)
    columns = [*by, *keys, "replication", outcome]
    missing = [name for name in columns if name not in frame.columns]
    if missing:
        raise InvalidInput(
            f"frame: lacks {', '.join(missing)}; must have the columns {', '.join(columns)}"
        )
    if not frame.schema[outcome].is_numeric():
        raise InvalidInput(f"{outcome}: got {frame.schema[outcome]}; must be numbers")
    twice = [name for place, name in enumerate(columns) if name in columns[:place]]
    if twice:
        raise InvalidInput(f"{twice[0]}: named twice; by, keys and outcome must differ")
    if frame.is_empty():
        raise InvalidInput("frame: got no rows; must have two policies or more")
    unknown = frame.filter(~pl.col(outcome).cast(pl.Float64).is_finite().fill_null(False))
    if not unknown.is_empty():
        *policy, replication, value = unknown.select(*keys, "replication", outcome).row(0)
        raise InvalidInput(
            f"{outcome}: got {value} for {policy_name(policy)}, replication {replication}; "
            "must be finite numbers"
        )
    chosen = frame.select(columns)
    again = chosen.filter(chosen.select(*by, *keys, "replication").is_duplicated())
    if not again.is_empty():
        *policy, replication = again.select(*keys, "replication").row(0)
        raise InvalidInput(
            f"frame: {policy_name(policy)}, replication {replication} comes more than once"
            f"{_group_name(again, by)}; must be averaged over scenarios, and groups named in by"
        )
    for group in chosen.partition_by(by, maintain_order=True) if by else [chosen]:
        paired = _paired(group, outcome, by, keys)
        if measure is not None:
            values = influence_values(measure, paired.values)
            paired = replace(paired, values=values, fewest=measure.fewest)
        yield paired


def _paired(group: pl.DataFrame, outcome: str, by: Sequence[str], keys: Sequence[str]) -> Paired:
    """Arrange one group's outcomes; refuse what cannot be paired."""
    where = _group_name(group, by)
    rows = group.select(*by, *keys).unique(maintain_order=True)
    replications = group["replication"].n_unique()
    if group.height != rows.height * replications:
        raise InvalidInput(
            f"frame: {group.height} rows for {rows.height} policies and {replications} "
            f"replications{where}; must have every policy on the same replications"
        )
    if rows.height < 2:
        raise InvalidInput(f"frame: got one policy{where}; must have two or more")
    if replications < 2:
        raise InvalidInput(f"replications: got 1{where}; must be 2 or more")
    policies = rows.select(keys)
    placed = group.join(policies.with_row_index("_place"), on=list(keys))
    values = placed.sort("_place", "replication")[outcome].to_numpy().astype(np.float64)
    return Paired(rows, policies, values.reshape(-1, replications))


def _group_name(group: pl.DataFrame, by: Sequence[str]) -> str:
    """Say which group it is, for a message."""
    return "".join(f" in {name} {group[name][0]}" for name in by)
