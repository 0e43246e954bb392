"""Samples of the unit cube, from the libraries that are known for them."""

import importlib
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from cakernel.errors import InvalidInput

if TYPE_CHECKING:
    from cakernel.sweep.design import Design

Unit = npt.NDArray[np.float64]


def _needed(module: str, kind: str) -> Any:
    """Import a library of the extra."""
    try:
        return importlib.import_module(module)
    except ImportError:
        library = module.partition(".")[0]
        raise InvalidInput(f"design: {kind} needs {library}; install cakernel[designs]") from None


def _random(design: "Design", dimensions: int) -> Unit:
    generator = np.random.Generator(np.random.Philox(design.seed))
    assert design.points is not None
    return generator.random((design.points, dimensions))


def _latin_hypercube(design: "Design", dimensions: int) -> Unit:
    qmc = _needed("scipy.stats.qmc", design.kind)
    sample: Unit = qmc.LatinHypercube(dimensions, rng=design.seed).random(design.points)
    return sample


def _sobol(design: "Design", dimensions: int) -> Unit:
    qmc = _needed("scipy.stats.qmc", design.kind)
    with warnings.catch_warnings():
        # any number of points may be asked for; powers of two are the balanced ones
        warnings.filterwarnings("ignore", "The balance properties of Sobol' points", UserWarning)
        sample: Unit = qmc.Sobol(dimensions, rng=design.seed).random(design.points)
    return sample


def _problem(dimensions: int) -> dict[str, Any]:
    return {
        "num_vars": dimensions,
        "names": [f"axis {n}" for n in range(dimensions)],
        "bounds": [[0.0, 1.0]] * dimensions,
    }


def _morris(design: "Design", dimensions: int) -> Unit:
    morris = _needed("SALib.sample.morris", design.kind)
    sample: Unit = morris.sample(
        _problem(dimensions), design.points, num_levels=design.levels, seed=design.seed
    )
    return sample


def _saltelli(design: "Design", dimensions: int) -> Unit:
    sobol = _needed("SALib.sample.sobol", design.kind)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "The balance properties of Sobol' points", UserWarning)
        # SALib's own words for the same
        warnings.filterwarnings("ignore", "(?s).*power of 2", UserWarning)
        sample: Unit = sobol.sample(
            _problem(dimensions),
            design.points,
            calc_second_order=design.second_order,
            seed=design.seed,
        )
    return sample


# sampled designs, all but the Latin hypercube extended by more points of the same sequence
SAMPLERS: dict[str, Callable[["Design", int], Unit]] = {
    "random": _random,
    "latin-hypercube": _latin_hypercube,
    "sobol": _sobol,
    "morris": _morris,
    "saltelli": _saltelli,
}
