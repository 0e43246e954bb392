"""The axes of a sweep: what varies, between which bounds or over which levels."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal, Self

import numpy as np
import numpy.typing as npt
from pydantic import model_validator

from cakernel.checks import Allowed, Checked, Plain, plain, whole
from cakernel.errors import InvalidInput
from cakernel.files import within
from cakernel.wording import shown

MOST_DECIMALS = 15
MOST_LEVELS = 1 << 20

Values = npt.NDArray[Any]
Bound = Annotated[float, Plain, Allowed("a finite number")]


class Range(Checked):
    """All numbers between two bounds.

    Parameters
    ----------
    low, high : float
        Bounds, both included; of whole-number fields whole numbers.
    scale : {"linear", "log"}, default "linear"
        What is sampled evenly: the number or its logarithm.
    decimals : int, optional
        Digits after the point that numbers are rounded to, 0 to 15; the bounds may have no more.
        Amounts with fewer decimals are faster.
    count : int, optional
        Levels, evenly spaced, where the design needs some: a grid (required there), or one at a
        time (2 by default, the bounds).

    Raises
    ------
    InvalidInput
        If a field is unknown or outside its range, or ``low`` is above ``high``.

    Examples
    --------
    >>> import numpy as np
    >>> from cakernel import Range
    >>> Range(low=3, high=15).spaced(4, is_whole=True)
    [3, 7, 11, 15]
    >>> Range(low=0.01, high=1, scale="log").at(np.array([0, 0.5, 1]), is_whole=False).tolist()
    [0.01, 0.1, 1.0]
    """

    low: Bound
    high: Bound
    scale: Annotated[Literal["linear", "log"], Allowed("'linear' or 'log'")] = "linear"
    decimals: whole(0, MOST_DECIMALS) | None = None  # type: ignore[valid-type]
    count: whole(1, MOST_LEVELS) | None = None  # type: ignore[valid-type]

    # no labels, which would stand for fields
    fields: ClassVar[list[str]] = []

    @model_validator(mode="after")
    def _check_order(self) -> Self:
        if self.low > self.high:
            raise InvalidInput(f"low: got {self.low}; must be at most high, {self.high}")
        if self.scale == "log" and self.low <= 0:
            raise InvalidInput(f"low: got {self.low}; must be above 0 on a log scale")
        if self.scale == "log" and not np.isfinite(self.high / self.low):
            raise InvalidInput(
                f"low: got {self.low}; must be nearer to high, {self.high}: they have no ratio"
            )
        for name in ("low", "high") if self.decimals is not None else ():
            bound = getattr(self, name)
            if round(bound, self.decimals) != bound:
                raise InvalidInput(
                    f"{name}: got {bound}; must have at most {self.decimals} decimals, as asked for"
                )
        return self

    def at(self, unit: Values, *, is_whole: bool) -> Values:
        """Return the values at numbers from 0, the lower bound, to 1, the upper one."""
        if is_whole:
            if self.scale == "log":
                values = self.low * ((self.high + 1) / self.low) ** unit
            else:
                values = self.low + unit * (int(self.high) - int(self.low) + 1)
            return np.clip(np.floor(values), self.low, self.high).astype(np.int64)
        if self.scale == "log":
            values = self.low * (self.high / self.low) ** unit
        else:
            values = self.low + unit * (self.high - self.low)
        if self.decimals is not None:
            values = np.round(values, self.decimals)
        # the last digit of low + (high - low) may not be that of high
        return np.where(unit == 1, self.high, np.clip(values, self.low, self.high))

    def taken(self, unit: Values, *, is_whole: bool) -> Values:
        """Return where the values at places lie between the bounds, 0 to 1, on the axis' scale.

        Rounded to whole numbers or decimals, they are not where they were asked for.
        """
        if self.low == self.high or not (is_whole or self.decimals is not None):
            return unit
        values = self.at(unit, is_whole=is_whole).astype(np.float64)
        if self.scale == "log":
            return np.asarray(np.log(values / self.low) / np.log(self.high / self.low))
        return (values - self.low) / (self.high - self.low)

    def spaced(self, count: int, *, is_whole: bool) -> list[Any]:
        """Return distinct levels, evenly spaced from bound to bound."""
        unit = np.linspace(0, 1, count) if count > 1 else np.array([0.5])
        if is_whole:
            if self.scale == "log":
                values = self.low * (self.high / self.low) ** unit
            else:
                values = self.low + unit * (self.high - self.low)
            return list(dict.fromkeys(np.rint(values).astype(np.int64).tolist()))
        return list(dict.fromkeys(self.at(unit, is_whole=False).tolist()))


@dataclass(frozen=True)
class Levels:
    """Given values of one field, or labels that each stand for values of some fields.

    Parameters
    ----------
    values : sequence, or mapping of str to mapping
        The values; or ``{"low": {"supply_severe": 0.02, "supply_mild": 0.03}, ...}``, of which
        each must name the same fields.

    Raises
    ------
    InvalidInput
        If there are none, one comes twice, or labels name different fields.

    Examples
    --------
    >>> from cakernel import Levels
    >>> Levels([3, 5, 15]).listed
    [3, 5, 15]
    >>> risk = Levels({"low": {"supply_mild": 0.03}, "high": {"supply_mild": 0.4}})
    >>> risk.listed, risk.fields
    (['low', 'high'], ['supply_mild'])
    """

    values: Sequence[Any] | Mapping[str, Mapping[str, Any]]

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", _plain_levels(self.values))
        listed = self.listed
        if not listed:
            raise InvalidInput("levels: got none; must be one or more")
        seen = set()
        for value in listed:
            if not isinstance(value, Hashable):
                raise InvalidInput(f"levels: got {shown(value)}; must be numbers or texts")
            if value in seen:
                raise InvalidInput(f"levels: got {shown(value)} twice; must be once")
            seen.add(value)
        for label, fields in self.values.items() if isinstance(self.values, Mapping) else ():
            if list(fields) != self.fields:
                raise InvalidInput(
                    f"levels.{label}: got {', '.join(fields)}; must be the fields of "
                    f"{listed[0]}, in their order: {', '.join(self.fields)}"
                )

    @property
    def listed(self) -> list[Any]:
        """The values, or the labels."""
        return list(self.values)

    @property
    def fields(self) -> list[str]:
        """The fields that labels stand for; none where the values are a field's own."""
        return list(next(iter(self.values.values()))) if isinstance(self.values, Mapping) else []

    def of_field(self, field: str) -> list[Any]:
        """Return the values of a field: those given, or those that the labels stand for."""
        if isinstance(self.values, Mapping):
            return [fields[field] for fields in self.values.values()]
        return self.listed

    def at(self, unit: Values) -> Values:
        """Return the index of the level at numbers from 0 to 1; all have an equal share."""
        return np.minimum((unit * len(self.values)).astype(np.int64), len(self.values) - 1)

    def taken(self, unit: Values) -> Values:
        """Return where the levels at places lie, 0 to 1: numbers by size, all else in its order."""
        listed = self.listed
        numbers = all(isinstance(each, int | float) for each in listed)
        places = np.array(listed if numbers else range(len(listed)), np.float64)
        width = np.ptp(places)
        return (places[self.at(unit)] - places.min()) / width if width > 0 else unit


