"""Checksums: of files, and of JSON records, which carry their own."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

CHECKSUM = "checksum"


def hash_of(content: bytes) -> str:
    """Return the checksum of a file's content."""
    return hashlib.sha256(content).hexdigest()


def sealed(content: Mapping[str, Any], *, indent: int | None = None) -> bytes:
    """Return a record as a line of JSON, or as an indented file, that ends in its own checksum.

    Examples
    --------
    >>> sealed({"a": 1})[:22]
    b'{"a": 1, "checksum": "'
    >>> unsealed(sealed({"a": 1}))
    {'a': 1}
    """
    # as it is read back: tuples are lists there, and what JSON does not know is text
    plain = json.loads(json.dumps(content, default=str))
    return (json.dumps({**plain, CHECKSUM: _checksum(plain)}, indent=indent) + "\n").encode()


def unsealed(content: bytes) -> dict[str, Any]:
    """Return a record without its checksum; raise ValueError where that is not of it."""
    try:
        found = json.loads(content)
    except RecursionError:
        raise ValueError("nested too deep") from None
    if not isinstance(found, dict):
        raise ValueError("not a record")
    if found.pop(CHECKSUM, None) != _checksum(found):
        raise ValueError("its checksum differs")
    return found


def _checksum(plain: Mapping[str, Any]) -> str:
    return hash_of(json.dumps(plain, sort_keys=True).encode())
