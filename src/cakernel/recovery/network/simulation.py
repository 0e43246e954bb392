"""Networks in `simulate` and `trace`: what is run, and the tables that come out."""

import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, NamedTuple

import numpy as np
import polars as pl

from cakernel.checks import Whole, check_some
from cakernel.errors import InvalidInput
from cakernel.memory import check_memory
from cakernel.recovery.engine import Progress
from cakernel.recovery.kernel.shocks import MAX_PERIODS
from cakernel.recovery.model import MAX_FIRM_PERIODS, Model
from cakernel.recovery.network.disruptions import record_of
from cakernel.recovery.network.draws import draws_of
from cakernel.recovery.network.engine import NetworkRun
from cakernel.recovery.network.kernel_arrays import compiled_network
from cakernel.recovery.network.network import Network
from cakernel.recovery.network.quanta import Quanta, count_network
from cakernel.recovery.network.rule_codes import rules_of
from cakernel.recovery.outcomes import ALL_NAMES, Extent, Moments, Units, labels
from cakernel.recovery.policy import Policy
from cakernel.recovery.scenario import ResourceScenario

Periods = Annotated[int, Whole(1, MAX_PERIODS)]
# of a run in which all firms have amounts of their own
NO_SCENARIO = ResourceScenario(
    operational_acquisition=(0, 0, 0),
    intangibles_acquisition=(0, 0, 0),
    operational_cost=(0, 0, 0),
    intangibles_cost=(0, 0, 0),
)
# the rule that looks at peers alone
MATCHING = "CRD-5"
# bytes at most for each row of a table by firm
OF_FIRM = 400


class Horizon(NamedTuple):
    """What a run of a network has beside it, as a `Model` has it: None where it is not given."""

    periods: int | None = None
    recovery: str | None = None
    initial_resources: float | None = None
    record: Any = None
    record_through: int | None = None

    def as_model(self) -> Model:
        """Return horizon, recovery and initial resources as a `Model` has them; the rest is none.

        What is left out is as in any model.
        """
        if self.periods is None:
            raise InvalidInput("periods: missing; must be given with a network")
        default, initial = Model(), self.initial_resources
        return Model(
            periods=self.periods,
            recovery=self.recovery or default.recovery,  # type: ignore[arg-type]
            initial_resources=default.initial_resources if initial is None else initial,
        )

    def check_none(self) -> None:
        """Raise for what is given beside a `Model`."""
        for name, value in self._asdict().items():
            if value is not None:
                raise InvalidInput(
                    f"{name}: got a value with a Model; must be left out, since it is an argument "
                    "of networks"
                )


@dataclass(frozen=True)
class NetworkExperiment:
    """A run of a network, and what its numbers stand for."""

    net: Network
    policies: Sequence[Policy]
    run: NetworkRun
    quanta: Quanta

    @property
    def extent(self) -> Extent:
        """How many firms and periods there are."""
        return Extent(1, self.run.firms, self.run.periods)

    def moments(self, *, keep: bool, progress: Progress | None) -> Iterator[Moments]:
        """Run all, yielding the moments so far; ``keep`` asks for every replication."""
        sums = self.run.sums(each=keep)
        quanta, position = self.quanta, np.arange(len(self.run.scenarios))
        units = Units(
            position, quanta.scenario, quanta.times, quanta.value_denominator, quanta.valued
        )
        for finished in self.run.rounds(sums, progress):
            yield Moments.of(sums, units, finished)

    def by_firm(self, moments: Moments) -> pl.DataFrame:
        """Return one row a policy and firm: means over scenarios, as `over_scenarios` has them."""
        finished, scenarios = moments.finished, moments.total.shape[2]
        ids, periods = self.net.firms["id"], self.run.periods
        count = len(self.policies)
        frame = labels(self.policies, len(ids)).with_columns(
            firm=pl.concat([ids] * count) if count > 1 else ids
        )
        sizes = (periods, periods, 1, 1)
        names = ALL_NAMES[: len(moments.total)]
        means = [
            pl.Series(f"mean_{name}", moments.mean[n].mean(axis=1) / sizes[n])
            for n, name in enumerate(names)
        ]
        errors = [pl.Series(f"se_{name}", [None] * frame.height, pl.Float64) for name in names]
        if finished > 1:
            of_mean = np.sqrt((moments.variance / finished).sum(axis=2)) / scenarios
            errors = [
                pl.Series(f"se_{name}", of_mean[n] / sizes[n]) for n, name in enumerate(names)
            ]
        return frame.with_columns(*means, *errors, pl.lit(finished, pl.Int64).alias("replications"))


