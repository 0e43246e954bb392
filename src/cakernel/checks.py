"""Checks with one-line errors: validated descriptions with ranges.

`cakernel.arguments` checks the arguments of public functions by the same types.
"""

import difflib
import os
import sys
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from types import NoneType
from typing import Annotated, Any, NamedTuple, Self, get_args

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    TypeAdapter,
    ValidationError,
)
from pydantic.fields import FieldInfo
from pydantic_core import CoreSchema, ErrorDetails, PydanticCustomError, core_schema

from cakernel.errors import InvalidInput
from cakernel.wording import MOST_SHOWN, shown

# what the counter and the key of the random numbers have room for
MAX_REPLICATIONS = 1 << 32
MAX_SCENARIOS = 1 << 32
MAX_SEED = 1 << 64


# the process that kernels were first called from
_process: int | None = None


class Allowed(NamedTuple):
    """The range of a field in words, for its error message."""

    words: str


# what is plain at a look: most values are
PLAIN_KINDS = frozenset((float, int, str, bool, NoneType))


def plain(value: Any) -> Any:
    """Turn NumPy's scalars and arrays, and lists, into the plain values that strict checks know."""
    if type(value) in PLAIN_KINDS:
        return value
    # where NumPy is not loaded, nothing is of it
    if numpy := sys.modules.get("numpy"):
        if isinstance(value, numpy.floating):
            return float(value)
        if isinstance(value, numpy.generic | numpy.ndarray):
            value = value.tolist()
    return tuple(map(plain, value)) if isinstance(value, list | tuple) else value


Plain = BeforeValidator(plain)


@dataclass(frozen=True)
class Whole:
    """A whole number from ``low`` to ``high``, of whatever type: 3, np.int8(3) or 3.0."""

    low: int
    high: int

    @property
    def words(self) -> str:
        """The range in words, for an error message."""
        return f"a whole number from {self.low:,} to {self.high:,}"

    def take(self, value: Any) -> int:
        """Return the number as an int; raise ValueError where it is none, or out of the range."""
        value = plain(value)
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if type(value) is not int or not self.low <= value <= self.high:
            raise PydanticCustomError("whole", "not such a number")
        return value

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.take)


Replications = Annotated[int, Whole(1, MAX_REPLICATIONS)]
Seed = Annotated[int, Whole(0, MAX_SEED - 1)]
# of resampling and of folds: what all of NumPy, SciPy and scikit-learn take
ResamplingSeed = Annotated[int, Whole(0, (1 << 32) - 1)]
Probability = Annotated[float, Field(ge=0, le=1), Plain, Allowed("a number from 0 to 1")]
Percentage = Annotated[
    float, Field(ge=0, le=100), Plain, Allowed("a percentage, a number from 0 to 100")
]
Share = Annotated[float, Field(gt=0, lt=1), Plain, Allowed("a number above 0 and below 1")]
# sums of amounts over any grid and horizon, and their squares, stay finite
MOST_AMOUNT = 1e15
Amount = Annotated[float, Field(ge=0, le=MOST_AMOUNT), Plain, Allowed("a number from 0 to 1e15")]


def whole(low: int, high: int) -> Any:
    """Return the type of a whole number from ``low`` to ``high``."""
    return Annotated[int, Whole(low, high)]


class Checked(BaseModel):
    """A frozen description whose fields are checked when it is made; keyword-only."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    # a file may have a key named self
    def __init__(self, /, **fields: Any) -> None:
        try:
            super().__init__(**fields)
        except ValidationError as error:
            errors = error.errors()
            # a key that is missing may be one that is misspelt
            unknown = [found for found in errors if found["type"] == "extra_forbidden"]
            raise InvalidInput(_one_line([*unknown, *errors][0], type(self))) from None

    def replace(self, /, **changes: Any) -> Self:
        """Return a copy with some fields changed, checked again."""
        return type(self)(
            **{name: getattr(self, name) for name in type(self).model_fields} | changes
        )


def check_value(name: str, value: Any, kind: Any) -> Any:
    """Check one argument of a function against a field type of this module."""
    try:
        return _adapter(kind).validate_python(value)
    except ValidationError:
        words = next(item.words for item in kind.__metadata__ if isinstance(item, Allowed | Whole))
        raise InvalidInput(f"{name}: got {shown(value)}; must be {words}") from None


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind, config=ConfigDict(strict=True, allow_inf_nan=False))


def check_some(**lists: Sequence[Any]) -> None:
    """Raise for an argument of a function that lists nothing."""
    for name, listed in lists.items():
        if not listed:
            raise InvalidInput(f"{name}: got none; must be one or more")


def check_process() -> None:
    """Raise in a process that was forked from one in which kernels ran.

    The threads of numba and of polars, which are not in the fork, would be waited for for ever.
    """
    global _process
    _process = _process or os.getpid()
    if _process != os.getpid():
        raise InvalidInput(
            f"process: got {os.getpid()}, forked from {_process} after that had used cakernel; "
            'must be started by multiprocessing.get_context("spawn"), which is the mp_context of '
            "ProcessPoolExecutor"
        )


def reject_unknown(
    keys: Iterable[str], known: Collection[str], where: str = "", what: str = "key"
) -> None:
    """Raise for a key that is not known, with the nearest one that is."""
    for key in keys:
        if key not in known:
            key = key if len(key) <= MOST_SHOWN else f"{key[:MOST_SHOWN]}..."
            folded = {name.casefold(): name for name in known}
            near = difflib.get_close_matches(key.casefold(), folded, n=1)
            hint = (
                f"did you mean {folded[near[0]]}?" if near else f"known {what}s: {', '.join(known)}"
            )
            raise InvalidInput(f"{where}{key}: unknown {what}; {hint}")


def _one_line(error: ErrorDetails, kind: type[BaseModel]) -> str:
    """Say which field is wrong, what it got and what it takes."""
    if error["type"] == "value_error":
        return str(error["ctx"]["error"])
    name = str(error["loc"][0])
    if error["type"] == "extra_forbidden":
        try:
            reject_unknown({name: None}, list(kind.model_fields))
        except InvalidInput as unknown:
            return str(unknown)
    field = kind.model_fields.get(name)
    words = _allowed(field) if field else []
    allowed = words[0] if words else error["msg"].removeprefix("Input should be ")
    if error["type"] == "missing" and len(error["loc"]) == 1:
        return f"{name}: missing; must be {allowed}"
    if error["type"] == "missing":
        return f"{name}: got {shown(error['input'])}; must be {allowed}"
    at = "".join(f"[{part}]" for part in error["loc"][1:] if isinstance(part, int))
    return f"{name}{at}: got {shown(error['input'])}; must be {allowed}"


def _allowed(field: FieldInfo) -> list[str]:
    """Return the range of a field in words, if it has them; also of one that may be None."""
    kinds = get_args(field.annotation)
    inner = [item for kind in kinds for item in getattr(kind, "__metadata__", ())]
    return [item.words for item in [*field.metadata, *inner] if isinstance(item, Allowed | Whole)]