def _plain_levels(values: Any) -> Any:
    """Return levels in plain Python, lists as tuples; raise where they are no levels."""
    if isinstance(values, Mapping):
        for label, fields in values.items():
            if not isinstance(label, str):
                raise InvalidInput(f"levels: got the label {label!r}; must be a text")
            if not isinstance(fields, Mapping) or not fields:
                raise InvalidInput(f"levels.{label}: got {shown(fields)}; must name fields")
        return {label: {k: plain(v) for k, v in fields.items()} for label, fields in values.items()}
    if isinstance(values, np.ndarray):
        values = values.tolist()
    if isinstance(values, str | bytes) or not isinstance(values, Sequence):
        raise InvalidInput(f"levels: got {shown(values)}; must be a list of values")
    return [plain(value) for value in values]


Axis = Range | Levels


def axis_of(name: str, given: Any) -> Axis:
    """Return an axis from what a user may write for it; an error begins with the axis' name."""
    if isinstance(given, Range | Levels):
        return given
    with within(f"axes.{name}."):
        if isinstance(given, Mapping) and "levels" in given:
            if len(given) > 1:
                raise InvalidInput("levels: must stand alone")
            return Levels(given["levels"])
        if isinstance(given, Mapping):
            return Range(**{str(key): value for key, value in given.items()})
        if isinstance(given, Sequence | np.ndarray) and not isinstance(given, str | bytes):
            return Levels(plain(given))
    raise InvalidInput(
        f"axes.{name}: got {shown(given)}; must be a list of levels or {{ low = ..., high = ... }}"
    )


def named_axes(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a file gives for each axis: TOML makes tables of names with dots.

    Examples
    --------
    >>> named_axes({"firms": {"lens": {"stock": [0, 5]}, "stock": {"low": 0, "high": 5}}})
    {'firms.lens.stock': [0, 5], 'firms.stock': {'low': 0, 'high': 5}}
    """
    axes: dict[str, Any] = {}
    for name, axis in given.items():
        labels = axis.get("levels") if isinstance(axis, Mapping) else None
        if isinstance(labels, Mapping):
            axes[name] = {**axis, "levels": {k: _named_fields(v) for k, v in labels.items()}}
        elif (
            isinstance(axis, Mapping)
            and "levels" not in axis
            and axis
            and all(isinstance(part, Mapping | list) for part in axis.values())
        ):
            axes |= {f"{name}.{rest}": part for rest, part in named_axes(axis).items()}
        else:
            axes[name] = axis
    return axes


def _named_fields(given: Any) -> Any:
    """Return the values of the fields that a label stands for, by their names with dots."""
    if not isinstance(given, Mapping):
        return given
    fields: dict[str, Any] = {}
    for name, value in given.items():
        parts = _named_fields(value)
        fields |= (
            {f"{name}.{rest}": part for rest, part in parts.items()}
            if isinstance(parts, Mapping)
            else {name: value}
        )
    return fields


def described_axis(axis: Axis) -> Any:
    """Return plain values that `axis_of` makes the same axis of, to be written as JSON."""
    if isinstance(axis, Range):
        return axis.model_dump(exclude_none=True)
    return {"levels": axis.values} if axis.fields else axis.listed
