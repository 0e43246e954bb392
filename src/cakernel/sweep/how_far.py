"""How far the sweep in a folder is, as its manifest and journal tell: no table is read for that."""

import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from cakernel.devices import RanOn, rows_of
from cakernel.sweep.folder import SweepFolder
from cakernel.sweep.shard import Goal, Shard

# the rate is that of the shards of the last seconds
RATE_SECONDS = 60.0


@dataclass(frozen=True)
class SweepStatus:
    """What `cakernel.sweep_status` found.

    Attributes
    ----------
    points, points_done, blocks, blocks_done, replications, rows, failed, bytes : int
        Of the whole sweep; replications are of points, each under all of its policies.
    running : bool
        Whether a process is at work on it.
    points_a_second, seconds_left : float or None
        From the shards of the last minute; None where there are none.
    damaged, label : list of str, str or None
        As in `SweepResults`.
    ran : list of dict
        How many firm-periods ran on which device, and why not on a graphics card.
    """

    points: int
    points_done: int
    blocks: int
    blocks_done: int
    replications: int
    rows: int
    failed: int
    bytes: int
    running: bool
    points_a_second: float | None
    seconds_left: float | None
    damaged: list[str]
    label: str | None = None
    ran: list[RanOn] = field(default_factory=list)

    @property
    def finished(self) -> bool:
        """Whether all is there and whole."""
        return self.blocks_done == self.blocks and not self.damaged


def how_far(path: Path, *, verify: bool) -> SweepStatus:
    """Return how far the sweep in a folder is; as `cakernel.sweep_status`."""
    folder = SweepFolder(path)
    manifest = folder.manifest
    described = manifest["sweep"]
    goal = Goal(replications=described["replications"], precision=described["precision"])
    folder.whole_points()
    told = folder.told()
    complete = told.complete(goal)
    shards = [shard for parts in told.shards.values() for shard in parts]
    points = sum(entry["points"] for entry in manifest["points"])
    # the first part of a block has all of its points
    done = sum(told.shards[block][0].points for block in complete)
    rate = _rate(shards)
    reasons = [folder.damage(shard, thorough=verify) for shard in shards]
    return SweepStatus(
        points=points,
        points_done=done,
        blocks=sum(entry["blocks"] for entry in manifest["points"]),
        blocks_done=len(complete),
        replications=sum(shard.replications for shard in shards),
        rows=sum(shard.rows for shard in shards),
        failed=sum(shard.failed for shard in shards),
        bytes=sum(shard.size for shard in shards),
        running=folder.is_running,
        points_a_second=rate,
        seconds_left=(points - done) / rate if rate else None,
        damaged=folder.damaged(told) + [reason for reason in reasons if reason],
        label=described.get("label"),
        ran=_ran(shards),
    )


def _ran(shards: list[Shard]) -> list[RanOn]:
    """Return what ran where in all shards."""
    whole: Counter[tuple[str, str]] = Counter()
    for row in (row for shard in shards for row in shard.ran):
        whole[row["device"], row["why"]] += row["firm_periods"]
    return rows_of(whole)


def _rate(shards: list[Shard]) -> float | None:
    """Return points a second of the last minute."""
    now = time.time()
    latest = [shard for shard in shards if now - shard.at < RATE_SECONDS]
    if not latest:
        return None
    since = min(shard.at - shard.seconds for shard in latest)
    return sum(shard.points for shard in latest) / max(now - since, 1e-9)
