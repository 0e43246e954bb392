"""What a sweep's folder knows a network's tables by."""

import hashlib

import polars as pl

from cakernel.wording import counted


def described(frame: pl.DataFrame) -> str:
    """Say how many rows a table has, and a checksum of what is in them, in whatever order."""
    checksum = hashlib.sha256()
    for column in frame.sort(frame.columns):
        empty = column.is_null()
        filled = column.fill_null("" if column.dtype == pl.String else 0)
        values = (
            "\n".join(filled.to_list()).encode()
            if column.dtype == pl.String
            else filled.to_numpy().tobytes()
        )
        checksum.update(b"".join([column.name.encode(), b"\n", empty.to_numpy().tobytes(), values]))
    return f"{counted(frame.height, 'row')}, checksum {checksum.hexdigest()[:16]}"
