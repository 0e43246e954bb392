"""Tables that users give: CSV and Parquet files, also as other programs write them."""

import csv
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any, Final

import polars as pl

from cakernel.errors import InvalidInput
from cakernel.files import ending, read_content
from cakernel.wording import counted, shown

ENDINGS: Final = (".parquet", ".csv")
COMMENT: Final = "#"
# of a header so much is looked at
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
    return _read_csv(read_content(path), texts=True)


def read_table(path: Path, *, comments: bool = True) -> pl.DataFrame:
    """Return what a CSV or Parquet file holds; raise InvalidInput if it cannot be read.

    Columns are numbers or texts by all of their values, not by the first ones. Comments and columns
    of a CSV file are as for `read_texts`; without ``comments`` it has none, as a file of results,
    whose values may begin with #. The index of pandas is left out.
    """
    content = read_content(path)
    if ending(path) == ".csv":
        frame = _read_csv(content, comment=COMMENT if comments else None)
    else:
        _try_parquet(content)
        try:
            frame = pl.read_parquet(BytesIO(content))
        except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
            # a damaged file makes polars panic, which is no Exception
            raise InvalidInput(f"cannot be read: {_reason(error)}") from None
    return frame.drop(name for name in frame.columns if _is_index(frame[name]))


def _try_parquet(content: bytes) -> None:
    """Raise InvalidInput for a Parquet file that ends the process in which polars reads it."""
    read = "import io, sys, polars; polars.read_parquet(io.BytesIO(sys.stdin.buffer.read()))"
    # -P: not what is called polars in the folder that the process stands in
    command = [sys.executable, "-P", "-c", read]
    tried = subprocess.run(command, input=content, capture_output=True)
    # what is wrong otherwise is told by whoever reads it next
    if tried.returncode < 0:
        raise InvalidInput("cannot be read: damaged")


def place_of(path: Path, row: int) -> str:
    """Say where a row, counted from 0 below the header, stands: "line 7", of Parquet "row 3"."""
    if ending(path) == ".csv":
        text = _in_lines(read_content(path)).decode("utf-8-sig")
        # the header is the first
        for number, (line, _) in enumerate(_numbered_rows(text, COMMENT), start=-1):
            if number == row:
                return f"line {line:,}"
    return f"row {row + 1:,}"


def _read_csv(
    content: bytes, *, texts: bool = False, comment: str | None = COMMENT
) -> pl.DataFrame:
    """Return what a CSV file holds, as ``texts`` or in the types of its values.

    Blank lines at the end, and columns without a name and a value, are left out.
    """
    content = _without_blank_end(_in_lines(content))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise InvalidInput(
            f"cannot be read: byte {content[error.start]:#x} in line {line} is not UTF-8; save "
            "the file as UTF-8"
        ) from None
    begins = _header_at(text, comment)
    header = text[begins : begins + HEADER_WITHIN].partition("\n")[0].rstrip("\r")
    if "," not in header and any(mark in header for mark in ";\t"):
        raise InvalidInput(f"got {shown(header)}; columns must be separated by commas")
    types: dict[str, Any] = {"infer_schema": False} if texts else {"infer_schema_length": None}
    try:
        frame = pl.read_csv(text[begins:].encode(), comment_prefix=comment, **types)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        told = _too_wide(text, comment) or _open_quote(text, comment) or _reason(error)
        raise InvalidInput(f"cannot be read: {told}") from None
    unnamed = set()
    for name in frame.columns:
        repeated = _REPEATED.fullmatch(name)
        own = repeated[1] if repeated and repeated[1] in frame.columns else name
        if not own.strip():
            if (frame[name].cast(pl.String).str.strip_chars().fill_null("") == "").all():
                unnamed.add(name)
            elif texts:
                raise InvalidInput("cannot be read: a column with values has no name")
        elif own != name:
            raise InvalidInput(f"{own}: is there more than once; must be one column")
    return frame.drop(unnamed)


def _reason(error: BaseException) -> str:
    return next(iter(str(error).splitlines()), "damaged")


def _in_lines(content: bytes) -> bytes:
    """Return a CSV file in lines: old programs of the Mac end them by a carriage return alone."""
    return content if b"\n" in content else content.replace(b"\r", b"\n")


def _header_at(text: str, comment: str | None) -> int:
    """Return where the header begins: behind comments and blank lines."""
    place = 0
    for line in StringIO(text, newline="\n"):
        if line.strip() and not (comment and line.startswith(comment)):
            return place
        place += len(line)
    return place


def _numbered_rows(text: str, comment: str | None) -> Iterator[tuple[int, list[str]]]:
    """Yield the header and the rows below it, each with the line, from 1, that it begins in."""
    begins = _header_at(text, comment)
    first = text.count("\n", 0, begins) + 1
    lines = []
    within_quotes = False
    for number, line in enumerate(StringIO(text[begins:], newline="\n"), start=first):
        if within_quotes or not (comment and line.startswith(comment)):
            lines.append((number, line))
            within_quotes ^= line.count('"') % 2 == 1
    rows = csv.reader(line for _, line in lines)
    read = 0
    # of strange bytes it makes no rows
    with suppress(csv.Error):
        for row in rows:
            yield lines[read][0], row
            read = rows.line_num


def _open_quote(text: str, comment: str | None) -> str:
    """Say which line of a CSV file has a quotation mark too many or too few, if one has."""
    for number, line in enumerate(StringIO(text, newline="\n"), start=1):
        if line.count('"') % 2 and not (comment and line.startswith(comment)):
            return (
                f"line {number:,} has a quotation mark that is not closed; a value that has one "
                "must stand in quotes, with the mark in it doubled"
            )
    return ""


def _too_wide(text: str, comment: str | None) -> str:
    """Say which line of a CSV file has more values than its header, if one has."""
    width = None
    for line, row in _numbered_rows(text, comment):
        width = len(row) if width is None else width
        if len(row) > width:
            return f"line {line:,} has {len(row):,} values for {counted(width, 'column')}"
    return ""


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
