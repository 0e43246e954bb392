"""What `best` found, in one sentence."""

import polars as pl


def summary(ranked: pl.DataFrame, *, outcome: str, confidence: float, tolerance: float) -> str:
    """Sum up one group of the frame of `best`; every number is one of its rows.

    Parameters
    ----------
    ranked : polars.DataFrame
        One group of what `best` returns, best first.
    outcome : str
        What is compared, in words.
    confidence, tolerance : float
        Those that `best` was given.
    """
    first = ranked.row(0, named=True)
    second = first["compared_with"]
    others = ranked.filter("may_be_best").height - 1
    inside = ranked.filter("within")
    unsure = ranked.filter(pl.col("side") == "open")
    lead = [first["difference"], first["lower"], first["upper"]]
    if first["difference"] < 0:  # where low is good
        lead = [-lead[0], -lead[2], -lead[1]]
    settled = lead[1] > 0
    ruled_out = (
        "every other policy is ruled out as the best"
        if others <= 0
        else f"{others} other {_policies(others)} cannot be ruled out as the best"
    )
    parts = [
        f"{_name(first)} has the best {outcome}, {_number(first['mean'])} (standard error "
        f"{_number(first['standard_error'])}): {_number(lead[0])} better than "
        f"{second} ({100 * confidence:.4g}% interval {_number(lead[1])} to {_number(lead[2])}"
        + ("" if settled else f"; {_needed(first['replications_to_settle'])} to settle it")
        + f"), best in {first['probability_best']:.1%} of resamples; {ruled_out} at "
        f"{100 * confidence:.4g}% for all together.",
        f"Within {100 * tolerance:.4g}% of it: {_names(inside)}"
        + (
            f"; the side of {_names(unsure)} is open."
            if unsure.height
            else "; no policy's side of that edge is open."
        ),
    ]
    return " ".join(parts)


def _name(row: dict[str, object]) -> str:
    return f"{row['supply_rule']} {row['cyber_rule']} {row['principle']}"


def _names(rows: pl.DataFrame) -> str:
    return ", ".join(map(_name, rows.iter_rows(named=True)))


def _policies(count: int) -> str:
    return "policy" if count == 1 else "policies"


def _number(value: float) -> str:
    return f"{value:.4g}"


def _needed(replications: int | None) -> str:
    return "more than a million replications" if replications is None else f"{replications:,}"
