"""What fields and rows of a network's tables must be together."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from cakernel.errors import InvalidInput
from cakernel.recovery.network.columns import AMOUNTS
from cakernel.recovery.network.draw_keys import draw_keys
from cakernel.recovery.network.tables import NOWHERE, first, refusal

Names = Mapping[str, str]


def check_ids(names: Names, *, firms: pl.DataFrame, providers: pl.DataFrame) -> None:
    """Raise where there are no firms, or two have one id."""
    if not firms.height:
        raise InvalidInput(f"{names['firms']}: got no rows; must have one or more")
    _check_distinct(names["firms"], firms, ["id"], "id")
    _check_distinct(names["providers"], providers, ["id"], "id")


def check_amounts(names: Names, *, firms: pl.DataFrame, providers: pl.DataFrame) -> None:
    """Raise for probabilities that sum to more than 1, and for some amounts without the others."""
    for table, frame, side in (("firms", firms, "supply"), ("providers", providers, "cyber")):
        severe, mild = frame[f"{side}_severe"], frame[f"{side}_mild"]
        row = first(severe + mild > 1)
        if row is not None:
            field = f"{side}_severe + {side}_mild"
            raise InvalidInput(
                f"{names[table]} row {row + 1:,}: {field}: got {severe[row]} + {mild[row]} = "
                f"{severe[row] + mild[row]}; must be at most 1"
            )
    missing = firms.select(pl.sum_horizontal(pl.col(AMOUNTS).is_null())).to_series()
    row = first(missing.is_between(1, len(AMOUNTS) - 1))
    if row is not None:
        field = next(name for name in AMOUNTS if firms[name][row] is None)
        words = f"a firm has all of {AMOUNTS[0]} to {AMOUNTS[-1]} of its own, or none"
        raise refusal(names["firms"], row, field, None, words)


def check_reference(
    names: Names, table: str, values: pl.Series, other: str, rows: npt.NDArray[np.int64]
) -> None:
    """Raise for a value that is no id of another table, where it was looked for."""
    row = first(values.is_not_null() & pl.Series(rows == NOWHERE))
    if row is not None:
        words = f"must be an id in {names[other]}"
        raise refusal(names[table], row, values.name, values[row], words)


def check_links(table: str, links: pl.DataFrame) -> None:
    """Raise for a firm that supplies itself, and for a link that is given twice."""
    row = first(links["supplier"] == links["customer"])
    if row is not None:
        words = "must be another firm than the supplier"
        raise refusal(table, row, "customer", links["customer"][row], words)
    _check_distinct(table, links, ["supplier", "customer", "input"], "input")


def check_peers(table: str, peers: pl.DataFrame) -> None:
    """Raise for a firm that is its own peer, and for a pair that is given twice, in any order."""
    row = first(peers["firm"] == peers["peer"])
    if row is not None:
        raise refusal(table, row, "peer", peers["peer"][row], "must be another firm")
    pairs = peers.select(
        low=pl.min_horizontal("firm", "peer"), high=pl.max_horizontal("firm", "peer")
    )
    _check_distinct(table, pairs, ["low", "high"], "peer", shown_of=peers)


def check_keys(table: str, frame: pl.DataFrame) -> None:
    """Raise where two rows would meet the same draws."""
    keys = pl.DataFrame({"draw": draw_keys(frame)})
    _check_distinct(table, keys, ["draw"], "draw")


def _check_distinct(
    table: str,
    frame: pl.DataFrame,
    keys: Sequence[str],
    field: str,
    shown_of: pl.DataFrame | None = None,
) -> None:
    """Raise for the first row that repeats an earlier one in some columns."""
    row = first(~frame.select(pl.struct(keys).is_first_distinct()).to_series())
    if row is not None:
        same = pl.all_horizontal(pl.col(key) == frame[key][row] for key in keys)
        earlier = first(frame.select(same).to_series()) or 0
        value = (frame if shown_of is None else shown_of)[field][row]
        words = f"repeats row {earlier + 1:,}; must be given once"
        raise refusal(table, row, field, value, words)
