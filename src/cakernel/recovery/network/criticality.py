"""Which firm's disruptions cost the others most, and which unit of stock or backup pays."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import numpy as np
import numpy.typing as npt
import polars as pl

from cakernel.arguments import Threads, checked_arguments
from cakernel.checks import (
    MAX_REPLICATIONS,
    MAX_SCENARIOS,
    Amount,
    Seed,
    Share,
    Whole,
    check_process,
)
from cakernel.errors import Interrupted, InvalidInput
from cakernel.jit.compile import MOST_THREADS
from cakernel.jit.threads import kernel_threads
from cakernel.memory import check_memory
from cakernel.ranking.intervals import reach, spread_of
from cakernel.recovery.engine import Progress
from cakernel.recovery.kernel.shocks import MAX_PERIODS
from cakernel.recovery.model import Recovery
from cakernel.recovery.network.backups import backup_links
from cakernel.recovery.network.changes import (
    CHANGES,
    Change,
    of_backups,
    of_members,
    with_hits,
)
from cakernel.recovery.network.disruptions import Record, record_of
from cakernel.recovery.network.network import Network
from cakernel.recovery.network.simulation import Horizon, network_experiment
from cakernel.recovery.outcomes import ALL_NAMES
from cakernel.recovery.policy import Policy
from cakernel.recovery.scenario import ResourceScenario

Numbers = npt.NDArray[np.float64]
# bytes of a firm and replication in a run, and of a change and replication
OF_FIRM, OF_CHANGE = 80, 40


@dataclass(frozen=True)
class Question:
    """What is asked of a network: how it is run, and of which outcome."""

    policy: Policy
    scenario: ResourceScenario | None
    scenario_index: int
    horizon: Horizon
    outcome: str
    replications: int
    seed: int
    threads: int

    def outcomes(self, net: Network, record: Record | None) -> Numbers:
        """Return the outcome of each firm and replication."""
        recorded = (None, None) if record is None else (record.table, record.through)
        horizon = self.horizon._replace(record=recorded[0], record_through=recorded[1])
        experiment = network_experiment(
            net, [self.policy], [] if self.scenario is None else [self.scenario], horizon,
            replications=self.replications, seed=self.seed, threads=self.threads,
            first_replication=0, first_scenario=self.scenario_index, by_firm=True,
        )  # fmt: skip
        with kernel_threads(self.threads):
            *_, moments = experiment.moments(keep=True, progress=None)
        each = moments.each[ALL_NAMES.index(self.outcome), :, 0]
        return each / experiment.run.periods if self.outcome in ("x", "y") else each


@checked_arguments
def critical(
    net: Network,
    *,
    policy: Policy,
    periods: Annotated[int, Whole(1, MAX_PERIODS)],
    scenario: ResourceScenario | None = None,
    by: Literal["firm", "group"] = "firm",
    outcome: Literal["resources", "x", "y", "value"] = "resources",
    backups: Any = None,
    replications: Annotated[int, Whole(2, MAX_REPLICATIONS)] = 512,
    seed: Seed = 1,
    threads: Threads | None = None,
    scenario_index: Annotated[int, Whole(0, MAX_SCENARIOS - 1)] = 0,
    recovery: Recovery | None = None,
    initial_resources: Amount | None = None,
    record: Any = None,
    record_through: Annotated[int, Whole(1, MAX_PERIODS)] | None = None,
    confidence: Share = 0.95,
    progress: Progress | None = None,
) -> pl.DataFrame:
    """Say which firms' disruptions cost the others most, and which stock or backup pays.

    The network is simulated again with one thing changed at a time, on the same disruptions (common
    random numbers), and compared replication by replication:

    - ``protected``: the firm's operations are never disrupted (no supply hits, recorded ones
      neither, and no spillover); its provider's cyber disruptions stay.
    - ``hit``: a severe supply hit of the firm in period 1, against a period 1 in which nobody who
      is not in ``record`` is hit.
    - ``stock``: one unit of stock more at the firm, at its own holding cost.
    - ``backup``: a link of ``backups`` more.

    Of the first two the outcome is the mean of the other firms, of the last two that of all. There
    are three networks a firm or group, one a backup, and two to compare with; each costs a run of
    one policy.

    Parameters
    ----------
    net : Network
        Two firms or more.
    policy : Policy
        What firms without rules of their own follow.
    periods : int
        T, periods simulated, 1 or more.
    scenario : ResourceScenario, optional
        Of firms without amounts of their own; not needed where there are none.
    by : {"firm", "group"}, default "firm"
        What is changed at once: a firm, or all firms of a group (the column ``group``).
    outcome : {"resources", "x", "y", "value"}, default "resources"
        R at the end of T, the mean state over periods, or R and what the final states are worth by
        the terminal values of ``scenario``.
    backups : table, optional
        Links that might be added, with columns supplier, customer, input and upkeep; the customer
        must have the input already.
    replications : int, default 512
        2 or more; the engine runs 512 at a time.
    seed, threads, scenario_index, recovery, initial_resources, record, record_through
        As in `simulate`.
    confidence : float, default 0.95
        Probability that the intervals of one kind of change hold all together (Bonferroni).
    progress : callable, optional
        Called with the networks done and to do.

    Returns
    -------
    polars.DataFrame
        One row a change, by kind and then by the size of ``difference``: change, of (a firm, a
        group, or "supplier to customer"), as_is and changed (mean outcomes, of states 0 to 2, of
        resources in units of the scenario), difference, se (its standard error), low and high
        (null where all replications differ by the same, as where a change does nothing), differing
        (in how many replications it matters) and replications.

    Raises
    ------
    InvalidInput
        If an argument is outside its range, or nothing could be compared.
    Interrupted
        On Ctrl-C; holds the table of the networks that were finished.

    Examples
    --------
    >>> import cakernel
    >>> net = cakernel.Network(
    ...     firms={"id": ["mine", "mill", "shop"], "supply_severe": [0.2, 0.02, 0.02]},
    ...     links={"supplier": ["mine", "mill"], "customer": ["mill", "shop"]},
    ... )
    >>> table = critical(
    ...     net,
    ...     policy=cakernel.Policy(supply_rule="SRD-2", cyber_rule="CRD-0"),
    ...     scenario=cakernel.paper_scenarios()[0],
    ...     periods=60,
    ... )
    >>> table.filter(change="protected")["of"][0], table.height
    ('mine', 9)
    """
    check_process()
    firms = net.firms.height
    if firms < 2:
        raise InvalidInput("firms: got 1; must be 2 or more, so that there are others")
    recorded = None if record is None else record_of(record, net, through=record_through)
    if recorded is None and record_through is not None:
        raise InvalidInput("record_through: got a value without a record; must be left out")
    if outcome == "value" and not (scenario and scenario.valued):
        raise InvalidInput(
            "outcome: got 'value'; must be resources, x or y where the scenario has no terminal "
            "values"
        )
    links = net.links.clear() if backups is None else backup_links(net, backups)
    changes = [*of_members(net, by, recorded), *of_backups(net, links, recorded)]
    check_memory("firms * replications", firms * replications, firms * replications * OF_FIRM)
    kept = len(changes) * replications
    check_memory("changes * replications", kept, kept * OF_CHANGE)
    question = Question(
        policy=policy, scenario=scenario, scenario_index=scenario_index,
        horizon=Horizon(periods, recovery, initial_resources), outcome=outcome,
        replications=replications, seed=seed, threads=threads or MOST_THREADS,
    )  # fmt: skip
    found: list[tuple[Numbers, Numbers]] = []
    try:
        before = {
            "as it is": question.outcomes(net, recorded),
            "nobody hit": question.outcomes(net, with_hits(net, recorded, [])),
        }
        for change in changes:
            after = question.outcomes(change.network(), change.record())
            counted = np.ones(firms, np.bool_)
            if not change.whole:
                counted[change.members] = False
            found.append(
                (before[change.against][counted].mean(axis=0), after[counted].mean(axis=0))
            )
            if progress is not None:
                progress(len(found), len(changes))
    except KeyboardInterrupt:
        table = _table(changes, found, confidence) if found else None
        raise Interrupted(table, len(found)) from None
    return _table(changes, found, confidence)


def _table(
    changes: Sequence[Change], found: Sequence[tuple[Numbers, Numbers]], confidence: float
) -> pl.DataFrame:
    """Return one row a change that was run, with intervals of its paired differences."""
    before, after = (np.stack(each) for each in zip(*found, strict=True))
    kinds = np.array([change.change for change in changes])
    together = np.array([np.count_nonzero(kinds == kind) for kind in kinds])[: len(found)]
    spread = spread_of(after, before)
    reaches = [reach(spread, 1 - (1 - confidence) / (2 * k)) for k in together]
    below, above = (
        np.array([each[side][n] for n, each in enumerate(reaches)]) for side in range(2)
    )
    difference = after.mean(axis=1) - before.mean(axis=1)
    # rounding is no difference
    difference[spread.differing == 0] = 0.0
    known = np.isfinite(below) & np.isfinite(above)
    frame = pl.DataFrame(
        {
            "change": pl.Series(kinds[: len(found)].tolist(), dtype=pl.Enum(CHANGES)),
            "of": [change.of for change in changes[: len(found)]],
            "as_is": before.mean(axis=1),
            "changed": after.mean(axis=1),
            "difference": difference,
            "se": spread.error,
            "low": np.where(known, difference - below, np.nan),
            "high": np.where(known, difference + above, np.nan),
            "differing": spread.differing,
            "replications": np.full(len(found), before.shape[1]),
        }
    ).with_columns(pl.col("low", "high").fill_nan(None))
    order = ["change", pl.col("difference").abs()]
    return frame.sort(order, descending=[False, True], maintain_order=True)
