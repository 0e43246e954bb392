"""Tables that users give: CSV and Parquet files, also as other programs write them."""

import csv
import re
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Final

import polars as pl

from cakernel.errors import InvalidInput
from cakernel.files import ending, read_content
from cakernel.wording import shown

ENDINGS: Final = (".parquet", ".csv")
# the header of a large file is sought in so much of it
HEADER_WITHIN: Final = 1 << 20
# what pandas calls the index that it writes beside the columns
_PANDAS_INDEX: Final = re.compile(r"__index_level_\d+__")

# what polars calls a column whose name an earlier one has
_REPEATED: Final = re.compile(r"(.*)_duplicated_\d+")


def read_texts(path: Path) -> pl.DataFrame:
    """Return what a CSV file holds, every value as the text that stands there.

    Lines that begin with # are comments. Columns without a name and a value, which spreadsheets add
    where comments are wider than the table, are left out. Raise InvalidInput if it cannot be read,
    with the line that is not UTF-8, or has more values than the header.
    """
    content = _without_blank_end(_in_lines(read_content(path)))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise InvalidInput(
            f"cannot be read: byte {content[error.start]:#x} in line {line} is not UTF-8; save "
            "the file as UTF-8"
        ) from None
    _refuse_other_separators(text)
    try:
        frame = pl.read_csv(content, infer_schema=False, comment_prefix="#")
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        reason = next(iter(str(error).splitlines()), "damaged")
        told = _too_wide(text) or _open_quote(text) or reason
        raise InvalidInput(f"cannot be read: {told}") from None
    unnamed = set()
    for name in frame.columns:
        repeated = _REPEATED.fullmatch(name)
        own = repeated[1] if repeated and repeated[1] in frame.columns else name
        if not own.strip():
            if (frame[name].str.strip_chars().fill_null("") != "").any():
                raise InvalidInput("cannot be read: a column with values has no name")
            unnamed.add(name)
        elif own != name:
            raise InvalidInput(f"{own}: is there more than once; must be one column")
    return frame.select(name for name in frame.columns if name not in unnamed)


def _in_lines(content: bytes) -> bytes:
    """Return a CSV file in lines: old programs of the Mac end them by a carriage return alone."""
    return content if b"\n" in content else content.replace(b"\r", b"\n")


def _refuse_other_separators(text: str) -> None:
    """Raise for a CSV file whose columns are separated by semicolons or tabs."""
    first = text[:HEADER_WITHIN].splitlines()
    lines = (line for line in first if line.strip() and line[0] != "#")
    header = next(lines, "")
    if "," not in header and any(mark in header for mark in ";\t"):
        raise InvalidInput(f"got {shown(header)}; columns must be separated by commas")


def _open_quote(text: str) -> str:
    """Say which line of a CSV file has a quotation mark too many or too few, if one has."""
    for number, line in enumerate(text.splitlines(), start=1):
        if line[:1] != "#" and line.count('"') % 2:
            return (
                f"line {number:,} has a quotation mark that is not closed; a value that has one "
                "must stand in quotes, with the mark in it doubled"
            )
    return ""


def _too_wide(text: str) -> str:
    """Say which line of a CSV file has more values than its header, if one has."""
    rows = csv.reader(line for line in text.splitlines(keepends=True) if line[0] != "#")
    # of strange bytes it makes no rows
    with suppress(csv.Error):
        width = len(next(rows, []))
        for number, row in enumerate(rows, start=1):
            if len(row) > width:
                return f"row {number:,} has {len(row):,} values for {width:,} columns"
    return ""


def read_table(path: Path) -> pl.DataFrame:
    """Return what a CSV or Parquet file holds; raise InvalidInput if it cannot be read.

    Columns are numbers or texts by all of their values, not by the first ones. Blank lines at the
    end of a CSV file, and the index of pandas, are left out.
    """
    content = read_content(path)
    try:
        if ending(path) == ".csv":
            content = _without_blank_end(_in_lines(content))
            _refuse_other_separators(content[:HEADER_WITHIN].decode("utf-8-sig", "replace"))
            frame = pl.read_csv(content, infer_schema_length=None)
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
