"""Checks with one-line errors: validated descriptions with ranges, and libraries of extras."""

import difflib
import importlib
import os
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, NamedTuple, Self, get_args

import numpy as np
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from cakernel.errors import InvalidInput

# what the counter and the key of the random numbers have room for
MAX_REPLICATIONS = 1 << 32
MAX_SCENARIOS = 1 << 32
MAX_SEED = 1 << 64


# the process that kernels were first called from
_process: int | None = None


class Allowed(NamedTuple):
    """The range of a field in words, for its error message."""

    words: str


def plain(value: Any) -> Any:
    """Turn a NumPy scalar or array into the plain Python value that strict checks know."""
    if isinstance(value, np.generic | np.ndarray):
        value = value.tolist()
    return tuple(value) if isinstance(value, list) else value


Plain = BeforeValidator(plain)

Probability = Annotated[float, Plain, Field(ge=0, le=1), Allowed("a number from 0 to 1")]
Share = Annotated[float, Field(gt=0, lt=1), Allowed("a number above 0 and below 1")]
# sums of amounts over any grid and horizon, and their squares, stay finite
MOST_AMOUNT = 1e15
Amount = Annotated[float, Plain, Field(ge=0, le=MOST_AMOUNT), Allowed("a number from 0 to 1e15")]


def whole(low: int, high: int) -> Any:
    """Return the type of a whole number from ``low`` to ``high``."""
    allowed = Allowed(f"a whole number from {low:,} to {high:,}")
    return Annotated[int, Plain, Field(ge=low, le=high, strict=True), allowed]


class Checked(BaseModel):
    """A frozen description whose fields are checked when it is made; keyword-only."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    def __init__(self, **fields: Any) -> None:
        try:
            super().__init__(**fields)
        except ValidationError as error:
            errors = error.errors()
            # a key that is missing may be one that is misspelt
            unknown = [found for found in errors if found["type"] == "extra_forbidden"]
            raise InvalidInput(_one_line([*unknown, *errors][0], type(self))) from None

    def replace(self, **changes: Any) -> Self:
        """Return a copy with some fields changed, checked again."""
        return type(self)(
            **{name: getattr(self, name) for name in type(self).model_fields} | changes
        )


def check_value(name: str, value: Any, kind: Any) -> Any:
    """Check one argument of a function against a field type of this module."""
    try:
        return TypeAdapter(kind, config=ConfigDict(strict=True)).validate_python(value)
    except ValidationError:
        words = next(item.words for item in kind.__metadata__ if isinstance(item, Allowed))
        raise InvalidInput(f"{name}: got {value!r}; must be {words}") from None


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


def reject_unknown(keys: Mapping[str, Any], known: list[str], where: str = "") -> None:
    """Raise for a key that is not known, with the nearest one that is."""
    for key in keys:
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1)
            hint = f"did you mean {near[0]}?" if near else f"known keys: {', '.join(known)}"
            raise InvalidInput(f"{where}{key}: unknown key; {hint}")


def reason_of(error: ValueError) -> str:
    """Say in one line what is wrong with data that were read: of several things the first."""
    if not isinstance(error, ValidationError):
        return str(error).splitlines()[0]
    first = error.errors()[0]
    return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"


def library(module: str, *, extra: str, what: str) -> Any:
    """Import a module when it is needed; raise InvalidInput, naming the extra that brings it."""
    try:
        return importlib.import_module(module)
    except ImportError:
        name = module.partition(".")[0].replace("sklearn", "scikit-learn")
        raise InvalidInput(f"{what} needs {name}; install cakernel[{extra}]") from None


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
        return f"{name}: got {error['input']!r}; must be {allowed}"
    at = "".join(f"[{part}]" for part in error["loc"][1:] if isinstance(part, int))
    return f"{name}{at}: got {error['input']!r}; must be {allowed}"


def _allowed(field: FieldInfo) -> list[str]:
    """Return the range of a field in words, if it has them; also of one that may be None."""
    kinds = get_args(field.annotation)
    inner = [item for kind in kinds for item in getattr(kind, "__metadata__", ())]
    return [item.words for item in [*field.metadata, *inner] if isinstance(item, Allowed)]