def network_experiment(
    net: Network, policies: Sequence[Policy], scenarios: Sequence[ResourceScenario],
    horizon: Horizon, *, replications: int, seed: int, threads: int, first_replication: int,
    first_scenario: int, by_firm: bool,
) -> NetworkExperiment:  # fmt: skip
    """Check what is asked of a network and return it as a run."""
    model = horizon.as_model()
    periods = model.periods
    scenarios = scenarios_of(net, scenarios)
    check_extent(net, periods)
    if by_firm:
        rows = len(policies) * net.firms.height * len(scenarios)
        check_memory("policies * firms * scenarios", rows, rows * OF_FIRM)
    warn_without_peers(net, policies)
    places, through = recorded(net, horizon.record, horizon.record_through)
    quanta = count_network(net, scenarios, periods=periods, initial=model.initial_resources)
    run = NetworkRun(
        made=compiled_network(net, quanta, draws_of(net, places, through), policies),
        rules=rules_of(net, policies),
        scenarios=np.arange(first_scenario, first_scenario + len(scenarios), dtype=np.uint64),
        periods=periods,
        when_hit=model.recovery == "when-hit",
        seed=seed,
        first_replication=first_replication,
        replications=replications,
        threads=threads,
        by_firm=by_firm,
    )
    return NetworkExperiment(net, policies, run, quanta)


def scenarios_of(net: Network, scenarios: Sequence[ResourceScenario]) -> Sequence[ResourceScenario]:
    """Return the resource scenarios of a run, one where none are given and firms need none."""
    if not net.firms["r_x0"].null_count():
        scenarios = scenarios or [NO_SCENARIO]
    check_some(scenarios=scenarios)
    return scenarios


def check_extent(net: Network, periods: int) -> None:
    """Raise for more firms and periods than can be summed over."""
    size = net.firms.height * periods
    if size > MAX_FIRM_PERIODS:
        raise InvalidInput(f"firms * periods: got {size:,}; must be at most {MAX_FIRM_PERIODS:,}")


def warn_without_peers(net: Network, policies: Sequence[Policy]) -> None:
    """Warn of firms in the cloud that follow CRD-5 and have no peers."""
    # a rule with cutoffs is called CRD-5@4/12
    followed = any(policy.cyber_rule.label.split("@")[0] == MATCHING for policy in policies)
    rule = net.firms["cyber_rule"]
    follows = (rule == MATCHING).fill_null(followed).to_numpy()
    alone = np.ones(len(follows), np.bool_)
    alone[net.peer_pairs] = False
    count = np.count_nonzero(follows & alone & (net.firm_provider >= 0))
    if count:
        warnings.warn(
            f"{MATCHING}: {count:,} of {len(follows):,} firms that may follow it have no peers, "
            "and never rebuild their intangibles; list peers, or see Network.with_peers",
            stacklevel=2,
        )


def recorded(net: Network, given: Any, through: int | None) -> tuple[Any, int]:
    """Return places of draws, periods and severities of what was recorded, and through when."""
    if given is None:
        if through is not None:
            raise InvalidInput("record_through: got a value without a record; must be left out")
        none = np.empty(0, np.int64)
        return (none, none, none), 0
    record = record_of(given, net, through=through)
    hits = record.supply, record.cyber
    places = np.concatenate([record.supply.row, net.firms.height + record.cyber.row])
    periods = np.concatenate([each.period for each in hits]) - 1
    severities = np.concatenate([each.severity for each in hits]).astype(np.int64)
    return (places, periods, severities), record.through
