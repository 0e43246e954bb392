"""A study whose outcomes are given functions of the point, with noise of known size.

Its key is "plan" and its outcome "mean_gain", which no model of the package has.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import polars as pl

from cakernel.sweep.study import FieldKind


@dataclass(frozen=True)
class FunctionStudy:
    """``functions`` of plans take a row of the fields; ``spread`` gives their noise's size.

    A point where ``impossible`` says so is one. Noise is the same for all plans of a point but
    for the part ``own``, and the same at all points if ``common_random_numbers``.
    """

    functions: Mapping[str, Callable[[Mapping[str, Any]], float]]
    base: Mapping[str, Any]
    spread: Callable[[Mapping[str, Any]], float] | None = None
    own: float = 1.0
    rows: str = "replication"
    common_random_numbers: bool = False
    impossible: Callable[[Mapping[str, Any]], bool] = lambda row: False
    runs: list[int] = field(default_factory=list)

    name = "function"
    kernel = "functions"
    together: Sequence[str] = ()
    columns: Sequence[str] = ("plan",)

    @property
    def fields(self) -> Mapping[str, FieldKind]:
        kinds = {
            str: FieldKind(pl.String(), ordered=False),
            int: FieldKind(pl.Int64()),
            float: FieldKind(pl.Float64()),
        }
        return {name: kinds[type(value)] for name, value in self.base.items()}

    def description(self) -> dict[str, Any]:
        return {
            "study": self.name,
            "rows": self.rows,
            "common_random_numbers": self.common_random_numbers,
            "keys": ["plan"],
            "outcomes": ["mean_gain"],
            "choice": ["plan"],
        }

    def by_replication(self):
        return None if self.spread is None else replace(self, rows="replication")

    def check_levels(self, name, levels) -> None:
        pass

    def check_size(self, points) -> None:
        pass

    def cost(self, points: pl.DataFrame) -> pl.DataFrame:
        rows = pl.lit(float(len(self.functions)))
        cost = points.with_columns(work=pl.lit(1.0), rows=rows, once=pl.lit(0.0))
        return cost.select("work", "rows", "once")

    def run(self, points: pl.DataFrame, *, seed: int, threads: int) -> pl.DataFrame:
        self.runs.append(points.height)
        frames = [self._point(row, seed) for row in points.iter_rows(named=True)]
        return pl.concat([self._no_rows, *frames], how="diagonal_relaxed")

    @property
    def _no_rows(self) -> pl.DataFrame:
        whole, number = pl.Int64, pl.Float64
        names: dict[str, Any] = {"point": whole, "plan": pl.String}
        if self.spread is None:
            names |= {"mean_gain": number}
        elif self.rows == "replication":
            names |= {"replication": whole, "mean_gain": number}
        else:
            names |= {"mean_gain": number, "se_gain": number}
            names |= {"first_replication": whole, "replications": whole}
        return pl.DataFrame(schema=names | {"error": pl.String})

    def _point(self, row: Mapping[str, Any], seed: int) -> pl.DataFrame:
        point = row["point"]
        values = self.base | {name: row[name] for name in row if name in self.base}
        if self.impossible(values):
            return pl.DataFrame({"point": [point], "error": ["impossible"]})
        first, count = row["first_replication"], row["replications"]
        frames = []
        for n, (plan, function) in enumerate(self.functions.items()):
            mean = float(function(values))
            label = {"point": point, "plan": plan}
            if self.spread is None:
                frames.append(pl.DataFrame(label | {"mean_gain": mean}))
                continue
            drawn = []
            for replication in range(first, first + count):
                where = 0 if self.common_random_numbers else point + 1
                shared = np.random.default_rng([seed, where, replication]).normal()
                alone = np.random.default_rng([seed, where, replication, n]).normal()
                noise = np.sqrt(1 - self.own**2) * shared + self.own * alone
                drawn.append(mean + self.spread(values) * noise)
            if self.rows == "replication":
                numbers = np.arange(first, first + count)
                frames.append(
                    pl.DataFrame({"replication": numbers, "mean_gain": drawn}).with_columns(
                        **{k: pl.lit(v) for k, v in label.items()}
                    )
                )
            else:
                error = np.std(drawn, ddof=1) / np.sqrt(count) if count > 1 else None
                frames.append(
                    pl.DataFrame(
                        label
                        | {
                            "mean_gain": np.mean(drawn),
                            "se_gain": error,
                            "first_replication": first,
                            "replications": count,
                        }
                    )
                )
        return pl.concat(frames)
