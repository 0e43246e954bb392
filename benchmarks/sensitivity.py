"""How well noise is taken out of indices, and how many points a refined map saves.

    python benchmarks/sensitivity.py [REPETITIONS]

Prints the figures of docs/sensitivity.md. Functions with known indices and boundaries are used,
with noise of known size, so nothing of the recovery model is in them.
"""

import sys
import tempfile
from pathlib import Path

import numpy as np
from SALib.sample import morris as morris_sample
from scipy.stats import qmc

import cakernel as ck
from cakernel.sensitivity.estimators import morris_indices, sobol_indices

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from helpers.function_study import FunctionStudy

BLOCKS, REPLICATIONS, RESAMPLES = 256, 5, 200
V1, V2, V13 = 0.5 * (1 + 0.1 * np.pi**4 / 5) ** 2, 49 / 8, 0.01 * np.pi**8 * (1 / 18 - 1 / 50)
LINEAR, MORRIS = np.array([4.0, 2.0, 1.0]), np.array([4.0, 0.5, 0.0])


def linear(unit):
    """An additive function."""
    return unit @ LINEAR


def ishigami(unit):
    """Ishigami's function, a = 7 and b = 0.1."""
    x = (2 * unit - 1) * np.pi
    return np.sin(x[..., 0]) + 7 * np.sin(x[..., 1]) ** 2 + 0.1 * x[..., 2] ** 4 * np.sin(x[..., 0])


# function, variance, first-order and total indices
FUNCTIONS = {
    "linear": (linear, (LINEAR**2).sum() / 12, LINEAR**2 / (LINEAR**2).sum(), None),
    "Ishigami": (
        ishigami,
        V1 + V2 + V13,
        np.array([V1, V2, 0]) / (V1 + V2 + V13),
        np.array([V1 + V13, V2, V13]) / (V1 + V2 + V13),
    ),
}


def with_noise(generator, unit, exact, variance):
    """Return means and squared standard errors; noise grows threefold along the first axis."""
    spread = np.sqrt(REPLICATIONS * variance * (0.5 + unit[..., 0]))[..., None]
    drawn = exact[..., None] + spread * generator.normal(size=(*exact.shape, REPLICATIONS))
    return drawn.mean(axis=-1), drawn.var(axis=-1, ddof=1) / REPLICATIONS


def sobol_coverage(name, sampling, share, repetitions):
    """Print how often intervals hold the true index, with and without the correction."""
    function, variance, first, total = FUNCTIONS[name]
    truth = {"first": first, "total": first if total is None else total}
    held = {"first": [], "total": []}
    raw = {"first": [], "total": []}
    for repetition in range(repetitions):
        generator = np.random.default_rng([repetition, 1])
        if sampling == "random":
            base = generator.random((BLOCKS, 6))
        else:
            base = qmc.Sobol(6, rng=repetition).random(BLOCKS)
        a, b = base[:, :3], base[:, 3:]
        swapped = [np.where(np.arange(3) == j, b, a) for j in range(3)]
        unit = np.stack([a, *swapped, b], axis=1)
        means, errors = with_noise(generator, unit, function(unit), variance * share / (1 - share))
        settings = {"axes": 3, "second_order": False, "bootstrap": RESAMPLES}
        corrected = sobol_indices(means, errors, **settings)
        plain = sobol_indices(means, np.zeros_like(errors), **settings)
        for kept, estimates in ((held, corrected), (raw, plain)):
            for e in estimates:
                kept[e.index].append(e.low <= truth[e.index][e.axis] <= e.high)
    print(
        f"{name:9} {sampling:7} {share:5.0%}"
        + "".join(f" {np.mean(kept[k]):9.1%}" for k in held for kept in (held, raw))
    )


def morris_coverage(repetitions):
    """Print the same of Morris' measures of a linear function."""
    problem = {"num_vars": 3, "names": list("abc"), "bounds": [[0, 1]] * 3}
    truth = {"mu": MORRIS, "mu_star": MORRIS, "sigma": np.zeros(3)}
    rows = {}
    for repetition in range(repetitions):
        generator = np.random.default_rng([repetition, 2])
        unit = morris_sample.sample(problem, 20, num_levels=4, seed=repetition).reshape(-1, 4, 3)
        means, errors = with_noise(generator, unit, unit @ MORRIS, 0.1)
        for e in morris_indices(unit, unit, means, errors, bootstrap=RESAMPLES):
            true = truth[e.index][e.axis]
            row = (e.low <= true <= e.high, e.value - true, e.uncorrected - true)
            rows.setdefault((e.index, float(true)), []).append(row)
    for (index, true), row in rows.items():
        held, bias, raw = np.mean(row, axis=0)
        print(f"{index:8} {true:4} {held:9.1%} {bias:9.3f} {raw:9.3f}")


def map_savings(axes, depth):
    """Print points of a refined map of a sphere, and of the full grid."""
    names = "pqr"[:axes]
    study = FunctionStudy(
        {"in": lambda row: 1.03 - sum(row[n] ** 2 for n in names), "out": lambda row: 0.0},
        dict.fromkeys(names, 0.0),
    )
    span = ck.Range(low=0.0, high=2.0, count=3)
    sweep = ck.Sweep(study=study, axes=dict.fromkeys(names, span), replications=1)
    with tempfile.TemporaryDirectory() as folder:
        found = ck.stability_map(sweep, folder, depth=depth)
    points = found.points.height
    print(f"{axes:4} {depth:5} {points:7,} {found.full_grid:9,} {found.full_grid / points:6.1f}")


def main(repetitions):
    """Print all."""
    print(f"Sobol, {BLOCKS} blocks, 95% intervals hold the true index in ... of {repetitions} runs")
    print("function  sample  noise     first       raw     total       raw")
    for name in FUNCTIONS:
        for sampling in ("random", "Sobol"):
            for share in (0.0, 0.3, 0.6):
                sobol_coverage(name, sampling, share, repetitions)
    print("\nMorris, 20 trajectories, linear: coverage, bias, bias uncorrected")
    morris_coverage(repetitions)
    print("\nmap: axes, depth, points, full grid, ratio")
    for axes, depth in ((2, 3), (2, 5), (2, 7), (3, 3), (3, 4), (3, 5)):
        map_savings(axes, depth)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 400)
