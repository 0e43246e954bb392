"""What flexible contracts add to welfare at each level of risk, in the same markets."""

from typing import Any, Final

import polars as pl

from cakernel.coopetition.claims.markets import LEVELS
from cakernel.coopetition.claims.shares import EQUAL, interval
from cakernel.coopetition.claims.statements import PARTS, part_at

QUARTILES: Final = {"low": 0.25, "median": 0.5, "high": 0.75}


def by_risk(wide: pl.DataFrame, *, regime: str, confidence: float) -> pl.DataFrame:
    """Return one row a part of the advantage and level of tau, as of `CtipClaims`."""
    table = []
    for part in PARTS:
        for level in LEVELS:
            both = wide.select(value=part_at(part, level), none=part_at(part, LEVELS[0]))
            both = both.drop_nulls()
            value, count = both["value"], both.height
            row: dict[str, Any] = {
                "regime": regime,
                "part": part,
                "threat_probability": level,
                "counted": count,
            }
            above = {
                "positive": int((value > EQUAL).sum()),
                "above_no_risk": int((value - both["none"] > EQUAL).sum()),
            }
            for name, holds in above.items():
                lower, upper = interval(holds, count, confidence)
                told = count and not (name == "above_no_risk" and level == LEVELS[0])
                row |= {
                    f"share_{name}": holds / count if told else None,
                    f"share_{name}_lower": lower if told else None,
                    f"share_{name}_upper": upper if told else None,
                }
            row |= {"mean": value.mean(), "mean_change": (value - both["none"]).mean()}
            row |= {name: value.quantile(q, "linear") for name, q in QUARTILES.items()}
            table.append(row)
    return pl.DataFrame(table, infer_schema_length=None)
