"""How far the sweep in a folder is, also while another process runs it."""

import os
import time
from dataclasses import dataclass
from pathlib import Path

from cakernel.arguments import checked_arguments
from cakernel.sweep.folder import SweepFolder
from cakernel.sweep.shard import Goal, Shard

# the rate is that of the shards of the last seconds
RATE_SECONDS = 60.0


@dataclass(frozen=True)
class SweepStatus:
    """What `sweep_status` found.

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

    @property
    def finished(self) -> bool:
        """Whether all is there and whole."""
        return self.blocks_done == self.blocks and not self.damaged


@checked_arguments
def sweep_status(path: str | os.PathLike[str], *, verify: bool = False) -> SweepStatus:
    """Return how far the sweep in a folder is, also while another process runs it.

    Parameters
    ----------
    path : path
        The folder.
    verify : bool, default False
        See `open_sweep`.

    Raises
    ------
    InvalidInput
        If it holds no sweep, a link, damaged points, or a manifest that is damaged and so is its
        copy.

    Examples
    --------
    >>> import tempfile
    >>> import cakernel as ck
    >>> study = ck.Recovery(ck.Model(periods=5), ck.policies()[:1], ck.paper_scenarios()[:1])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = ck.run_sweep(ck.Sweep(study, axes={"firms": [1, 2]}, replications=4), folder)
    ...     status = ck.sweep_status(folder)
    >>> status.points_done, status.replications, status.finished
    (2, 8, True)
    """
    folder = SweepFolder(Path(path))
    manifest = folder.manifest
    described = manifest["sweep"]
    goal = Goal(replications=described["replications"], precision=described["precision"])
    sizes = dict(folder.points()["block"].value_counts().iter_rows())
    told = folder.told()
    complete = told.complete(goal)
    shards = [shard for parts in told.shards.values() for shard in parts]
    points, done = sum(sizes.values()), sum(sizes[block] for block in complete)
    rate = _rate(shards)
    reasons = [folder.damage(shard, thorough=verify) for shard in shards]
    return SweepStatus(
        points=points,
        points_done=done,
        blocks=len(sizes),
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
    )


def _rate(shards: list[Shard]) -> float | None:
    """Return points a second of the last minute."""
    now = time.time()
    latest = [shard for shard in shards if now - shard.at < RATE_SECONDS]
    if not latest:
        return None
    since = min(shard.at - shard.seconds for shard in latest)
    return sum(shard.points for shard in latest) / max(now - since, 1e-9)
