"""What happens over time under one policy: courses with bands, and a replication firm by firm."""

from collections.abc import Iterator
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from cakernel.live.part import Panels
from cakernel.recovery.live.case import Case
from cakernel.recovery.policy import Policy
from cakernel.recovery.tracing import trace
from cakernel.wording import counted

# histories behind the courses, at most, and those that are traced in one step
MOST_HISTORIES: Final = 96
A_STEP: Final = 8
# firm-periods of a history that is drawn
LONGEST: Final = 300_000
TOO_LONG: Final = f"Chains and days of more than {LONGEST:,} firm-days are not drawn over time."
BAND: Final = (0.05, 0.95)
COURSES: Final = {
    "x": "operational state x",
    "y": "intangibles state y",
    "resources": "resources R",
}
STATES: Final = ("low", "medium", "high")


class Histories:
    """Histories of one policy, traced a few at a time; they are replications of `simulate`.

    Where there are several scenarios, each history is of the next one.
    """

    def __init__(self, case: Case, policy: Policy) -> None:
        self.of = (case, policy)
        self._means: list[npt.NDArray[np.float64]] = []
        self._panels: tuple[int, Panels] | None = None

    @property
    def are_too_long(self) -> bool:
        """Whether they would take too long to be drawn."""
        return self.of[0].size > LONGEST

    @property
    def words(self) -> str:
        """What the courses are of."""
        case, policy = self.of
        sets = f" of {len(case.scenarios):,} scenarios" if len(case.scenarios) > 1 else ""
        return (
            f"{policy}: mean over firms, line: mean of {counted(len(self._means), 'replication')}"
            f"{sets}, band: 5% to 95% of them"
        )

    def grow(self, wanted: int) -> Iterator[pl.DataFrame]:
        """Trace so many, of `MOST_HISTORIES` at most; yield the courses after each step."""
        wanted = min(MOST_HISTORIES, wanted)
        if len(self._means) >= wanted:
            yield self._courses()
        while len(self._means) < wanted:
            for _ in range(min(A_STEP, wanted - len(self._means))):
                self._means.append(self._mean(len(self._means)))
            yield self._courses()

    def panels(self, replication: int) -> Panels:
        """Return one replication, of the first scenario, firm by firm."""
        if self._panels is None or self._panels[0] != replication:
            self._panels = replication, self._film(replication)
        return self._panels[1]

    def _history(self, replication: int, scenario: int) -> pl.DataFrame:
        case, policy = self.of
        return trace(
            case.model,
            policy=policy,
            scenario=case.scenarios[scenario],
            seed=case.seed,
            replication=replication,
            scenario_index=scenario,
        )

    def _mean(self, number: int) -> npt.NDArray[np.float64]:
        """Return means over firms, of x, y and resources by period."""
        scenarios = len(self.of[0].scenarios)
        history = self._history(number // scenarios, number % scenarios)
        values = history.select(list(COURSES)).to_numpy().astype(np.float64)
        means: npt.NDArray[np.float64] = np.mean(
            values.reshape(self.of[0].model.periods, -1, len(COURSES)), axis=1
        )
        return means

    def _courses(self) -> pl.DataFrame:
        means = np.stack(self._means)
        low, high = np.quantile(means, BAND, axis=0)
        mean = means.mean(axis=0)
        period = np.arange(1, len(mean) + 1)
        return pl.concat(
            pl.DataFrame(
                {"period": period, "mean": mean[:, n], "lower": low[:, n], "upper": high[:, n]}
            ).with_columns(outcome=pl.lit(words))
            for n, words in enumerate(COURSES.values())
        )

    def _film(self, replication: int) -> Panels:
        case, policy = self.of
        model = case.model
        history = self._history(replication, 0)
        shape = (model.periods, model.chains, model.firms)

        def column(name: str) -> npt.NDArray[np.generic]:
            return history[name].to_numpy().reshape(shape)

        hit = history.select(pl.col("supply_hit", "cyber_hit").cast(pl.String))
        sets = ", first scenario" if len(case.scenarios) > 1 else ""
        return Panels(
            title=f"{policy}, replication {replication}{sets}",
            row="chain",
            column="firm",
            levels={"operational state": column("x"), "intangibles state": column("y")},
            level_names=STATES,
            more={
                "resources": column("resources"),
                "paid": column("paid"),
                "supply disruption": hit["supply_hit"].to_numpy().reshape(shape),
                "cyber disruption": hit["cyber_hit"].to_numpy().reshape(shape),
            },
        )
