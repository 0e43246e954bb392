"""Tables that users give: CSV and Parquet files, also as other programs write them."""

import re
from io import BytesIO
from pathlib import Path
from typing import Final

import polars as pl

from cakernel.errors import InvalidInput
from cakernel.files import ending, read_content

ENDINGS: Final = (".parquet", ".csv")
# what pandas calls the index that it writes beside the columns
_PANDAS_INDEX: Final = re.compile(r"__index_level_\d+__")


def read_texts(path: Path) -> pl.DataFrame:
    """Return what a CSV file holds, every value as the text that stands there.

    Lines that begin with # are comments. Raise InvalidInput if it cannot be read, with the line
    that is not UTF-8.
    """
    content = read_content(path)
    try:
        content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise InvalidInput(
            f"cannot be read: byte {content[error.start]:#x} in line {line} is not UTF-8; save "
            "the file as UTF-8"
        ) from None
    try:
        frame = pl.read_csv(_without_blank_end(content), infer_schema=False, comment_prefix="#")
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        reason = next(iter(str(error).splitlines()), "damaged")
        raise InvalidInput(f"cannot be read: {reason}") from None
    return frame


def read_table(path: Path) -> pl.DataFrame:
    """Return what a CSV or Parquet file holds; raise InvalidInput if it cannot be read.

    Columns are numbers or texts by all of their values, not by the first ones. Blank lines at the
    end of a CSV file, and the index of pandas, are left out.
    """
    content = read_content(path)
    try:
        if ending(path) == ".csv":
            frame = pl.read_csv(_without_blank_end(content), infer_schema_length=None)
        else:
            frame = pl.read_parquet(BytesIO(content))
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        # a damaged Parquet file makes polars panic, which is no Exception
        reason = next(iter(str(error).splitlines()), "damaged")
        raise InvalidInput(f"cannot be read: {reason}") from None
    return frame.drop(name for name in frame.columns if _is_index(frame[name]))


def _without_blank_end(content: bytes) -> bytes:
    """Return a CSV file without the lines at its end that are blank, or hold commas alone."""
    told = len(content.rstrip(b" \t\r\n,"))
    end = content.find(b"\n", told)
    return content if end < 0 else content[: end + 1]


def _is_index(column: pl.Series) -> bool:
    """Return whether a column is an index of pandas; in CSV it has no name, and numbers rows."""
    if column.name == "":
        return column.dtype == pl.Int64 and (column == pl.int_range(len(column), eager=True)).all()
    return bool(_PANDAS_INDEX.fullmatch(column.name))
