"""Every argument of every public function: numbers of any type fit, wrong types are named.

Functions and arguments are found by looking. A type that is new among them needs an example here.
"""

import inspect
import math
import os
import pathlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from decimal import Decimal
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

import altair as alt
import numpy as np
import numpy.typing as npt
import polars as pl
import pytest
from typing_extensions import TypeAliasType

import cakernel as ck
from cakernel.arguments import Columns, taken
from cakernel.checks import Whole
from cakernel.coopetition import Market
from cakernel.paper import claims, compare
from cakernel.paper.claims.claim import Results, Statement
from cakernel.sweep.pool import LocalPool, Pool
from cakernel.sweep.study import Study
from helpers.paper_frames import stand_in
from helpers.public_names import ENTRY_POINTS

AMONG = claims.Among(("SRD-1",), ("CRD-5",))
LEADS = claims.Comparison("a", AMONG, AMONG)
STUDY = ck.Recovery(ck.Model(periods=2), ck.policies()[:2], ck.paper_scenarios()[:1])
SWEEP = ck.Sweep(STUDY, axes={"firms": [1, 2]}, replications=2)
COMPARISON = compare(stand_in("base"))
EXAMPLES = {
    str: "a",
    bool: True,
    float: 0.5,
    int: 2,
    os.PathLike: pathlib.Path("nowhere"),
    pathlib.Path: pathlib.Path("nowhere"),
    pl.DataFrame: pl.DataFrame({"a": [1.0, 2.0]}),
    pl.LazyFrame: pl.LazyFrame({"a": [1.0, 2.0]}),
    alt.TopLevelMixin: alt.Chart(),
    ck.Model: STUDY.model,
    ck.Policy: STUDY.policies[0],
    ck.ResourceScenario: STUDY.scenarios[0],
    ck.Rule: ck.rule("supply", "SRD-1"),
    ck.Sweep: SWEEP,
    ck.Design: ck.Design(kind="grid"),
    ck.Precision: None,
    Market: Market(),
    Study: STUDY,
    Pool: LocalPool(),
    Callable: lambda *_: None,
    claims.Among: AMONG,
    claims.Comparison: LEADS,
    Statement: LEADS,
    claims.Claim: claims.Claim("a", "a", "a", "a", {"a": [LEADS]}),
    Results: claims.results_of(
        ck.paired_outcomes(
            STUDY.model, policies=STUDY.policies, scenarios=STUDY.scenarios, replications=2
        ),
        bootstrap=2,
    ),
    object: "a",
    # firms, or a record
    Any: {"id": ["a"]},
    ck.Network: ck.Network(firms={"id": ["a", "b"]}),
}
# what an argument may be given by mistake
WRONG = [
    *(None, True, 3, -1, 10**30, 2.5, math.nan, math.inf, "x", "", b"x", 1j, Decimal(1)),
    *([], [None], ["x"], [[1]], (), {}, {"x": 1}, {1: "x"}, {"x"}, object()),
    *(np.array([1, 2]), np.zeros((2, 2)), np.datetime64("2020-01-01"), np.float16(0.5)),
    *(pl.DataFrame(), pl.Series([1]), pathlib.Path("x"), range(3), iter([1])),
]
# arguments that errors call by another name
CALLED = {("Levels", "values"): "levels"}
# arguments that anything fits
ANYTHING = {
    ("DaskPool", "cluster"),  # an address or a client of Dask
    ("sample_size", "first"),  # whatever prints as a policy's name
    ("sample_size", "second"),
}


@pytest.fixture(scope="module", autouse=True)
def results_of_a_sweep(tmp_path_factory):
    """Make the example that must be run."""
    EXAMPLES[ck.SweepResults] = ck.run_sweep(SWEEP, tmp_path_factory.mktemp("sweep"))


# what takes seconds, or serves until it is stopped: only its wrong arguments are tried
SLOW = ["DaskPool", "best_government", "claim_verdicts", "explore"]


def kinds_of(public):
    """Return the arguments of a function or class, and their annotations."""
    hints = get_type_hints(public.__init__ if inspect.isclass(public) else public, None, None, True)
    if hasattr(public, "model_fields"):
        hints = get_type_hints(public, None, None, True)
    return {name: hints[name] for name in inspect.signature(public).parameters}


def example(kind):
    """Return a value of a kind."""
    origin, inner = get_origin(kind), get_args(kind)
    if kind == npt.ArrayLike:
        return STUDY.policies[0].supply_rule.table
    if origin is Annotated:
        for item in kind.__metadata__:
            if isinstance(item, Whole):
                return item.high
            if isinstance(item, Columns):
                return pl.DataFrame({name: _column(name) for name in item.names})
        return example(inner[0])
    if origin is Literal:
        return inner[0]
    if origin in (Union, UnionType):
        return None if NoneType in inner else example(inner[0])
    if origin is Sequence:
        return [example(inner[0])]
    if origin is tuple:
        return tuple(example(each) for each in inner if each is not ...)
    if origin is Mapping:
        return {"a": example(inner[1])}
    return EXAMPLES[origin or kind]


def _column(name):
    """Return a column that has values of the right type, at least."""
    numbers = {"replications": [1], "firms": [3], "point": [0], "mean_resources": [1.0]}
    return [True] if name.startswith("within") else numbers.get(name, ["a"])


ARGUMENTS = [
    (name, argument)
    for name, public in ENTRY_POINTS.items()
    for argument in kinds_of(public)
    if (public.__name__, argument) not in ANYTHING
]


