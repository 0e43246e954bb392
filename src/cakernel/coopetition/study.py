"""The coopetition model as a study, to be swept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

import polars as pl

from cakernel.arguments import checked_arguments
from cakernel.checks import Allowed, Checked, Whole
from cakernel.coopetition.columns import CHAIN_OUTCOMES, MARKET_OUTCOMES, codes
from cakernel.coopetition.many_markets import equilibria
from cakernel.coopetition.market import COMMON, EACH, Market
from cakernel.coopetition.words import CONTRACTS, LABEL, REGIMES
from cakernel.files import section, within
from cakernel.jit.compile import kernel_version
from cakernel.sweep.description import StudySections
from cakernel.sweep.study import FieldKind

WELFARE = "economic_welfare"
# the work of an equilibrium in the units of `Study.cost`: that of two chains that each choose for
# themselves, some 60 microseconds of a core; the power of the chains by which it grows; and how
# much larger it is where investments are chosen for all together
WORK_OF_TWO_CHAINS = 1.5e5
POWER_OF_CHAINS = {"nash": 2.3, "joint": 3.3, "planner": 3.3}
TOGETHER = 1.7


@checked_arguments
@dataclass(frozen=True)
class Coopetition:
    """The coopetition model (CTIP), to be swept.

    Parameters
    ----------
    market : Market
        Values of the fields that do not vary. An axis over a field sets it for all chains alike;
        vulnerability_1, breach_cost_2, essential_need_1, ... that of a single chain.
    contracts : sequence of {"fixed", "fixed-moq", "flexible-moq"}
        A row of the results each.
    regimes : sequence of {"nash", "joint", "planner"}, default ("nash",)
        A row each.

    Raises
    ------
    InvalidInput
        If a contract or regime is unknown.

    Examples
    --------
    >>> study = Coopetition(Market(chains=2), contracts=["fixed", "flexible-moq"])
    >>> points = pl.DataFrame({"point": [0, 1], "threat_probability": [0.1, 0.9]})
    >>> rows = study.run(points, seed=1, threads=1)
    >>> rows.select("point", "contract").rows()
    [(0, 'fixed'), (0, 'flexible-moq'), (1, 'fixed'), (1, 'flexible-moq')]
    """

    market: Market = field(default_factory=Market)
    contracts: Sequence[str] = CONTRACTS
    regimes: Sequence[str] = ("nash",)

    name = "coopetition"
    kernel = kernel_version("coopetition")
    together: ClassVar[list[str]] = ["chains"]
    keys: ClassVar[list[str]] = ["contract", "regime"]
    columns: ClassVar[list[str]] = [
        *keys,
        *("status", "largest_gain", "equilibria_found", "selection"),
        *MARKET_OUTCOMES,
        *CHAIN_OUTCOMES,
    ]

    def __post_init__(self) -> None:
        codes("contracts", self.contracts, CONTRACTS)
        codes("regimes", self.regimes, REGIMES)

    @property
    def fields(self) -> Mapping[str, FieldKind]:
        """What can vary."""
        numbers = {name: FieldKind(pl.Float64()) for name in (*COMMON, *EACH, *self._single)}
        return {"chains": FieldKind(pl.Int64()), **numbers}

    @property
    def base(self) -> Mapping[str, Any]:
        """Values where nothing varies; none where chains differ."""
        values = self.market.model_dump()
        alike = {name: value for name, value in values.items() if not isinstance(value, tuple)}
        return alike | self._single

    @property
    def _single(self) -> dict[str, float]:
        """Fields of single chains: their names and values."""
        values = {name: getattr(self.market, name) for name in EACH}
        return {
            f"{name}_{j + 1}": value[j] if isinstance(value, tuple) else value
            for name, value in values.items()
            for j in range(self.market.chains)
        }

    def description(self) -> dict[str, Any]:
        """Return all that rows depend on, and what they are called."""
        return {
            "label": LABEL,
            "study": self.name,
            "model": self.market.model_dump(),
            "contracts": list(self.contracts),
            "regimes": list(self.regimes),
            "keys": self.keys,
            "outcomes": [WELFARE, *(name for name in MARKET_OUTCOMES if name != WELFARE)],
            "choice": self.keys,
        }

    def by_replication(self) -> None:
        """Nothing is drawn, so there are no replications."""

    def check_levels(self, name: str, levels: Sequence[Any]) -> None:
        """All fields are numbers, judged point by point."""

    def check_size(self, points: int) -> None:
        """Nothing is drawn, so there is no end of points."""

    def cost(self, points: pl.DataFrame) -> pl.DataFrame:
        """Return nominal work and rows of each point; the work holds what is done once."""
        varies = "chains" in points.columns
        chains = pl.col("chains") if varies else pl.lit(self.market.chains)
        half = chains.fill_null(2).clip(2, 20) / 2
        work = pl.sum_horizontal(
            (1 if regime == "nash" else TOGETHER) * half ** POWER_OF_CHAINS[regime]
            for regime in self.regimes
        )
        each = len(self.contracts)
        rows = pl.lit(each * len(self.regimes), pl.Float64)
        numbers = {"work": work * each * WORK_OF_TWO_CHAINS, "rows": rows, "once": pl.lit(0.0)}
        return points.with_columns(**numbers).select("work", "rows", "once")

    def run(self, points: pl.DataFrame, *, seed: int, threads: int) -> pl.DataFrame:
        """Solve the points; see `Study.run`. Columns of single chains become lists."""
        common = (name for name in points.columns if name in ("chains", *COMMON))
        varied = points.select(*common, *self._each_varied(points.columns))
        asked: dict[str, Any] = {
            "contracts": self.contracts,
            "regimes": self.regimes,
            "threads": threads,
        }
        given = varied if varied.width else [self.market] * points.height
        rows = equilibria(given, base=self.market, **asked)
        chains = points["chains"] if "chains" in points.columns else self.market.chains
        return _with_lists(rows, points["point"], chains)

    def _each_varied(self, columns: Sequence[str]) -> list[pl.Expr]:
        """Return the fields that chains have of their own: one number, or an array of them."""
        found = []
        for name in EACH:
            single = {one: base for one, base in self._single.items() if one.startswith(f"{name}_")}
            alike = pl.col(name) if name in columns else None
            if set(single) & set(columns):
                numbers = []
                for one, base in single.items():
                    other = pl.lit(base, pl.Float64) if alike is None else alike
                    numbers.append(pl.col(one) if one in columns else other)
                found.append(pl.concat_arr(numbers).alias(name))
            elif alike is not None:
                found.append(alike)
        return found


def _with_lists(
    equilibria: pl.DataFrame, points: pl.Series, chains: pl.Series | int
) -> pl.DataFrame:
    """Return rows of `equilibria` with the numbers of points, and a list for each chain's column.

    So rows of all points have the same columns; what has no outcomes has no list, either.
    """
    place = equilibria["point"]
    # impossible points may have any number of them
    sizes = chains.gather(place).clip(0) if isinstance(chains, pl.Series) else chains
    lists, others = [], ["point", "contract", "regime", "error"]
    for outcome in CHAIN_OUTCOMES:
        single = [name for name in equilibria.columns if name.rpartition("_")[0] == outcome]
        # arrays are many times faster than lists
        values = pl.concat_arr(single).arr.to_list().list.head(pl.lit(sizes))
        lists.append(pl.when(pl.col(single[0]).is_not_null()).then(values).alias(outcome))
        others += single
    texts = pl.col("contract", "regime").cast(pl.String)
    return equilibria.select(points.gather(place), texts, pl.exclude(others), *lists, "error")


ONE = Annotated[int, Allowed("1, or left out: nothing is drawn"), Whole(1, 1)]


class Settings(Checked):
    """The section [sweep] of a file on the coopetition model, in which nothing is drawn."""

    model: Literal["coopetition"]
    replications: ONE = 1
    # `Coopetition` checks them
    contracts: Any = CONTRACTS
    regimes: Any = ("nash",)


def _study(settings: Settings, content: Mapping[str, Any], folder: Path) -> Coopetition:
    with within("market."):
        market = Market(**section(content, "market"))
    with within("sweep."):
        return Coopetition(market, contracts=settings.contracts, regimes=settings.regimes)


SECTIONS = StudySections(("market",), Settings, _study)
