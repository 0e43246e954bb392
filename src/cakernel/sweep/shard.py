"""A shard: the rows of a part of a block, as a file, and what they cover."""

from dataclasses import dataclass, field
from typing import Any, TypedDict

from cakernel.devices import RanOn
from cakernel.sweep.record import Count


class Goal(TypedDict):
    """What the points of a block are replicated for."""

    replications: Count
    precision: dict[str, Any] | None


@dataclass(frozen=True)
class Shard:
    """A part of a block, as a line of the journal: where its results are, and what they cover.

    With the ``last`` one its block has reached the goal; ``at`` is when it was kept, ``ran`` on
    which devices it was computed.
    """

    block: Count
    part: Count
    sha256: str
    size: Count
    rows: Count
    points: Count
    failed: Count
    replications: Count
    goal: Goal
    last: bool
    seconds: float
    at: float = 0.0
    ran: list[RanOn] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The file's name within the folder."""
        return shard_name(self.block, self.part)


def shard_name(block: int, part: int) -> str:
    """Return the name of the file that holds a part of a block."""
    return f"shards/{block:06}-{part:03}.parquet"
