"""Draw keys: the number that a firm's or a provider's disruptions are drawn by.

It depends on the id alone, or is given, so that another firm or another order of rows changes
nobody's history. The low word goes into the generator's counter, the high word into its key.
"""

from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

# FNV-1a of 64 bits: http://www.isthe.com/chongo/tech/comp/fnv/
OFFSET: Final = np.uint64(0xCBF29CE484222325)
PRIME: Final = np.uint64(0x100000001B3)


def hashes(ids: pl.Series) -> npt.NDArray[np.uint64]:
    """Return the 64-bit FNV-1a hash of each text's UTF-8 bytes: h = (h ^ byte) * prime."""
    lengths = ids.str.len_bytes().to_numpy().astype(np.int64)
    letters = np.frombuffer("".join(ids.to_list()).encode(), np.uint8).astype(np.uint64)
    starts = np.cumsum(lengths) - lengths
    result = np.full(len(ids), OFFSET)
    # the longest last, so that those which have an n-th byte are the end of the list
    order = np.argsort(lengths, kind="stable")
    ends = np.searchsorted(lengths[order], np.arange(lengths.max(initial=0)), side="right")
    for place, begin in enumerate(ends):
        have = order[begin:]
        result[have] = (result[have] ^ letters[starts[have] + place]) * PRIME
    return result


def draw_keys(frame: pl.DataFrame) -> npt.NDArray[np.uint64]:
    """Return the key of each row: its ``draw``, else the hash of its ``id``."""
    own = frame["draw"]
    return np.where(own.is_null().to_numpy(), hashes(frame["id"]), own.fill_null(0).to_numpy())
