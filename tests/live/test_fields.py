"""Fields of a live page, and settings in addresses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cakernel.live.fields import (
    MOST_CHARACTERS,
    Choice,
    Group,
    Number,
    Several,
    defaults,
    read_query,
    write_query,
)

GROUPS = [
    Group(
        "all",
        [
            Number("risk", "risk a day", 0.1, 0, 0.5, 0.01),
            Number("firms", "firms", 5, 1, 40, whole=True),
            Choice("side", "side", "left", {"left": "to the left", "right": "to the right"}),
            Several("rules", "rules", ("a", "b"), {"a": "first", "b": "second", "c": "third"}),
        ],
    )
]
START = defaults(GROUPS)
SETTINGS = st.fixed_dictionaries(
    {
        "risk": st.floats(allow_nan=False, allow_infinity=False),
        "firms": st.integers(-(10**6), 10**6),
        "side": st.sampled_from(["left", "right"]),
        "rules": st.sets(st.sampled_from("abc")).map(lambda s: tuple(sorted(s))),
    }
)


@given(SETTINGS, SETTINGS)
def test_an_address_holds_the_setting_wherever_the_page_started(setting, start):
    query = write_query(setting, GROUPS, start)
    assert read_query(query, GROUPS, start) == (setting, [])
    if query:
        # also on a page that started elsewhere
        assert read_query(f"?{query}", GROUPS, START) == (setting, [])


def test_an_address_holds_only_what_changed():
    assert write_query(START, GROUPS, START) == ""
    assert write_query(START | {"firms": 8}, GROUPS, START) == "firms=8"
    # on a page that started with 8 firms, 5 are no default
    assert write_query(START, GROUPS, START | {"firms": 8}) == "firms=5"


@pytest.mark.parametrize(
    ("query", "line"),
    [
        ("firm=3", "address: firm: unknown key; did you mean firms?"),
        ("firms=many", "firms: got 'many'; must be a whole number"),
        ("firms=3.5", "firms: got '3.5'; must be a whole number"),
        ("risk=nan", "risk: got 'nan'; must be a number"),
        ("risk=inf", "risk: got 'inf'; must be a number"),
        ("risk=", "risk: got ''; must be a number"),
        ("side=up", "side: got 'up'; must be one of left, right"),
        ("rules=a,d", "rules: got 'd'; must be of a, b, c"),
    ],
)
def test_what_is_of_no_use_is_said_and_left_out(query, line):
    assert read_query(f"{query}&risk=0.25" if "risk" not in query else query, GROUPS, START) == (
        START | ({"risk": 0.25} if "risk" not in query else {}),
        [line],
    )


def test_a_long_address_is_refused():
    long = f"firms={'3' * MOST_CHARACTERS}"
    setting, (line,) = read_query(long, GROUPS, START)
    assert setting == START
    assert line == f"address: got {len(long):,} characters; must be at most {MOST_CHARACTERS:,}"


@given(st.text(max_size=200))
def test_any_address_gives_a_setting(text):
    setting, problems = read_query(text, GROUPS, START)
    assert setting.keys() == START.keys()
    assert all("\n" not in line for line in problems)