def needed(public, argument):
    """Return the arguments without a default, apart from one."""
    parameters = inspect.signature(public).parameters.items()
    kinds = kinds_of(public)
    return {
        name: COMPARISON if name == "comparison" else example(kinds[name])
        for name, parameter in parameters
        if name != argument and parameter.default is inspect.Parameter.empty
    }


def fits(value, kind):
    """Return whether a value is of a kind."""
    try:
        taken("argument", value, kind)
    except ck.InvalidInput:
        return False
    return True


@pytest.mark.parametrize(("name", "argument"), ARGUMENTS, ids=map(".".join, ARGUMENTS))
def test_a_wrong_type_is_an_error_that_names_the_argument(name, argument, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    public = ENTRY_POINTS[name]
    others = needed(public, argument)
    called = CALLED.get((public.__name__, argument), argument)
    with pytest.raises(ck.InvalidInput, match=rf"\b{called}") as refused:
        public(**others, **{argument: object()})
    assert "\n" not in str(refused.value)
    kind = kinds_of(public)[argument]
    for wrong in WRONG:
        if public.__name__ in SLOW and fits(wrong, kind):
            continue
        # what fits is computed with, or refused for another reason
        with suppress(ck.InvalidInput) if fits(wrong, kind) else pytest.raises(ck.InvalidInput):
            public(**others, **{argument: wrong})


def is_whole(kind):
    """Return whether an argument is a whole number."""
    inner = get_args(kind)
    return kind is int or (get_origin(kind) in (Annotated, Union, UnionType) and is_whole(inner[0]))


WHOLE = [
    pytest.param(argument, kinds_of(public)[argument], id=f"{name}.{argument}")
    for name, public in ENTRY_POINTS.items()
    for argument in kinds_of(public)
    if is_whole(kinds_of(public)[argument])
]
TYPES = [np.int8, np.int16, np.int32, np.int64, np.uint8, np.uint64, np.float32, np.float64, float]


@pytest.mark.parametrize(("argument", "kind"), WHOLE)
def test_whole_numbers_of_any_type_fit_everywhere(argument, kind):
    least = max([2, *(part.low for part in get_args(kind) if isinstance(part, Whole))])
    for number in [*(make(least) for make in TYPES), np.array(least)]:
        made = taken(argument, number, kind)
        assert type(made) is int
        assert made == least
    for wrong in (2.5, np.float32(2.5), np.True_, "2", np.str_("2"), math.nan, np.inf, 1e300):
        with pytest.raises(ck.InvalidInput, match=f"^{argument}: got .*; must be a (whole|state)"):
            taken(argument, wrong, kind)


def test_numpy_numbers_give_what_plain_ones_give():
    what = {"policies": STUDY.policies, "scenarios": STUDY.scenarios}
    plain = ck.simulate(STUDY.model, **what, replications=3, seed=4, threads=1)
    of_numpy = {"replications": np.int8(3), "seed": np.uint64(4), "threads": np.int16(1)}
    assert ck.simulate(STUDY.model, **what, **of_numpy).equals(plain)
    pairs = ck.paired_outcomes(STUDY.model, **what, replications=3, seed=4, threads=1)
    assert ck.paired_outcomes(STUDY.model, **what, **of_numpy).equals(pairs)
    assert ck.Model(firms=np.int8(3), supply_mild=np.float16(0.5)) == ck.Model(
        firms=3, supply_mild=0.5
    )
    sweep = ck.Sweep(STUDY, axes={"firms": np.array([1, 2], np.int8)}, replications=np.int64(2))
    assert sweep.description() == SWEEP.description()
    assert type(sweep.description()["replications"]) is int


def test_the_largest_numbers_of_a_type_fit():
    model, what = STUDY.model, {"policy": STUDY.policies[0], "scenario": STUDY.scenarios[0]}
    largest = ck.trace(model, **what, seed=np.uint64(2**64 - 1))
    assert largest.equals(ck.trace(model, **what, seed=2**64 - 1))
    with pytest.raises(ck.InvalidInput, match=r"^seed: got -1; must be a whole number from 0"):
        ck.trace(model, **what, seed=np.int8(-1))


def test_elements_of_lists_and_mappings_are_named():
    frame = pl.DataFrame({"point": [0], "replication": [0], "rule": ["a"], "mean_x": [1.0]})
    for arguments, told in [
        ({"against": {"rule": 3}}, "against.rule: got 3; must be a text"),
        ({"against": {"rule": "a"}, "by": ["point", 3]}, r"by\[1\]: got 3; must be a text"),
        ({"against": {3: "a"}}, "against, its keys: got 3; must be a text"),
    ]:
        with pytest.raises(ck.InvalidInput, match=f"^{told}"):
            ck.paired_differences(frame, outcome="mean_x", **arguments)
    policies = [*STUDY.policies, "SRD-1"]
    with pytest.raises(ck.InvalidInput, match=r"^policies\[2\]: got 'SRD-1'; must be a Policy"):
        ck.simulate(STUDY.model, policies=policies, scenarios=STUDY.scenarios)


def test_aliases_of_types_are_what_they_stand_for():
    # as NumPy 2.5 has its own
    kind = TypeVar("kind", bound=np.generic)
    array = TypeAliasType("array", np.ndarray[Any, np.dtype[kind]], type_params=(kind,))
    like = TypeAliasType("like", Sequence[int] | None)
    values = np.arange(3)
    assert taken("a", values, array[np.int64]) is values
    assert taken("a", [1, 2.0], like) == [1, 2]
    assert taken("a", None, like) is None
    with pytest.raises(ck.InvalidInput, match=r"^a: got 'x'; must be an array$"):
        taken("a", "x", array[np.int64])
