"""Designs: how the points of the space that the axes span are chosen, and their samples."""

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Literal, Self, get_args

import numpy as np
import numpy.typing as npt
from pydantic import BeforeValidator, model_validator

from cakernel.checks import MAX_SEED, Allowed, Checked, whole
from cakernel.errors import InvalidInput
from cakernel.extras import library
from cakernel.memory import check_memory

MOST_POINTS = 1 << 30

Kind = Literal[
    "grid", "one-at-a-time", "random", "latin-hypercube", "sobol", "morris", "saltelli", "points"
]
KINDS: tuple[str, ...] = get_args(Kind)
Unit = npt.NDArray[np.float64]


class Design(Checked):
    """How points are chosen.

    Parameters
    ----------
    kind : str
        "grid": every combination of the axes' levels. "one-at-a-time": each axis over its levels,
        the others at the base. "random", "latin-hypercube", "sobol": ``points`` of them.
        "morris": ``points`` trajectories of axes + 1 points each. "saltelli": ``points`` base
        samples for Sobol indices, each of axes + 2 points, or 2 axes + 2 with ``second_order``.
        "points": from ``file``.
    points : int, optional
        How many, 1 to 2^30; for sampled designs.
    seed : int, default 1
        Seed of the sampling, apart from that of the replications; 0 to 2^64 - 1.
    second_order : bool, default True
        Whether a Saltelli design serves second-order indices.
    levels : int, default 4
        Levels of a Morris design, an even number from 2 to 1,000.
    file : Path, optional
        CSV or Parquet file of points, a column for each field.

    Raises
    ------
    InvalidInput
        If a field is unknown, missing or outside its range.

    References
    ----------
    Sampling is by scipy.stats.qmc and SALib. Saltelli et al. (2010),
    doi:10.1016/j.cpc.2009.09.018; Morris (1991), doi:10.2307/1269043.

    Examples
    --------
    >>> from cakernel import Design
    >>> Design(kind="random", points=3).unit(2).shape
    (3, 2)
    >>> Design(kind="saltelli", points=8).block_size(3)
    8
    """

    kind: Annotated[Kind, Allowed(f"one of {', '.join(KINDS)}")]
    points: whole(1, MOST_POINTS) | None = None  # type: ignore[valid-type]
    seed: whole(0, MAX_SEED - 1) = 1  # type: ignore[valid-type]
    second_order: Annotated[bool, Allowed("true or false")] = True
    levels: whole(2, 1000) = 4  # type: ignore[valid-type]
    file: Annotated[
        Path | None,
        BeforeValidator(lambda value: Path(value) if isinstance(value, str) else value),
        Allowed("the name of a file"),
    ] = None

    @model_validator(mode="after")
    def _check_together(self) -> Self:
        if (self.kind in SAMPLERS) != (self.points is not None):
            wanted = "a whole number of 1 or more" if self.kind in SAMPLERS else "left out"
            raise InvalidInput(f"points: got {self.points}; must be {wanted} for {self.kind}")
        if (self.kind == "points") != (self.file is not None):
            wanted = "the name of a file" if self.kind == "points" else "left out"
            raise InvalidInput(f"file: got {self.file}; must be {wanted} for {self.kind}")
        if self.levels % 2:
            raise InvalidInput(f"levels: got {self.levels}; must be an even number")
        return self

    def block_size(self, axes: int) -> int:
        """Return how many points one of ``points`` stands for: a trajectory's, a block's, or 1."""
        sizes = {"morris": axes + 1, "saltelli": (1 + self.second_order) * axes + 2}
        return sizes.get(self.kind, 1)

    @property
    def bytes_a_number(self) -> int:
        """Memory of a point's place on an axis while a design is made; measured, rounded up."""
        return 160 if self.kind in ("morris", "saltelli") else 40

    def unit(self, axes: int) -> Unit:
        """Return the sample in the unit cube, (points, axes), of a sampled design.

        Raises InvalidInput if it is too large, or a library that it needs is not installed.
        """
        assert self.points is not None
        each = self.block_size(axes)
        if self.points * each > MOST_POINTS:
            raise InvalidInput(
                f"points: got {self.points:,}, {each:,} points each; must be at most "
                f"{MOST_POINTS:,} in all"
            )
        check_memory("points", self.points, self.points * each * axes * self.bytes_a_number)
        with warnings.catch_warnings():
            # any number of points may be asked for; powers of two are the balanced ones, say SciPy
            # and SALib
            for words in ("The balance properties of Sobol' points", "(?s).*power of 2"):
                warnings.filterwarnings("ignore", words, UserWarning)
            module, sample = SAMPLERS[self.kind]
            source = library(module, extra="designs", what=f"design: {self.kind}")
            return sample(source, self, axes)


def salib_problem(axes: int) -> dict[str, Any]:
    """Return what SALib takes for a unit cube."""
    return {
        "num_vars": axes,
        "names": [f"axis {n}" for n in range(axes)],
        "bounds": [[0.0, 1.0]] * axes,
    }


def _salib(module: Any, design: Design, axes: int, **settings: Any) -> Unit:
    sample: Unit = module.sample(salib_problem(axes), design.points, seed=design.seed, **settings)
    return sample


# the module that samples a kind, and its call for a design and a number of axes; all but the Latin
# hypercube are extended by more points of the same sequence
SAMPLERS: dict[str, tuple[str, Callable[[Any, Design, int], Unit]]] = {
    "random": (
        "numpy.random",
        lambda numpy, d, axes: numpy.Generator(numpy.Philox(d.seed)).random((d.points, axes)),
    ),
    "latin-hypercube": (
        "scipy.stats.qmc",
        lambda qmc, d, axes: qmc.LatinHypercube(axes, rng=d.seed).random(d.points),
    ),
    "sobol": ("scipy.stats.qmc", lambda qmc, d, axes: qmc.Sobol(axes, rng=d.seed).random(d.points)),
    "morris": (
        "SALib.sample.morris",
        lambda salib, d, axes: _salib(salib, d, axes, num_levels=d.levels),
    ),
    "saltelli": (
        "SALib.sample.sobol",
        lambda salib, d, axes: _salib(salib, d, axes, calc_second_order=d.second_order),
    ),
}
