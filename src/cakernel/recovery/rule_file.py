"""A rule as a CSV file of 768 lines, to be written from a built-in rule and edited."""

from pathlib import Path

import numpy as np
import polars as pl

from cakernel.errors import InvalidInput
from cakernel.recovery.kernel.states import TABLE_SHAPE, TABLE_SIZE, Neighbours
from cakernel.recovery.rules import Rule

STATES = ("own", *Neighbours._fields)
COLUMNS = (*STATES, "target")


def rule_frame(rule: Rule) -> pl.DataFrame:
    """Return a rule's targets, one row for each neighbourhood."""
    places = np.array(list(np.ndindex(TABLE_SHAPE)), np.uint8)
    return pl.DataFrame(np.column_stack([places, rule.targets.ravel()]), schema=list(COLUMNS))


def read_rule(path: Path, name: str) -> Rule:
    """Read a rule from a CSV file with the columns of `rule_frame`, in any order of rows.

    Raises
    ------
    InvalidInput
        If the file cannot be read, or a neighbourhood is missing, double or outside its range.
    """
    try:
        frame = pl.read_csv(path)
    except OSError as error:
        raise InvalidInput(f"file: {path} cannot be read: {error.strerror or error}") from None
    except pl.exceptions.PolarsError as error:
        raise InvalidInput(f"file: {path} is not a CSV table: {error}") from None
    whole_numbers = all(kind.is_integer() for kind in frame.schema.values())
    if (
        set(frame.columns) != set(COLUMNS)
        or not whole_numbers
        or frame.null_count().sum_horizontal()[0]
    ):
        raise InvalidInput(f"file: {path} must have whole numbers in columns {', '.join(COLUMNS)}")
    places = frame.select(STATES).to_numpy()
    outside = np.argwhere((places < 0) | (places >= np.array(TABLE_SHAPE)))
    if outside.size:
        row, column = outside[0]
        raise InvalidInput(
            f"file: {path} line {row + 2}: {STATES[column]} is {places[row, column]}; "
            f"must be a whole number from 0 to {TABLE_SHAPE[column] - 1}"
        )
    given = len(np.unique(places, axis=0))
    if not given == frame.height == TABLE_SIZE:
        raise InvalidInput(
            f"file: {path} has {frame.height} lines for {given} neighbourhoods; "
            f"must have one for each of the {TABLE_SIZE}"
        )
    table = np.empty(TABLE_SHAPE, np.int64)
    table[tuple(places.T)] = frame["target"].to_numpy()
    return Rule(name, table)
