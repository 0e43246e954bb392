"""Sensitivity indices: equal to SALib's without noise, right in spite of it."""

import numpy as np
import polars as pl
import pytest
from SALib.analyze import morris as salib_morris
from SALib.analyze import sobol as salib_sobol
from SALib.sample import morris as morris_sample

import cakernel as ck
from cakernel.sensitivity.estimators import morris_indices, sobol_indices
from cakernel.sensitivity.indices import sensitivity_indices
from cakernel.sensitivity.sentences import indices_in_words
from helpers.function_study import FunctionStudy

SLOPES = np.array([4.0, 2.0, 1.0])
LINEAR_SHARES = SLOPES**2 / (SLOPES**2).sum()
FIRST = (0.5 * (1 + 0.1 * np.pi**4 / 5) ** 2, 49 / 8, 0.0)
WITH_BOTH = 0.01 * np.pi**8 * (1 / 18 - 1 / 50)
ISHIGAMI = {
    "variance": FIRST[0] + FIRST[1] + WITH_BOTH,
    "first": np.array(FIRST) / (FIRST[0] + FIRST[1] + WITH_BOTH),
    "total": np.array([FIRST[0] + WITH_BOTH, FIRST[1], WITH_BOTH])
    / (FIRST[0] + FIRST[1] + WITH_BOTH),
    "second": np.array([0, WITH_BOTH, 0]) / (FIRST[0] + FIRST[1] + WITH_BOTH),
}


def ishigami(unit):
    x = (2 * unit - 1) * np.pi
    return np.sin(x[..., 0]) + 7 * np.sin(x[..., 1]) ** 2 + 0.1 * x[..., 2] ** 4 * np.sin(x[..., 0])


def blocks(generator, count, *, second_order):
    """Independent base samples in the layout of a Saltelli design, (count, size, 3)."""
    a, b = generator.random((2, count, 3))
    swapped = [np.where(np.arange(3) == j, b, a) for j in range(3)]
    back = [np.where(np.arange(3) == j, a, b) for j in range(3)] if second_order else []
    return np.stack([a, *swapped, *back, b], axis=1)


def with_noise(generator, unit, exact, variance):
    """Means and squared standard errors over 5 replications, noise growing along an axis."""
    spread = np.sqrt(5 * variance * (0.5 + unit[..., 0]))[..., None]
    drawn = exact[..., None] + spread * generator.normal(size=(*exact.shape, 5))
    return drawn.mean(axis=-1), drawn.var(axis=-1, ddof=1) / 5


def test_intervals_of_a_linear_function_cover_95_percent():
    variance = (SLOPES**2).sum() / 12
    covered, uncovered, totals = [], [], []
    for repetition in range(150):
        generator = np.random.default_rng(repetition)
        unit = blocks(generator, 128, second_order=False)
        # 30% of the variance over the points is noise
        means, errors = with_noise(generator, unit, unit @ SLOPES, variance * 0.3 / 0.7)
        found = sobol_indices(means, errors, axes=3, second_order=False, bootstrap=100)
        for each in found:
            truth = LINEAR_SHARES[each.axis]
            covered.append(each.low <= truth <= each.high)
            if each.index == "total" and each.axis > 0:
                half = (each.high - each.low) / 2
                uncovered.append(abs(each.uncorrected - truth) <= half)
                totals.append(each.value - truth)
    # six intervals a repetition, not independent of each other
    assert 0.92 <= np.mean(covered) <= 0.98
    assert np.mean(uncovered) < 0.1
    assert abs(np.mean(totals)) < 3 * np.std(totals) / np.sqrt(len(totals))


def test_noise_is_taken_out_of_the_ishigami_function():
    generator = np.random.default_rng(5)
    unit = blocks(generator, 2048, second_order=True)
    noise = ISHIGAMI["variance"] * 0.3 / 0.7
    means, errors = with_noise(generator, unit, ishigami(unit), noise)
    found = sobol_indices(means, errors, axes=3, second_order=True, bootstrap=200)
    by_kind = {kind: [e for e in found if e.index == kind] for kind in ("first", "total", "second")}
    for kind, estimates in by_kind.items():
        for each, truth in zip(estimates, ISHIGAMI[kind], strict=True):
            assert each.low <= truth <= each.high, each
    for each, truth in zip(by_kind["total"], ISHIGAMI["total"], strict=True):
        half = (each.high - each.low) / 2
        assert abs(each.value - truth) < abs(each.uncorrected - truth)
        if truth < 0.5:
            assert abs(each.uncorrected - truth) > half
    assert [(e.axis, e.other) for e in by_kind["second"]] == [(0, 1), (0, 2), (1, 2)]


