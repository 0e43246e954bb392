"""The description of a sweep: a model, what varies, which points, how often."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

import polars as pl
from pydantic import Field

from cakernel.checks import MAX_REPLICATIONS, MAX_SEED, Allowed, Checked, check_value, whole
from cakernel.errors import InvalidInput
from cakernel.sweep.axis import Axis, Levels, axis_of
from cakernel.sweep.design import Design, design_points
from cakernel.sweep.study import Study

Positive = Annotated[float, Field(gt=0), Allowed("a finite number above 0")]


class Target(Checked):
    """Replicate each point until its results are exact enough.

    Parameters
    ----------
    outcome : str, default "resources"
        What must be exact: "x", "y" or "resources".
    standard_error : float
        Wanted of the outcome's mean under every policy of a point, in the outcome's units.
    at_most : int
        Replications after which a point is left as it is.

    Raises
    ------
    InvalidInput
        If a field is unknown, missing or outside its range.
    """

    outcome: str = "resources"
    standard_error: Positive
    at_most: whole(2, MAX_REPLICATIONS)  # type: ignore[valid-type]


@dataclass(frozen=True)
class Sweep:
    """A model run at many points.

    Parameters
    ----------
    study : Study
        The model: `cakernel.Recovery` or `cakernel.Coopetition`.
    axes : mapping of str to Range, Levels or list
        What varies: a field of the study and its bounds or levels; or a name of your own and
        `Levels` whose labels stand for values of several fields.
    design : Design
        Which points of the axes' space are run.
    replications : int, default 20
        Replications of each point, 1 of an exact model; with a ``target``, those of its first
        round.
    seed : int, default 1
        Key of the random numbers, 0 to 2^64 - 1.
    target : Target, optional
        A standard error to reach, point by point.

    Raises
    ------
    InvalidInput
        If an argument is outside its range.
    """

    study: Study
    axes: Mapping[str, Any] = field(default_factory=dict)
    design: Design = field(default_factory=lambda: Design(kind="grid"))
    replications: int = 20
    seed: int = 1
    target: Target | None = None

    def __post_init__(self) -> None:
        check_value("replications", self.replications, whole(1, MAX_REPLICATIONS))
        check_value("seed", self.seed, whole(0, MAX_SEED - 1))
        if self.target is not None:
            if self.target.outcome not in self.study.outcomes:
                raise InvalidInput(
                    f"target.outcome: got {self.target.outcome!r}; must be one of "
                    f"{', '.join(self.study.outcomes) or 'none: the model is exact'}"
                )
            if not 2 <= self.replications <= self.target.at_most:
                raise InvalidInput(
                    f"replications: got {self.replications}; must be from 2 to target.at_most, "
                    f"{self.target.at_most}"
                )
        elif not self.study.replicated and self.replications != 1:
            raise InvalidInput(f"replications: got {self.replications}; must be 1: no draws")

    @property
    def parsed_axes(self) -> dict[str, Axis]:
        """The axes as objects."""
        return {name: axis_of(name, given) for name, given in self.axes.items()}

    def points(self) -> pl.DataFrame:
        """Return the points: ``point``, counted from 0, and the columns that vary.

        Raises
        ------
        InvalidInput
            If the design cannot be made with these axes.
        """
        points = design_points(self.design, self.parsed_axes, self.study)
        self.study.check_size(points.height)
        return points.with_row_index("point").cast({"point": pl.Int64})

    def description(self) -> dict[str, Any]:
        """Return all that results depend on, to be written as JSON."""
        return {
            **self.study.description(),
            "axes": {name: _described(axis) for name, axis in self.parsed_axes.items()},
            "design": self.design.model_dump(mode="json", exclude_none=True),
            "seed": self.seed,
            **self.goal,
        }

    @property
    def goal(self) -> dict[str, Any]:
        """What a point is replicated for; raising it leaves what is there of use."""
        target = None if self.target is None else self.target.model_dump()
        return {"replications": self.replications, "target": target}


def _described(axis: Axis) -> Any:
    if isinstance(axis, Levels):
        return axis.values if isinstance(axis.values, Mapping) else axis.listed
    return axis.model_dump(exclude_none=True)
