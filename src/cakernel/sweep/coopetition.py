"""The coopetition model as a study; inspired by the abstract of Arisian et al. (2025)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

import polars as pl

from cakernel.ctip import Market, equilibria
from cakernel.ctip.equilibria import codes
from cakernel.ctip.market import COMMON, EACH
from cakernel.ctip.table import CONTRACTS, REGIMES
from cakernel.ctip.table import EACH as OF_EACH_CHAIN
from cakernel.sweep.study import FieldKind

# of one equilibrium of two chains, in the units of `Study.cost`: some 100 microseconds of a core
WORK_OF_TWO_CHAINS = 2.5e5


@dataclass(frozen=True)
class Coopetition:
    """The coopetition model (CTIP), to be swept.

    Inspired by the abstract of Arisian et al. (2025); not a reproduction.

    Parameters
    ----------
    market : Market
        Values of the fields that do not vary. Axes set a field for all chains alike.
    contracts : sequence of {"fixed", "fixed-moq", "flexible-moq"}
        A row of the results each.
    regimes : sequence of {"nash", "joint", "planner"}, default ("nash",)
        A row each.

    Raises
    ------
    InvalidInput
        If a contract or regime is unknown.
    """

    market: Market = field(default_factory=Market)
    contracts: Sequence[str] = CONTRACTS
    regimes: Sequence[str] = ("nash",)

    name = "ctip"
    replicated = False
    outcomes: ClassVar[list[str]] = []
    together: ClassVar[list[str]] = ["chains"]

    def __post_init__(self) -> None:
        codes("contracts", self.contracts, CONTRACTS)
        codes("regimes", self.regimes, REGIMES)

    @property
    def fields(self) -> Mapping[str, FieldKind]:
        """What can vary."""
        numbers = {name: FieldKind(pl.Float64()) for name in (*COMMON, *EACH)}
        return {"chains": FieldKind(pl.Int64()), **numbers}

    @property
    def base(self) -> Mapping[str, Any]:
        """Values where nothing varies; none where chains differ."""
        values = self.market.model_dump()
        return {name: value for name, value in values.items() if not isinstance(value, tuple)}

    def description(self) -> dict[str, Any]:
        """Return all that rows depend on."""
        return {
            "study": self.name,
            "model": self.market.model_dump(),
            "contracts": list(self.contracts),
            "regimes": list(self.regimes),
        }

    def check_levels(self, name: str, levels: Sequence[Any]) -> None:
        """All fields are numbers, judged point by point."""

    def check_size(self, points: int) -> None:
        """Nothing is drawn, so there is no end of points."""

    def cost(self, points: pl.DataFrame) -> pl.DataFrame:
        """Return nominal work and rows of each point."""
        each = len(self.contracts) * len(self.regimes)
        varies = "chains" in points.columns
        chains = pl.col("chains") if varies else pl.lit(self.market.chains)
        # 2^n breach states, n best responses
        growth = (2.0 ** chains.fill_null(2).clip(2, 10)) * chains.fill_null(2).clip(2, 10) / 8
        return points.with_columns(
            work=growth * each * WORK_OF_TWO_CHAINS, rows=pl.lit(each, pl.Float64)
        ).select("work", "rows")

    def run(self, points: pl.DataFrame, *, seed: int, threads: int) -> pl.DataFrame:
        """Solve the points; see `Study.run`. Columns of single chains become lists."""
        varied = points.select(name for name in points.columns if name in self.fields)
        if varied.width:
            given: pl.DataFrame | list[Market] = varied
        else:
            given = [self.market] * points.height
        rows = equilibria(
            given,
            base=self.market,
            contracts=self.contracts,
            regimes=self.regimes,
            threads=threads,
        )
        lists = [
            pl.concat_list(name for name in rows.columns if name.rpartition("_")[0] == of_each)
            .list.drop_nulls()
            .alias(of_each)
            for of_each in OF_EACH_CHAIN
        ]
        kept = [name for name in rows.columns if name.rpartition("_")[0] not in OF_EACH_CHAIN]
        place = points["point"].gather(rows["point"])
        return rows.select(
            place,
            pl.col("contract", "regime").cast(pl.String),
            pl.col(name for name in kept if name not in ("point", "contract", "regime", "error")),
            *lists,
            pl.col("error"),
        )
