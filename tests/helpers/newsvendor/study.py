"""The newsvendor as a study, and as a section of a sweep file."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal

import numpy as np
import polars as pl

from cakernel.checks import Checked, whole
from cakernel.sweep.description import StudySections
from cakernel.sweep.study import FieldKind

WORDS = {"profit": "mean profit of a day"}
ORDERS = {"few": 15.0, "many": 25.0}
MEAN_DEMAND = 20.0


@dataclass(frozen=True)
class Newsvendor:
    """Buys ``order`` papers at 1 each, and sells what is asked for at ``price``."""

    rows: str = "policy"

    name = "newsvendor"
    kernel = "none"
    columns = ("order",)
    together = ()
    base: ClassVar[Mapping[str, Any]] = {"price": 2.0, "spread": 5.0}

    @property
    def fields(self) -> Mapping[str, FieldKind]:
        return {name: FieldKind(pl.Float64()) for name in self.base}

    def description(self) -> dict[str, Any]:
        return {
            "study": self.name,
            "rows": self.rows,
            "keys": ["order"],
            "outcomes": ["mean_profit"],
            "choice": ["order"],
            "common_random_numbers": True,
        }

    def by_replication(self) -> "Newsvendor":
        return replace(self, rows="replication")

    def check_levels(self, name, levels) -> None:
        pass

    def check_size(self, points) -> None:
        pass

    def cost(self, points: pl.DataFrame) -> pl.DataFrame:
        numbers = {"work": pl.lit(1.0), "rows": pl.lit(2.0), "once": pl.lit(0.0)}
        return points.with_columns(**numbers).select("work", "rows", "once")

    def run(self, points: pl.DataFrame, *, seed: int, threads: int) -> pl.DataFrame:
        return pl.concat(self._point(row, seed) for row in points.iter_rows(named=True))

    def _point(self, row: Mapping[str, Any], seed: int) -> pl.DataFrame:
        price, spread = (row.get(name, self.base[name]) for name in ("price", "spread"))
        numbers = np.arange(
            row["first_replication"], row["first_replication"] + row["replications"]
        )
        draws = np.array([np.random.default_rng([seed, n]).normal() for n in numbers])
        demand = np.maximum(MEAN_DEMAND + spread * draws, 0)
        frames = []
        for name, order in ORDERS.items():
            profit = price * np.minimum(order, demand) - order
            label = {"point": row["point"], "order": name}
            if self.rows == "replication":
                columns = {"replication": numbers, "mean_profit": profit}
            else:
                columns = {
                    "mean_profit": [profit.mean()],
                    "se_profit": [profit.std(ddof=1) / np.sqrt(len(profit))],
                    "first_replication": [row["first_replication"]],
                    "replications": [row["replications"]],
                }
            labels = {column: pl.lit(value) for column, value in label.items()}
            frame = pl.DataFrame(columns).with_columns(**labels, error=pl.lit(None, pl.String))
            frames.append(frame.select(*label, *columns, "error"))
        return pl.concat(frames)


class Settings(Checked):
    """The section [sweep]."""

    model: Literal["newsvendor"]
    replications: whole(2, 1000) = 10  # type: ignore[valid-type]
    seed: whole(0, 1000) = 1  # type: ignore[valid-type]
    rows: Literal["policy", "replication"] = "policy"


SECTIONS = StudySections((), Settings, lambda settings, content, folder: Newsvendor(settings.rows))
