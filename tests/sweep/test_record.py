"""Records that were read back: what a class's annotations ask of them."""

from dataclasses import dataclass, field
from typing import Any, TypedDict

import pytest

from cakernel.sweep.record import Count, check_record


class Inner(TypedDict):
    names: list[str]


@dataclass
class Kept:
    count: Count
    seconds: float
    last: bool
    inner: Inner
    versions: dict[str, str]
    others: list[Inner]
    precision: dict[str, Any] | None
    at: float = 0.0
    ran: list[Inner] = field(default_factory=list)


GOOD = {
    "count": 0,
    "seconds": 2,
    "last": True,
    "inner": {"names": ["a"], "more": 1},
    "versions": {"python": "3"},
    "others": [{"names": []}, {"names": ["b"]}],
    "precision": None,
}


def test_what_fits_passes():
    check_record(GOOD, Kept)
    check_record(GOOD | {"at": 1.5, "precision": {"any": [1]}, "unknown": None}, Kept)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"count": -1}, "count: got -1; must be 0 or more"),
        ({"count": True}, "count: got True; must be of type int"),
        ({"count": 1.0}, "count: got 1.0; must be of type int"),
        ({"seconds": "2"}, "seconds: got '2'; must be of type float"),
        ({"last": 1}, "last: got 1; must be of type bool"),
        ({"inner": []}, "inner: got []; must be of type dict"),
        ({"inner": {}}, "inner.names: is missing"),
        ({"inner": {"names": [1]}}, "inner.names.0: got 1; must be of type str"),
        ({"versions": {"python": 3}}, "versions.python: got 3; must be of type str"),
        ({"others": [{"names": []}, {}]}, "others.1.names: is missing"),
        ({"precision": 1}, "precision: got 1; must be of type dict"),
        ({"ran": [{}]}, "ran.0.names: is missing"),
        ({"at": None}, "at: got None; must be of type float"),
    ],
)
def test_what_does_not_fit_is_named(change, reason):
    with pytest.raises(ValueError, match=r".") as error:
        check_record(GOOD | change, Kept)
    assert str(error.value) == reason


@pytest.mark.parametrize("name", GOOD)
def test_what_is_missing_is_named(name):
    with pytest.raises(ValueError, match=rf"^{name}: is missing$"):
        check_record({key: value for key, value in GOOD.items() if key != name}, Kept)
