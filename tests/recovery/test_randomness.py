"""Draws: how often they hit, and that no two streams share any. docs/randomness.md says why."""

import runpy
from pathlib import Path
from unittest.mock import patch

import numba
import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import cakernel as ck
from cakernel.jit.philox import philox4x32
from oracle import philox as oracle

SCRIPTS = Path(__file__).parents[2] / "scripts"
LINES = 36


@pytest.mark.compiled
def test_disruptions_hit_as_often_as_their_probabilities_say():
    found = list(runpy.run_path(str(SCRIPTS / "hit_rates.py"))["lines"](1_000_000))
    assert len(found) == LINES
    # exact tails of the binomial distribution; all lines of a right generator pass with 1 - 1e-6
    for line in found:
        assert line["p_value"] > 1e-6 / LINES, line
    # and not too well: a rate that is always right is not drawn
    assert max(abs(line["standard_errors"]) for line in found) > 1


def address(**place):
    """Return where the oracle, which the engine agrees with, reads a draw: counter, key, word."""
    with patch("oracle.philox.philox4x32", side_effect=lambda *at: [(*at, n) for n in range(4)]):
        return oracle.draw(**place)


MOST = {
    "seed": 2**64 - 1,
    "purpose": 1,
    "scenario": 2**32 - 1,
    "replication": 2**32 - 1,
    "period": 2**31,
    "chain": 2**12 - 1,
    "position": 2**20 - 1,
}


@given(st.fixed_dictionaries({name: st.integers(name == "period", n) for name, n in MOST.items()}))
@example(MOST)
@example(dict.fromkeys(MOST, 0) | {"period": 1})
def test_no_two_draws_share_a_word(place):
    counter, key, word = address(**place)
    assert all(0 <= number < 2**32 for number in (*counter, *key))
    # the address tells all of them back, so different draws have different ones
    read = {
        "seed": key[0] + (key[1] << 32),
        "purpose": counter[0] >> 31,
        "scenario": counter[3],
        "replication": counter[2],
        "period": 4 * (counter[0] & (2**31 - 1)) + word + 1,
        "chain": counter[1] >> 20,
        "position": counter[1] & (2**20 - 1),
    }
    # all firms of a chain share its cyber disruptions
    assert read == place | ({"position": 0} if place["purpose"] == oracle.CYBER else {})


@pytest.mark.parametrize(
    ("field", "most"), [("chains", 2**12), ("firms", 2**20), ("periods", 2**31)]
)
def test_nothing_larger_is_taken(field, most):
    assert getattr(ck.Model(**{field: most}), field) == most
    with pytest.raises(ck.InvalidInput, match=field):
        ck.Model(**{field: most + 1})


@numba.njit
def stream(words, c1, c2, c3, k0, k1):
    """Fill ``words`` (blocks, 4) with those of one place along the periods."""
    for n in range(len(words)):
        words[n] = philox4x32(np.uint64(n), c1, c2, c3, k0, k1)


@pytest.mark.compiled
def test_streams_do_not_overlap_at_any_offset():
    # neighbours in place, replication, scenario and seed, and far ones
    random = np.random.default_rng(1)
    near = [tuple(int(n == at) for n in range(5)) for at in range(-1, 5)]
    far = random.integers(0, 2**32, (194, 5)).tolist()
    words = np.empty((200, 1250, 4), np.uint32)
    for out, place in zip(words, [*near, *far], strict=True):
        stream(out, *map(np.uint64, place))
    lines = words.reshape(200, -1).astype(np.uint64)
    pairs = (lines[:, 1:] << np.uint64(32)) | lines[:, :-1]
    # a pair of neighbours is one of 2^64: of a million, two are equal with a chance of 3 in 10^8
    assert pairs.size > 990_000
    assert len(np.unique(pairs)) == pairs.size
