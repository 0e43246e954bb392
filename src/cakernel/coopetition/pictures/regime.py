"""Which regime of investment a picture of claims on coopetition shows."""

from typing import Final

import polars as pl

from cakernel.errors import InvalidInput

IN_WORDS: Final = {
    "nash": "each chain invests for itself (nash)",
    "joint": "chains invest for the sum of their profits (joint)",
    "planner": "a planner invests for economic welfare (planner)",
}


def of_regime(frame: pl.DataFrame, regime: str | None) -> tuple[pl.DataFrame, str]:
    """Return the rows of a regime, and it; by default the first.

    Tables without the column are of the time when chains only invested each for itself.

    Raises
    ------
    InvalidInput
        If the frame has no such regime.
    """
    if "regime" not in frame.columns:
        frame = frame.with_columns(regime=pl.lit("nash"))
    known = frame["regime"].cast(pl.String).unique(maintain_order=True).to_list()
    if regime is None and known:
        regime = known[0]
    if regime not in known:
        words = ", ".join(known) or "none: no rows"
        raise InvalidInput(f"regime: got {regime!r}; must be one of {words}")
    return frame.filter(pl.col("regime").cast(pl.String) == regime), str(regime)