def test_without_noise_indices_are_those_of_salib():
    unit = blocks(np.random.default_rng(1), 64, second_order=True)
    values = ishigami(unit)
    found = sobol_indices(values, np.zeros_like(values), axes=3, second_order=True, bootstrap=10)
    problem = {"num_vars": 3, "names": list("abc"), "bounds": [[0, 1]] * 3}
    expected = salib_sobol.analyze(problem, values.ravel(), seed=1)
    second = [expected["S2"][pair] for pair in ((0, 1), (0, 2), (1, 2))]
    wanted = [*expected["S1"], *expected["ST"], *second]
    np.testing.assert_allclose([e.value for e in found], wanted, rtol=1e-9)
    np.testing.assert_allclose([e.uncorrected for e in found], wanted, rtol=1e-9)


def test_without_noise_morris_is_that_of_salib():
    problem = {"num_vars": 3, "names": list("abc"), "bounds": [[0, 1]] * 3}
    sample = morris_sample.sample(problem, 30, num_levels=6, seed=3)
    values = ishigami(sample)
    unit = sample.reshape(-1, 4, 3)
    found = morris_indices(unit, unit, values.reshape(-1, 4), np.zeros((30, 4)), bootstrap=10)
    expected = salib_morris.analyze(problem, sample, values, num_levels=6, seed=1)
    wanted = [*expected["mu"], *expected["mu_star"], *expected["sigma"]]
    np.testing.assert_allclose([e.value for e in found], wanted, rtol=1e-9)
    np.testing.assert_allclose([e.uncorrected for e in found], wanted, rtol=1e-9)


def test_noise_is_taken_out_of_morris_sigma_and_mu_star():
    problem = {"num_vars": 3, "names": list("abc"), "bounds": [[0, 1]] * 3}
    slopes = np.array([4.0, 1.0, 0.5])
    covered, excess, raw_excess, sigmas = [], [], [], []
    for repetition in range(60):
        generator = np.random.default_rng(repetition)
        unit = morris_sample.sample(problem, 20, num_levels=4, seed=repetition).reshape(-1, 4, 3)
        means, errors = with_noise(generator, unit, unit @ slopes, 0.3)
        found = morris_indices(unit, unit, means, errors, bootstrap=100)
        mu, mu_star, sigma = found[:3], found[3:6], found[6:]
        covered += [e.low <= slopes[e.axis] <= e.high for e in mu]
        excess.append(mu_star[2].value - 0.5)
        raw_excess.append(mu_star[2].uncorrected - 0.5)
        sigmas.append([[e.value, e.high, e.uncorrected] for e in sigma])
        assert all(e.value >= abs(m.value) - 1e-9 for e, m in zip(mu_star, mu, strict=True))
    assert 0.9 <= np.mean(covered) <= 0.99
    assert np.mean(excess) < 0.25 * np.mean(raw_excess)
    # a linear function has no sigma
    value, high, uncorrected = np.moveaxis(np.array(sigmas), 2, 0)
    assert value.mean() < 0.3 * uncorrected.mean()
    assert (value == 0).mean() > 0.4
    assert (uncorrected > high).mean() > 0.8


UNIT = ck.Range(low=0.0, high=1.0)


def study(**changes):
    settings = {
        "functions": {"fast": lambda row: 4 * row["a"] + 2 * row["b"] + row["n"] / 8},
        "base": {"a": 0.5, "b": 0.5, "n": 1, "kind": "x"},
    }
    return FunctionStudy(**settings | changes)


def sweep_of(study, *, points=64, kind="saltelli", replications=1, **design):
    return ck.Sweep(
        study=study,
        axes={"a": UNIT, "b": UNIT, "n": ck.Range(low=1.0, high=8.0)},
        design=ck.Design(kind=kind, points=points, **design),
        replications=replications,
    )


def values(found, index, column="value"):
    return found.filter(index=index).sort("axis")[column].to_numpy()


def test_a_sweep_whose_points_have_noise_of_their_own(tmp_path):
    noisy = study(spread=lambda row: 1.5)
    sweep = sweep_of(noisy, points=512, second_order=False, replications=4)
    found = sensitivity_indices(ck.run_sweep(sweep, tmp_path), confidence=0.99)
    assert set(found["noise"]) == {"independent"}
    assert found["noise_share"][0] == pytest.approx(0.25, abs=0.06)
    steps = np.var(np.arange(8) / 8)
    truth = np.array([16 / 12, 4 / 12, steps])
    truth /= truth.sum()
    for index in ("first", "total"):
        assert (values(found, index, "low") <= truth).all()
        assert (values(found, index, "high") >= truth).all()
    assert (values(found, "total", "uncorrected") > values(found, "total", "high"))[1:].all()
    words = indices_in_words(found)
    assert words.startswith("a matters most")
    assert "their noise is taken out" in words


