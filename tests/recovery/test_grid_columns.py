"""Points as arrays are what `Model` and `ResourceScenario` make of each point."""

from typing import Literal, get_args, get_origin

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cakernel as ck
from cakernel.recovery.grid_columns import counted_at, plainly_right, risks_at
from cakernel.recovery.grid_points import GridPoints
from cakernel.recovery.kernel_arrays import instances_of, thresholds_of
from cakernel.recovery.model import MAX_FIRM_PERIODS
from cakernel.recovery.quantum import count_scenarios
from cakernel.recovery.scenario import ResourceScenario
from cakernel.recovery.study_points import AMOUNTS, FIELDS, Asked

SCENARIOS = ck.paper_scenarios()[::200]
ASKED = Asked(SCENARIOS, lambda named: ck.policies(), common=True)
MODEL = ck.Model(chains=2, firms=3, periods=4)
NOT_A_NUMBER = float("nan")

numbers = st.sampled_from([0.0, 0.1, 0.3, 0.7, 1.0, 2.0, 1 / 3, 1e-10, 1e-9, 1e15, 9e14, 2e15])
wrong = st.sampled_from([None, -0.1, NOT_A_NUMBER, float("inf")])
whole = st.sampled_from([None, -1, 0, 1, 2, 3, 5, 4096, 4097, 1 << 20, 1 << 31, 1 << 52])
texts = st.sampled_from([None, "", "open", "periodic", "every-period", "when-hit", "Open"])


def values_of(name):
    """Return what a field of points may have, right or wrong."""
    column = FIELDS[name].column
    if isinstance(column, pl.String):
        return texts
    if isinstance(column, pl.Array):
        return st.none() | st.lists(numbers | wrong, min_size=3, max_size=3)
    return whole if column.is_integer() else numbers | wrong


VARIED = [*ck.Model.model_fields, *ResourceScenario.model_fields, *AMOUNTS, "scenario"]


@st.composite
def tables(draw):
    """Draw points in which some fields vary."""
    names = draw(st.lists(st.sampled_from(VARIED), unique=True, max_size=6))
    size = draw(st.integers(1, 6))
    columns = [
        pl.Series(name, draw(st.lists(values_of(name), min_size=size, max_size=size)), column)
        for name, column in ((name, FIELDS[name].column) for name in names)
    ]
    return pl.DataFrame([pl.Series("point", range(size)), *columns])


def made(named):
    """Return model and scenarios of a point, or None where they cannot be."""
    try:
        return GridPoints(MODEL).grid_at(named, SCENARIOS)
    except ck.InvalidInput:
        return None


@settings(max_examples=400, deadline=None)
@given(tables())
def test_columns_are_what_objects_say(points):
    plain = plainly_right(MODEL, points, len(SCENARIOS))
    right = points.filter(plain)
    counted, refused = counted_at(MODEL, right, ASKED)
    objects = [made(named) for named in points.iter_rows(named=True)]
    for found, is_plain in zip(objects, plain, strict=True):
        assert found is None or is_plain or has_no_terminal_values(points)
    each = len(counted.denominator) // max(1, right.height)
    thresholds = thresholds_of(risks_at(MODEL, right))
    for n, found in enumerate(o for o, is_plain in zip(objects, plain, strict=True) if is_plain):
        assert (found is None) == refused[n]
        if found is not None:
            model, scenarios = found
            assert len(scenarios) == each
            of_point = counted.of(slice(n * each, (n + 1) * each))
            for one, other in zip(of_point, count_scenarios(model, scenarios), strict=True):
                np.testing.assert_array_equal(one, other)
            expected = instances_of(model, scenarios, 0).thresholds
            np.testing.assert_array_equal(np.repeat(thresholds[n : n + 1], each, axis=0), expected)


def has_no_terminal_values(points):
    """Say whether some points leave terminal values out, which objects take."""
    return any("terminal_value" in c.name and c.has_nulls() for c in points)


def test_every_field_of_the_model_has_a_range():
    """Of a field without one nothing is plain: each of its points would be made one by one."""
    for name, field in ck.Model.model_fields.items():
        levels = [getattr(MODEL, name)]
        if get_origin(field.annotation) is Literal:
            levels = list(get_args(field.annotation))
        points = pl.DataFrame({"point": range(len(levels)), name: levels})
        assert plainly_right(MODEL, points, 1).all(), name


@pytest.mark.parametrize(("periods", "right"), [(256, True), (257, False)])
def test_the_size_of_a_point_counts(periods, right):
    points = pl.DataFrame({"chains": [1 << 12], "firms": [1 << 20], "periods": [periods]})
    assert MAX_FIRM_PERIODS == (1 << 32) * 256
    assert plainly_right(MODEL, points, 1).tolist() == [right]


def test_no_points_have_no_amounts():
    none = pl.DataFrame({"point": []}, {"point": pl.Int64})
    for points in (none, none.with_columns(firms=pl.col("point"))):
        counted, refused = counted_at(MODEL, points, ASKED)
        assert len(counted.amounts) == len(refused) == 0
