"""Draw keys hang on the id alone."""

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from cakernel import Network
from cakernel.recovery.network.draw_keys import hashes


def fnv1a(text):
    """Return the hash by its definition."""
    value = 0xCBF29CE484222325
    for byte in text.encode():
        value = (value ^ byte) * 0x100000001B3 % 2**64
    return value


def test_published_values():
    """Landon Curt Noll's test vectors of FNV-1a, 64 bits."""
    found = hashes(pl.Series(["", "a", "b", "foobar"]))
    assert found.tolist() == [
        0xCBF29CE484222325,
        0xAF63DC4C8601EC8C,
        0xAF63DF4C8601F1A5,
        0x85944171F73967E8,
    ]


@settings(deadline=None)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=20)))
def test_the_definition(texts):
    assert hashes(pl.Series(texts, dtype=pl.String)).tolist() == [fnv1a(text) for text in texts]


def test_a_key_that_is_given_wins():
    net = Network(firms={"id": ["a", "b"], "draw": [None, 2**64 - 1]})
    assert net.firm_keys.tolist() == [fnv1a("a"), 2**64 - 1]
    assert net.firm_keys.dtype == np.uint64


def test_a_firm_and_a_provider_may_have_one_key():
    """Their draws have different purposes."""
    net = Network(firms={"id": ["a"]}, providers={"id": ["a"]})
    assert net.firm_keys.tolist() == net.provider_keys.tolist()