def test_common_disruptions_are_said_to_be_so_and_left_in(tmp_path):
    common = study(spread=lambda row: 1.5, common_random_numbers=True)
    found = sensitivity_indices(ck.run_sweep(sweep_of(common, replications=4), tmp_path / "noisy"))
    exact = sensitivity_indices(ck.run_sweep(sweep_of(study()), tmp_path / "exact"))
    assert set(found["noise"]) == {"common"}
    assert set(exact["noise"]) == {"none"}
    assert found["value"].equals(found["uncorrected"])
    # the same noise everywhere is no variance over the points
    np.testing.assert_allclose(found["value"], exact["value"], atol=1e-9)
    assert "under this one set of disruptions" in indices_in_words(found)
    assert exact["noise_share"][0] == 0


def test_one_replication_says_nothing_of_noise(tmp_path):
    found = sensitivity_indices(ck.run_sweep(sweep_of(study(spread=lambda row: 0.1)), tmp_path))
    assert set(found["noise"]) == {"unknown"}
    assert found["noise_share"].null_count() == found.height


def test_blocks_with_impossible_points_are_left_out_whole(tmp_path):
    holed = study(impossible=lambda row: row["a"] > 0.9 and row["b"] > 0.5)
    results = ck.run_sweep(sweep_of(holed, second_order=False), tmp_path)
    found = sensitivity_indices(results)
    points = results.points.with_columns(block=pl.col("point") // 5)
    hurt = points.filter(pl.col("point").is_in(results.failures["point"].implode()))
    hurt_blocks = hurt["block"].unique()
    assert 0 < len(hurt_blocks) < 64
    assert found["dropped"][0] == len(hurt_blocks)
    assert found["used"][0] == 64 - len(hurt_blocks)
    kept = points.filter(~pl.col("block").is_in(hurt_blocks.implode()))
    outcome = np.array([holed.functions["fast"](row) for row in kept.iter_rows(named=True)])
    problem = {"num_vars": 3, "names": list("abn"), "bounds": [[0, 1]] * 3}
    expected = salib_sobol.analyze(problem, outcome, calc_second_order=False, seed=1)
    np.testing.assert_allclose(values(found, "total"), expected["ST"], rtol=1e-9)
    assert f"{len(hurt_blocks)} of 64 blocks are left out" in indices_in_words(found)


def test_morris_trajectories_of_an_unfinished_sweep_are_left_out(tmp_path):
    sweep = sweep_of(study(), kind="morris", points=20)
    whole = sensitivity_indices(ck.run_sweep(sweep, tmp_path, block_work=8.0))
    np.testing.assert_allclose(values(whole, "mu")[:2], [4, 2], rtol=1e-9)
    assert whole["dropped"][0] == 0
    (tmp_path / "shards/000000-000.parquet").unlink()
    part = sensitivity_indices(ck.open_sweep(tmp_path))
    assert 1 <= part["dropped"][0] <= 3
    assert part["used"][0] + part["dropped"][0] == 20
    assert "trajectories are left out" in indices_in_words(part)


def test_points_added_out_of_order_are_found(tmp_path):
    """Second-order blocks added to first-order ones stand after them in the folder."""
    ck.run_sweep(sweep_of(study(), second_order=False), tmp_path / "a")
    added = ck.run_sweep(sweep_of(study()), tmp_path / "a", resume=True)
    at_once = ck.run_sweep(sweep_of(study()), tmp_path / "b")
    assert not added.points.equals(at_once.points)
    assert sensitivity_indices(added).equals(sensitivity_indices(at_once))


def test_axes_of_all_kinds(tmp_path):
    axes = {
        "a": ck.Range(low=0.01, high=1.0, scale="log", decimals=3),
        "kind": ["x", "y"],
        "both": ck.Levels({"low": {"b": 0.0, "n": 1}, "high": {"b": 1.0, "n": 5}}),
    }
    functions = {"fast": lambda row: row["b"] + (row["kind"] == "y")}
    design = ck.Design(kind="saltelli", points=64, second_order=False)
    sweep = ck.Sweep(study=study(functions=functions), axes=axes, design=design, replications=1)
    found = sensitivity_indices(ck.run_sweep(sweep, tmp_path))
    totals = found.filter(index="total")
    assert totals["axis"].to_list() == ["a", "kind", "both"]
    np.testing.assert_allclose(totals["value"], [0, 0.5, 0.5], atol=0.1)


def test_margins(tmp_path):
    functions = {"one": lambda row: row["a"], "two": lambda row: row["b"]}
    noisy = study(functions=functions, spread=lambda row: 1.0, own=0.1)
    results = ck.run_sweep(sweep_of(noisy, points=128, replications=5), tmp_path / "paired")
    between = sensitivity_indices(results, outcome="margin", policy="one", against="two")
    assert set(between["noise"]) == {"independent"}
    # of the noise 99% is common to both policies of a point, and not in their difference
    assert between["noise_share"][0] == pytest.approx(0.004 / (0.004 + 2 / 12), rel=0.3)
    np.testing.assert_allclose(values(between, "first"), [0.5, 0.5, 0], atol=0.25)
    lead = sensitivity_indices(results, outcome="margin")
    # |a - b| hangs on a and b in the same measure, and not on n
    assert values(lead, "total", "low")[:2].min() > values(lead, "total", "high")[2]
    by_policy = study(functions=functions, spread=lambda row: 1.0, own=0.1, rows="policy")
    results = ck.run_sweep(sweep_of(by_policy, replications=5), tmp_path / "policies")
    for arguments in ({}, {"policy": "one", "against": "two"}):
        assert set(sensitivity_indices(results, outcome="margin", **arguments)["noise"]) == {
            "unknown"
        }
    assert set(sensitivity_indices(results, policy="two")["noise"]) == {"independent"}


@pytest.mark.compiled
def test_policies_that_vary_need_no_name(tmp_path):
    study = ck.Recovery(
        model=ck.Model(chains=2, firms=3, periods=20),
        policies=[ck.Policy(supply_rule="SRD-1", cyber_rule="CRD-1")],
        scenarios=ck.paper_scenarios()[:1],
    )
    axes = {"supply_mild": ck.Range(low=0.0, high=0.5), "supply_rule": ["SRD-1", "SRD-5"]}
    axes |= {"cyber_rule": ["CRD-1", "CRD-5"], "principle": ["P", "C"]}
    sweep = ck.Sweep(
        study=study, axes=axes, design=ck.Design(kind="morris", points=4), replications=2
    )
    results = ck.run_sweep(sweep, tmp_path)
    assert set(sensitivity_indices(results)["axis"]) == set(axes)
    with pytest.raises(ck.InvalidInput, match="policy: got SRD-1; must be left out"):
        sensitivity_indices(results, policy="SRD-1")


def test_points_of_another_sampler_are_refused(tmp_path, monkeypatch):
    results = ck.run_sweep(sweep_of(study()), tmp_path)
    drawn = ck.Design.unit
    monkeypatch.setattr(ck.Design, "unit", lambda *given: np.round(drawn(*given), 2))
    with pytest.raises(ck.InvalidInput, match="not those that the installed SALib samples"):
        sensitivity_indices(results)


def test_noise_alone_has_no_indices():
    means = np.random.default_rng(1).normal(size=(64, 5))
    with pytest.raises(ck.InvalidInput, match=r"2\d\d% of its variance is noise"):
        sobol_indices(means, np.full((64, 5), 1.5), axes=3, second_order=False)


def test_what_is_refused(tmp_path):
    functions = {"one": lambda row: row["a"], "two": lambda row: 1.0}
    results = ck.run_sweep(sweep_of(study(functions=functions)), tmp_path / "a")

    def refused(words, results=results, **arguments):
        with pytest.raises(ck.InvalidInput, match=words):
            sensitivity_indices(results, **arguments)

    refused("policy: missing; must name one of one, two")
    refused("policy: got three", policy="three")
    refused("same at all points", policy="two")
    refused("must be margin or one of mean_gain", policy="one", outcome="mean_z")
    refused("against: missing", policy="one", outcome="margin")
    refused("against: got two; must be left out", policy="one", against="two")
    refused("confidence: got 1", policy="one", confidence=1)
    refused("bootstrap: got 1;", policy="one", bootstrap=1)
    refused("where.plan: got four", where={"plan": "four"})
    refused("where: got rule;", where={"rule": "four"})
    sobol = ck.run_sweep(sweep_of(study(), kind="sobol"), tmp_path / "sobol")
    refused("design: got sobol; must be saltelli or morris", sobol)
    nowhere = study(impossible=lambda row: row["a"] > 0.2)
    refused("blocks are whole", ck.run_sweep(sweep_of(nowhere, points=8), tmp_path / "c"))


def additive(row):
    slope = {"none": 0.0, "some": 2.0, "all": 4.0}[row["level"]]
    return row["initial"] + 6 * row["periods"] + 10 * row["risk"] + slope


@pytest.mark.parametrize("levels", [4, 6, 10])
@pytest.mark.parametrize(
    ("axes", "whole_axis"),
    [
        ({"initial": ck.Range(low=0, high=6), "periods": [1, 2]}, [6, 6]),
        ({"initial": ck.Range(low=0, high=2), "periods": ck.Range(low=1, high=3)}, [2, 12]),
        ({"initial": [0, 1, 6], "periods": [1, 3, 4]}, [6, 18]),
        ({"level": ["none", "some", "all"], "periods": [2, 1]}, [4, 6]),
        ({"risk": ck.Range(low=0.0, high=0.3, decimals=1), "periods": [1, 2, 3]}, [3, 12]),
        ({"risk": ck.Range(low=0.0, high=0.5), "initial": ck.Range(low=1, high=4)}, [5, 3]),
    ],
)
def test_effects_of_axes_with_few_values_are_over_the_step_that_they_took(
    tmp_path, axes, whole_axis, levels
):
    base = {"initial": 0, "periods": 1, "risk": 0.1, "level": "none"}
    study = FunctionStudy({"a": additive}, base)
    design = ck.Design(kind="morris", points=12, levels=levels)
    swept = ck.run_sweep(ck.Sweep(study=study, axes=axes, design=design, replications=1), tmp_path)
    found = sensitivity_indices(swept)
    for index, wanted in (("mu", whole_axis), ("mu_star", whole_axis), ("sigma", [0, 0])):
        values = found.filter(index=index)["value"].to_list()
        assert values == pytest.approx(wanted, abs=1e-6), index


def test_a_constant_outcome_has_no_morris_indices(tmp_path):
    study = FunctionStudy({"a": lambda row: 3.0}, {"initial": 0, "periods": 1})
    sweep = ck.Sweep(
        study=study,
        axes={"initial": [0, 1, 2], "periods": ck.Range(low=1, high=9)},
        design=ck.Design(kind="morris", points=8),
        replications=1,
    )
    with pytest.raises(ck.InvalidInput, match="is the same at all points; must vary"):
        sensitivity_indices(ck.run_sweep(sweep, tmp_path))


@pytest.mark.parametrize("index", ["total", "mu_star"])
def test_an_axis_whose_interval_holds_0_is_not_said_to_matter(index):
    found = pl.DataFrame(
        {
            "index": [index, index],
            "axis": ["a", "b"],
            "value": [0.4, 0.1],
            "low": [-0.1, -0.2],
            "high": [0.9, 0.4],
            "noise": "none",
            "dropped": 0,
            "used": 10,
        }
    )
    words = indices_in_words(found)
    assert "matters most" not in words
    assert words.startswith("No axis surely matters: the largest index, that of a, is 0.4")
    assert "No effect of a, b shows" in words


@pytest.mark.parametrize(("other", "same"), [(2.0, 1.0), (0.7, 0.1)])
@pytest.mark.parametrize("second_order", [True, False])
def test_an_interval_of_resamples_without_variance_is_not_known(second_order, other, same):
    # a resample of the first three blocks alone has the same outcome everywhere
    values = np.full((4, 6 if second_order else 4), same)
    values[3, :2] = other
    settings = {"axes": 2, "second_order": second_order, "bootstrap": 200}
    found = sobol_indices(values, np.zeros_like(values), **settings)
    assert {(each.low, each.high) for each in found} == {(None, None)}
    assert np.isfinite([each.value for each in found]).all()
    values[3, 0] = same
    with pytest.raises(ck.InvalidInput, match="the same at all points of the base samples"):
        sobol_indices(values, np.zeros_like(values), **settings)


def test_two_blocks_alike_within_have_indices_without_intervals(tmp_path):
    study = FunctionStudy(
        {"a": lambda row: float(row["periods"] > 4)}, {"initial": 0, "periods": 1}
    )
    axes = {"initial": [0, 1, 2], "periods": ck.Range(low=1, high=9)}
    without = 0
    for seed in range(6):
        design = ck.Design(kind="saltelli", points=2, seed=seed)
        sweep = ck.Sweep(study=study, axes=axes, design=design, replications=1)
        found = sensitivity_indices(ck.run_sweep(sweep, tmp_path / str(seed)))
        assert found.schema["low"] == found.schema["high"] == pl.Float64
        assert np.isfinite(found["value"].to_numpy()).all()
        words = indices_in_words(found)
        if found["low"].null_count():
            without += 1
            assert found["low"].null_count() == found["high"].null_count() == found.height
            assert words.startswith("The largest index is that of ")
            assert "cannot be said of so few blocks" in words
    assert without
