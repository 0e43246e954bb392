"""The description of a sweep, in Python or TOML: model, what varies, which points, how often."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import polars as pl
from pydantic import Field

from cakernel.arguments import checked_arguments
from cakernel.checks import (
    MAX_REPLICATIONS,
    Allowed,
    Checked,
    Replications,
    Seed,
    reject_unknown,
    whole,
)
from cakernel.errors import InvalidInput
from cakernel.files import read_toml, section, within
from cakernel.models import load, swept
from cakernel.sweep.axis import Axis, axis_of, described_axis, named_axes
from cakernel.sweep.blocks import check_whole_points
from cakernel.sweep.design import Design
from cakernel.sweep.points import design_points
from cakernel.sweep.shard import Goal
from cakernel.sweep.study import Study
from cakernel.wording import shown

COMMON_SECTIONS = ("sweep", "design", "axes", "precision")


class Precision(Checked):
    """Replicate each point until its results are exact enough.

    No point stops before 10 replications, whose standard error says little, nor before 100 where
    all replications of a row came out alike: their standard error of 0 may only mean that what is
    rare has not happened yet; nor before ten replications lie in the tail of a measure.

    Parameters
    ----------
    outcome : str, optional
        Which outcome must be exact, such as "resources" for the column mean_resources, or one of
        the study's measures; by default the model's leading one.
    standard_error : float
        Wanted of the outcome's mean in each row of a point, in the outcome's units; above 0.
    at_most : int
        Replications after which a point is left as it is, 2 to 2^32.

    Raises
    ------
    InvalidInput
        If a field is unknown, missing or outside its range.

    Examples
    --------
    >>> from cakernel import Precision
    >>> Precision(standard_error=0.5, at_most=1000).at_most
    1000
    """

    outcome: str | None = None
    standard_error: Annotated[float, Field(gt=0), Allowed("a finite number above 0")]
    at_most: whole(2, MAX_REPLICATIONS)  # type: ignore[valid-type]


@checked_arguments
@dataclass(frozen=True)
class Sweep:
    """A model run at many points.

    Parameters
    ----------
    study : Study
        The model, such as `cakernel.Recovery` or `cakernel.Coopetition`.
    axes : mapping of str to Range, Levels or list
        What varies: a field of the study and its bounds or levels; or a name of your own and
        `Levels` whose labels stand for values of several fields.
    design : Design, default a grid
        Which points of the axes' space are run.
    replications : int, default 20
        Replications of each point, 1 to 2^32; 1 of an exact model. With a ``precision``, those of
        its first round.
    seed : int, default 1
        Key of the random numbers, 0 to 2^64 - 1.
    precision : Precision, optional
        A standard error to reach, point by point.

    Raises
    ------
    InvalidInput
        If an argument is outside its range.

    Examples
    --------
    >>> import cakernel as ck
    >>> sweep = ck.Sweep(
    ...     ck.Recovery(scenarios=ck.paper_scenarios()[:1]),
    ...     axes={"firms": [3, 5], "supply_mild": ck.Range(low=0.0, high=0.4, count=3)},
    ... )
    >>> sweep.points().rows()[:4]
    [(0, 3, 0.0), (1, 3, 0.2), (2, 3, 0.4), (3, 5, 0.0)]
    """

    study: Study
    axes: Mapping[str, Any] = field(default_factory=dict)
    design: Design = field(default_factory=lambda: Design(kind="grid"))
    replications: Replications = 20
    seed: Seed = 1
    precision: Precision | None = None

    def __post_init__(self) -> None:
        precision, replications = self.precision, f"replications: got {self.replications}"
        if self.study.by_replication() is None:
            if precision is not None:
                raise InvalidInput("precision: must be left out: the model is exact")
            if self.replications != 1:
                raise InvalidInput(f"{replications}; must be 1: no draws")
        if precision is not None:
            if precision.outcome not in (None, *self._outcomes):
                raise InvalidInput(
                    f"precision.outcome: got {shown(precision.outcome)}; must be one of "
                    f"{', '.join(self._outcomes)}"
                )
            if not 2 <= self.replications <= precision.at_most:
                most = precision.at_most
                raise InvalidInput(f"{replications}; must be from 2 to precision.at_most, {most}")

    @property
    def _outcomes(self) -> list[str]:
        """Outcomes with a standard error, the leading one first, without their mean_."""
        return [name.removeprefix("mean_") for name in self.study.description()["outcomes"]]

    @property
    def parsed_axes(self) -> dict[str, Axis]:
        """The axes as objects."""
        return {name: axis_of(name, given) for name, given in self.axes.items()}

    def points(self) -> pl.DataFrame:
        """Return the points, if the design can be made with these axes.

        The columns are ``point``, counted from 0, and those that vary.
        """
        points = design_points(self.design, self.parsed_axes, self.study)
        self.study.check_size(points.height)
        most = self.replications if self.precision is None else self.precision.at_most
        check_whole_points(points, self.study, most)
        return points.with_row_index("point").cast({"point": pl.Int64})

    def description(self) -> dict[str, Any]:
        """Return all that results depend on, to be written as JSON."""
        return {
            **self.study.description(),
            "axes": {name: described_axis(axis) for name, axis in self.parsed_axes.items()},
            "design": self.design.model_dump(mode="json", exclude_none=True),
            "seed": self.seed,
            **self.goal,
        }

    @property
    def goal(self) -> Goal:
        """What a point is replicated for; results that are there count towards a higher one."""
        precision = None
        if self.precision is not None:
            precision = self.precision.model_dump()
            precision["outcome"] = self.precision.outcome or self._outcomes[0]
        return Goal(replications=self.replications, precision=precision)


class StudySections(NamedTuple):
    """How a sweep file describes a model.

    ``names`` are the sections of its own; ``settings`` is what [sweep] holds: ``model``,
    ``replications`` and, of a model with draws, ``seed``; ``study`` makes the study from the
    settings, the file's content and the file's folder.
    """

    names: tuple[str, ...]
    settings: type[Checked]
    study: Callable[[Any, Mapping[str, Any], Path], Study]


@checked_arguments
def read_sweep_file(path: str | os.PathLike[str]) -> Sweep:
    r"""Read and check the description of a sweep.

    Parameters
    ----------
    path : path
        A TOML file; `cakernel init --sweep` writes a commented one.

    Returns
    -------
    Sweep
        To be given to `run_sweep`.

    Raises
    ------
    InvalidInput
        If the file cannot be read, is not TOML, or a key is unknown, missing or outside its range;
        the message names the file, the key, the value and the range.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import cakernel as ck
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "sweep.toml"
    ...     _ = file.write_text("design.kind = 'grid'\naxes.firms = [3, 5, 15]")
    ...     sweep = ck.read_sweep_file(file)
    >>> sweep.replications, sweep.points()["firms"].to_list()
    (20, [3, 5, 15])
    """
    path = Path(path)
    with within(f"{path}: "):
        content = read_toml(path)
        known = {name: load(row.sections) for name, row in swept().items()}
        own = dict.fromkeys(name for sections in known.values() for name in sections.names)
        reject_unknown(content, [*COMMON_SECTIONS, *own])
        with within("sweep."):
            settings: Any = _settings(section(content, "sweep"), known)
        sections = known[settings.model]
        for name in content:
            if name not in (*COMMON_SECTIONS, *sections.names):
                other = next(other for other in known if name in known[other].names)
                raise InvalidInput(
                    f"{name}: is a section of the {other} model; must be left out where "
                    f"sweep.model is {settings.model!r}"
                )
        with within("design."):
            given = section(content, "design")
            # a file of points is found beside the file that names it
            if isinstance(given.get("file"), str):
                given["file"] = path.parent / given["file"]
            design = Design(**given)
        precision = None
        if "precision" in content:
            with within("precision."):
                precision = Precision(**section(content, "precision"))
        given_axes = named_axes(section(content, "axes"))
        axes = {name: axis_of(name, given) for name, given in given_axes.items()}
        sweep = Sweep(
            sections.study(settings, content, path.parent),
            axes=axes,
            design=design,
            replications=settings.replications,
            seed=getattr(settings, "seed", 1),
            precision=precision,
        )
        # check what the axes name now, before anything is written
        sweep.points()
        return sweep


def _settings(given: Mapping[str, Any], known: Mapping[str, StudySections]) -> Checked:
    """Return the settings of the model they name, by default the first of the registry."""
    model = given.get("model", next(iter(known)))
    if model not in list(known):
        raise InvalidInput(f"model: got {shown(model)}; must be {' or '.join(map(repr, known))}")
    kind = known[model].settings
    others = {name for other in known.values() for name in other.settings.model_fields}
    for name in given:
        if name in others - set(kind.model_fields):
            raise InvalidInput(
                f"{name}: got {shown(given[name])}; must be left out where sweep.model is {model!r}"
            )
    return kind(**given)
