"""Points of networks that run together: one network, but for what lanes may differ in."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from cakernel.errors import InvalidInput
from cakernel.jit.threads import kernel_threads
from cakernel.recovery.kernel.states import LEVELS
from cakernel.recovery.model import Model
from cakernel.recovery.network.draws import draws_of
from cakernel.recovery.network.engine import NetworkRun
from cakernel.recovery.network.kept import Kept
from cakernel.recovery.network.kernel_arrays import compiled_network
from cakernel.recovery.network.network import Network
from cakernel.recovery.network.quanta import Quanta, count_network
from cakernel.recovery.network.rule_codes import rules_of
from cakernel.recovery.outcomes import Extent
from cakernel.recovery.point_outcomes import Numbers, outcomes_of, parts_of
from cakernel.recovery.policy import Policy
from cakernel.recovery.quantum import MOST_SUM
from cakernel.recovery.scenario import ResourceScenario

Levels = npt.NDArray[np.int64]


class Setting(NamedTuple):
    """A network and how it is run; equal ``changes`` of one study are equal networks.

    ``columns`` are what is changed, in the same order.
    """

    changes: tuple[Any, ...]
    columns: tuple[str, ...]
    net: Network
    run: Model

    def counted(self, scenarios: Sequence[ResourceScenario]) -> Quanta:
        """Return amounts in whole quanta; raise where they cannot be counted."""
        begin = self.run.initial_resources
        return count_network(self.net, scenarios, periods=self.run.periods, initial=begin)


class Point(NamedTuple):
    """A point that can be run; ``counted`` are its amounts in whole quanta.

    Points that have ``alike`` run together, under the same policies and replications.
    """

    row: int
    number: int
    setting: Setting
    alike: tuple[Any, ...]
    counted: Quanta
    scenarios: Sequence[ResourceScenario]
    first_scenario: int
    policies: Sequence[Policy]
    first_replication: int
    replications: int

    @property
    def together(self) -> tuple[Any, ...]:
        """What points of a group share."""
        # equal lists of policies are the same list
        which = id(self.policies)
        return self.alike, which, self.first_replication, self.replications, len(self.scenarios)


class Together(NamedTuple):
    """Points that run together, a network that has all that theirs have, and its amounts."""

    points: Sequence[Point]
    net: Network
    quanta: Quanta


def _stocks(nets: Iterable[Network]) -> Levels:
    """Return the stock of each network's firms: (networks, firms)."""
    return np.stack([net.firms["stock"].to_numpy() for net in nets])


def _with_most_stock(points: Sequence[Point]) -> Network:
    """Return the network of some points, of which each firm has the most stock of any."""
    net: Network = points[0].setting.net
    most = _stocks({id(p.setting.net): p.setting.net for p in points}.values()).max(axis=0)
    if np.array_equal(most, net.firms["stock"]):
        return net
    return net._with(firms=net.firms.with_columns(stock=pl.Series(most, dtype=pl.Int64)))


def counted_together(points: Sequence[Point]) -> list[Together]:
    """Return points and their amounts in one quantum or, where none fits, one after the other."""
    if len(points) > 1:
        scenarios = [scenario for point in points for scenario in point.scenarios]
        with suppress(InvalidInput):
            shared = points[0].setting._replace(net=_with_most_stock(points))
            together = Together(points, shared.net, shared.counted(scenarios))
            # summed as where each runs by itself
            if not too_large(together).any():
                return [together]
    return [Together([point], point.setting.net, point.counted) for point in points]


def too_large(part: Together) -> npt.NDArray[np.bool_]:
    """Say of which points sums over their scenarios might not fit int64."""
    points, net, quanta = part
    best = quanta.values.reshape(-1, 2, LEVELS).max(axis=2).sum(axis=1, dtype=np.float64)
    held = (quanta.largest * quanta.weight.astype(np.float64)).sum()
    worth = held / quanta.times * quanta.value_quanta + net.firms.height * best
    most = np.maximum(held, worth).reshape(len(points), -1)
    found: npt.NDArray[np.bool_] = most.sum(axis=1) >= MOST_SUM
    return found


def run_together(
    part: Together,
    shapes: Any,
    kept: Kept,
    recorded: tuple[Any, int],
    *,
    seed: int,
    threads: int,
    each: bool,
) -> Numbers:
    """Run points of one network, but for what lanes may differ in; see `NetworkPoints.outcomes`."""
    points, net, quanta = part
    shared, run = points[0], points[0].setting.run
    variants = {point.setting.changes: point.setting.net for point in points}
    number = {changes: n for n, changes in enumerate(variants)}
    scenarios = len(shared.scenarios)
    numbers = [point.first_scenario + n for point in points for n in range(scenarios)]
    policies, replications = shared.policies, shared.replications
    drawn = [draws_of(variant, *recorded) for variant in variants.values()]
    draws = drawn[0]._replace(below=np.concatenate([draws.below for draws in drawn]))
    kept.made = compiled_network(
        net, quanta, draws, policies, shapes, kept.made, _stocks(variants.values())
    )
    experiment = NetworkRun(
        made=kept.made,
        rules=rules_of(net, policies),
        scenarios=np.array(numbers, np.uint64),
        periods=run.periods,
        when_hit=run.recovery == "when-hit",
        seed=seed,
        first_replication=shared.first_replication,
        replications=replications,
        threads=threads,
        by_firm=False,
        variants=np.repeat([number[point.setting.changes] for point in points], scenarios),
        kept=kept,
    )
    parts = parts_of(
        np.arange(len(numbers)) // scenarios,
        quanta.scenario,
        quanta.times,
        quanta.value_denominator,
        Extent(1, net.firms.height, run.periods),
        np.repeat(too_large(part), scenarios),
    )
    sums = experiment.sums(parts.place, each=True)
    with kernel_threads(threads):
        for _ in experiment.rounds(sums, None):
            pass
    return outcomes_of(sums, parts, each=each)
