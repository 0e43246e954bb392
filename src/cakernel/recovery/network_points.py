"""Points of a network: fields of its firms by their paths, and points that run together."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any, ClassVar, Final

import numpy as np
import polars as pl

from cakernel.checks import check_value
from cakernel.errors import InvalidInput
from cakernel.recovery.kernel.network.arguments import LANES
from cakernel.recovery.model import Model
from cakernel.recovery.network.disruptions import record_of
from cakernel.recovery.network.fields import place_of, refused, values_at
from cakernel.recovery.network.fingerprint import described
from cakernel.recovery.network.kept import Kept
from cakernel.recovery.network.network import Network
from cakernel.recovery.network.rule_codes import rules_of
from cakernel.recovery.network.sections import RUN_FIELDS, DemandTried
from cakernel.recovery.network.shapes import shared_shapes
from cakernel.recovery.network.simulation import (
    check_extent,
    recorded,
    warn_without_peers,
)
from cakernel.recovery.network.tables import converted
from cakernel.recovery.network_fields import DEMAND, Base, Fields, is_path
from cakernel.recovery.network_groups import Point, Setting, counted_together, run_together
from cakernel.recovery.point_outcomes import Numbers
from cakernel.recovery.policy import POLICY, Policy
from cakernel.recovery.study_points import Asked, Group, Row, scenarios_at
from cakernel.sweep.blocks import WORK_A_SECOND

# seconds of Python for a network of its own, and for each of its firms
OF_NETWORK: Final = 0.8e-3
OF_FIRM: Final = 2e-6
# columns that lanes may differ in
OF_LANES: Final = (
    *("supply_severe", "supply_mild", "cyber_severe", "cyber_mild", "spillover", "stock"),
)


@dataclass(frozen=True)
class NetworkPoints:
    """A network where it does not vary, and what its points are.

    ``run`` tells horizon, recovery and initial resources alone.
    """

    net: Network
    run: Model
    record: Any
    record_through: int | None

    together: ClassVar = (*RUN_FIELDS, *POLICY)

    def __post_init__(self) -> None:
        check_extent(self.net, self.run.periods)
        # refused now; and networks made of this one have it, too
        _ = self._recorded, self.net.link_input

    @cached_property
    def fields(self) -> Fields:
        """What can vary."""
        return Fields(self.net)

    def base(self, others: Row) -> Row:
        """Return the values where nothing varies, and what others have."""
        return Base(self.net, {**self._run, DEMAND: self.net.demand, **others})

    @property
    def _run(self) -> dict[str, Any]:
        return {name: getattr(self.run, name) for name in RUN_FIELDS}

    @cached_property
    def description(self) -> dict[str, Any]:
        """What rows depend on: tables by how many rows they have, and a checksum."""
        tables = self.net.tables()
        # of these the order counts
        rules = tables.pop("rules").with_row_index("row")
        network = {name: described(frame) for name, frame in tables.items()}
        # left out where there are none, so that sweeps of before there were any go on
        network |= {"rules": described(rules)} if rules.height else {}
        found = {
            "model": self._run,
            "network": network | {DEMAND: self.net.demand},
        }
        if self.record is not None:
            record = record_of(self.record, self.net, through=self.record_through)
            found["disruptions"] = {"table": described(record.table), "through": record.through}
        return found

    def check_policies(self, policies: Sequence[Policy]) -> None:
        """Raise for policies that no network can follow; warn of firms that cannot."""
        rules_of(self.net, policies)
        warn_without_peers(self.net, policies)

    def check_levels(self, name: str, levels: Sequence[Any]) -> None:
        """Raise for a level that means nothing."""
        if is_path(name):
            values_at(place_of(self.net.tables(), name), levels)
        elif name == DEMAND:
            for level in levels:
                check_value(name, level, DemandTried)
        elif name in RUN_FIELDS and not self.fields[name].ordered:
            for level in levels:
                self.run.replace(**{name: level})

    def firm_periods(self, points: pl.DataFrame) -> pl.Expr:
        """Return the firm-periods of a policy and replication of each point."""
        varies = "periods" in points.columns
        periods = pl.col("periods") if varies else pl.lit(self.run.periods)
        return self.net.firms.height * periods.fill_null(1).clip(1).cast(pl.Float64)

    def work_of_point(self, scenarios: int) -> float:
        """Return what making a point ready takes, in units of work."""
        return WORK_A_SECOND * (OF_NETWORK + OF_FIRM * self.net.firms.height)

    def lanes(self, points: pl.DataFrame) -> int:
        """Return how many replications more than it has a point may take: of lanes left empty."""
        tables = self.net.tables()
        varied = [place_of(tables, name) for name in points.columns if is_path(name)]
        apart = DEMAND in points.columns or any(each.column.name not in OF_LANES for each in varied)
        return LANES if apart else 0

    def settings(self, points: pl.DataFrame) -> Callable[[int, Row], Setting]:
        """Return what makes the network of a point, by its row and the fields that it names.

        Points of equal networks share one. Of two fields of a firm that of fewer firms counts.
        """
        tables = self.net.tables()
        places = [place_of(tables, name) for name in points.columns if is_path(name)]
        # what is said of fewer firms counts more
        places.sort(key=lambda place: -len(place.rows))
        columns = [converted(points[place.path], place.column) for place in places]
        listed = [(values.to_list(), wrong.to_list()) for values, wrong in columns]
        changed = (*(place.column.name for place in places), DEMAND)
        made: dict[tuple[Any, ...], Network] = {}

        def setting(row: int, named: Row) -> Setting:
            of_run = {k: v for k, v in named.items() if k in RUN_FIELDS}
            run = self.run.replace(**of_run) if of_run else self.run
            check_extent(self.net, run.periods)
            for place, (_, wrong) in zip(places, listed, strict=True):
                # a blank has no value in a sweep
                if wrong[row] or named[place.path] is None:
                    raise refused(place, named[place.path])
            demand = check_value(DEMAND, named.get(DEMAND, self.net.demand), DemandTried)
            values = [values[row] for values, _ in listed]
            changes = (*values, demand)
            if changes not in made:
                found = zip(places, values, strict=True)
                made[changes] = self.net._with_values(found, demand=demand)
            return Setting(changes, changed, made[changes], run)

        return setting

    def alike(self, setting: Setting) -> tuple[Any, ...]:
        """Return what points that run together agree in; a blank has an order, too.

        Lanes may differ in risks and stock, but who spills over at all has a place of draws more.
        """
        changes = tuple(
            column == "spillover" and value > 0
            if column in OF_LANES
            else (value is not None, value)
            for value, column in zip(setting.changes, setting.columns, strict=True)
        )
        return changes, *(getattr(setting.run, name) for name in RUN_FIELDS)

    def groups(self, points: pl.DataFrame, asked: Asked) -> tuple[list[Group], dict[int, str]]:
        """Return the points that can be run, in groups, and why others cannot, by their rows."""
        possible: list[Point] = []
        reasons: dict[int, str] = {}
        setting_at = self.settings(points)
        for row, values in enumerate(points.iter_rows(named=True)):
            try:
                possible.append(self._point(row, values, setting_at, asked))
            except InvalidInput as error:
                reasons[row] = str(error)
        possible.sort(key=lambda point: (point.together, point.row))
        found = (list(some) for _, some in groupby(possible, key=lambda point: point.together))
        groups = [
            Group(
                row=np.array([point.row for point in some]),
                number=np.array([point.number for point in some]),
                policies=some[0].policies,
                first_replication=some[0].first_replication,
                replications=some[0].replications,
                scenarios=len(some[0].scenarios),
                made=some,
            )
            for some in found
        ]
        return groups, reasons

    def _point(
        self, row: int, values: Row, setting_at: Callable[[int, Row], Setting], asked: Asked
    ) -> Point:
        """Make the objects of a point; raise where they cannot be."""
        named = {k: v for k, v in values.items() if k in self.fields}
        scenarios = scenarios_at(asked.scenarios, named)
        setting = setting_at(row, named)
        first = named.get("scenario", 0)
        if not asked.common:
            first += values["point"] * len(asked.scenarios)
        return Point(
            row=row,
            number=values["point"],
            setting=setting,
            alike=self.alike(setting),
            counted=setting.counted(scenarios),
            scenarios=scenarios,
            first_scenario=first,
            policies=asked.policies_of(named),
            first_replication=values["first_replication"],
            replications=values["replications"],
        )

    def outcomes(
        self, groups: Sequence[Group], *, seed: int, threads: int, each: bool
    ) -> Iterator[Numbers]:
        """Run groups of points, one after the other, all compiled for the same shapes.

        Yields outcomes averaged over scenarios, as `GridPoints.outcomes`.
        """
        parts = [part for group in groups for part in counted_together(group.made)]
        shapes = shared_shapes([part.quanta for part in parts]) if parts else []
        kept = Kept()
        found = (
            run_together(part, shape, kept, self._recorded, seed=seed, threads=threads, each=each)
            for part, shape in zip(parts, shapes, strict=True)
        )
        for group in groups:
            some: list[Numbers] = []
            while sum(numbers.shape[2] for numbers in some) < len(group.row):
                some.append(next(found))
            yield np.concatenate(some, axis=2)

    @cached_property
    def _recorded(self) -> tuple[Any, int]:
        return recorded(self.net, self.record, self.record_through)
