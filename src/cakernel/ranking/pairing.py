"""From a frame of outcomes to arrays: one row a policy, one column a replication, all paired."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from cakernel.errors import InvalidInput
from cakernel.recovery.paired import POLICY

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Paired:
    """Outcomes of the policies of one group, on the same replications.

    ``rows`` (one a policy) holds the columns that name the group and those of ``POLICY``,
    ``values`` (policies, replications) the outcomes.
    """

    rows: pl.DataFrame
    values: Numbers

    @property
    def policies(self) -> pl.DataFrame:
        """The columns of ``POLICY``."""
        return self.rows.select(POLICY)

    @property
    def names(self) -> list[str]:
        """Policies as "SRD-5 CRD-5 P"."""
        return [" ".join(row) for row in self.policies.iter_rows()]


def paired_groups(frame: pl.DataFrame, *, outcome: str, by: Sequence[str] = ()) -> Iterator[Paired]:
    """Check a frame and yield its groups, in the order in which they come.

    Parameters
    ----------
    frame : polars.DataFrame
        One row a group, policy and replication: ``by``, supply_rule, cyber_rule, principle,
        replication and ``outcome``.
    outcome : str
        The column to compare.
    by : sequence of str
        Columns that tell groups apart.

    Raises
    ------
    InvalidInput
        If a column is missing, a value is not a finite number, a policy and replication come
        twice, policies have different replications, or there are not two of each.
    """
    columns = [*by, *POLICY, "replication", outcome]
    missing = [name for name in columns if name not in frame.columns]
    if missing:
        raise InvalidInput(
            f"frame: lacks {', '.join(missing)}; must have the columns {', '.join(columns)}"
        )
    if not frame.schema[outcome].is_numeric():
        raise InvalidInput(f"{outcome}: got {frame.schema[outcome]}; must be numbers")
    if frame.is_empty():
        raise InvalidInput("frame: got no rows; must have two policies or more")
    unknown = frame.filter(~pl.col(outcome).cast(pl.Float64).is_finite().fill_null(False))
    if not unknown.is_empty():
        row = unknown.select(*POLICY, "replication", outcome).row(0)
        raise InvalidInput(
            f"{outcome}: got {row[-1]} for {' '.join(map(str, row[:3]))}, replication {row[3]}; "
            "must be finite numbers"
        )
    chosen = frame.select(columns)
    twice = chosen.filter(chosen.select(*by, *POLICY, "replication").is_duplicated())
    if not twice.is_empty():
        row = twice.select(*POLICY, "replication", *by).row(0)
        raise InvalidInput(
            f"frame: {' '.join(map(str, row[:3]))}, replication {row[3]} comes more than once"
            f"{_place(twice, by)}; must be averaged over scenarios, and groups named in by"
        )
    groups = chosen.partition_by(by, maintain_order=True) if by else [chosen]
    for group in groups:
        yield _paired(group, outcome, by)


def _paired(group: pl.DataFrame, outcome: str, by: Sequence[str]) -> Paired:
    """Arrange one group's outcomes; refuse what cannot be paired."""
    place = _place(group, by)
    policies = group.select(*by, *POLICY).unique(maintain_order=True)
    replications = group["replication"].n_unique()
    if group.height != policies.height * replications:
        raise InvalidInput(
            f"frame: {group.height} rows for {policies.height} policies and {replications} "
            f"replications{place}; must have every policy on the same replications"
        )
    if policies.height < 2:
        raise InvalidInput(f"frame: got one policy{place}; must have two or more")
    if replications < 2:
        raise InvalidInput(f"replications: got 1{place}; must be 2 or more")
    ordered = group.join(policies.with_row_index("policy"), on=POLICY).sort("policy", "replication")
    return Paired(
        policies, ordered[outcome].to_numpy().astype(np.float64).reshape(-1, replications)
    )


def _place(group: pl.DataFrame, by: Sequence[str]) -> str:
    """Say which group it is, for a message."""
    return "".join(f" in {name} {group[name][0]}" for name in by)
