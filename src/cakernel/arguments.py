"""Arguments of public functions: checked by their annotations, NumPy's values made plain.

Public functions and classes are decorated with `checked_arguments`. An argument of a wrong type is
then an InvalidInput that names it, and the function itself sees plain Python values only.
"""

import inspect
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, wraps
from math import isfinite
from types import FunctionType, NoneType, UnionType
from typing import (
    Annotated,
    Any,
    Literal,
    NamedTuple,
    TypeVar,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
)

import numpy as np
import polars as pl

from cakernel.checks import Allowed, Whole, check_value, plain
from cakernel.errors import InvalidInput
from cakernel.jit.compile import MOST_THREADS
from cakernel.notebook import notebook_bar, wants_bar
from cakernel.wording import shown

Threads = Annotated[int, Whole(1, MOST_THREADS)]

Checked = TypeVar("Checked", bound=Callable[..., Any])

_WORDS: dict[Any, str] = {
    int: "a whole number",
    float: "a finite number",
    bool: "true or false",
    str: "a text",
    os.PathLike: "a path",
    pl.DataFrame: "a polars DataFrame",
    pl.LazyFrame: "a polars LazyFrame",
    Callable: "a function",
    Mapping: "a mapping",
    np.ndarray: "an array",
}


def checked_arguments(function: Checked) -> Checked:
    """Check the arguments of a function, or those that a class is made with, by their annotations.

    Numbers may be of any type, NumPy's included: a whole number may be written 3.0, but neither
    True nor "3". Elements of lists and mappings are checked, too.
    """
    if inspect.isclass(function):
        setattr(function, "__init__", checked_arguments(function.__init__))  # noqa: B010
        return function
    signature = inspect.signature(function)
    reports = "progress" in signature.parameters

    def check(args: tuple[Any, ...], kwargs: dict[str, Any]) -> inspect.BoundArguments:
        bound = signature.bind(*args, **kwargs)
        kinds = _kinds_of(function)
        for name, value in bound.arguments.items():
            if name in kinds and value is not signature.parameters[name].default:
                bound.arguments[name] = taken(name, value, kinds[name])
        return bound

    def call(bound: inspect.BoundArguments) -> Any:
        # whoever waits in a notebook sees how long without asking for it
        if reports and bound.arguments.get("progress") is None and wants_bar():
            with notebook_bar(function.__name__) as report:
                bound.arguments["progress"] = report
                return function(*bound.args, **bound.kwargs)
        return function(*bound.args, **bound.kwargs)

    def checked(*args: Any, **kwargs: Any) -> Any:
        return call(check(args, kwargs))

    # doctest knows the functions of a module by their globals
    own = FunctionType(checked.__code__, function.__globals__, closure=checked.__closure__)
    return cast(Checked, wraps(function)(own))


@cache
def _kinds_of(function: Callable[..., Any]) -> dict[str, Any]:
    """Return the annotations of arguments; not earlier than needed, as names may come later."""
    hints = get_type_hints(function, include_extras=True)
    return {name: kind for name, kind in hints.items() if name != "return"}


def taken(name: str, value: Any, kind: Any) -> Any:
    """Return a value as the plain one of its kind; raise InvalidInput where it is of another."""
    kind = _meant(kind)
    origin, inner = get_origin(kind), get_args(kind)
    if kind is Any or kind is object or isinstance(kind, TypeVar):
        return value
    if origin is Annotated:
        if _is_checked(kind):
            return check_value(name, value, kind)
        value = taken(name, value, inner[0])
        for item in kind.__metadata__:
            if isinstance(item, Columns):
                item.check(name, value)
        return value
    if origin in (Union, UnionType):
        return _one_of(name, value, kind)
    if origin is Sequence:
        return _list(name, value, kind)
    if origin is Mapping and isinstance(value, Mapping):
        return {
            taken(f"{name}, its keys", key, inner[0]): taken(f"{name}.{key}", each, inner[1])
            for key, each in value.items()
        }
    made = _scalar(value, kind, inner)
    if made is _WRONG:
        raise _refusal(name, value, kind)
    return made


def _meant(kind: Any) -> Any:
    """Return what an alias of a type stands for: NumPy 2.5 has NDArray and ArrayLike as such."""
    meant = getattr(get_origin(kind) or kind, "__value__", None)
    if meant is None:
        return kind
    return meant[get_args(kind)] if get_args(kind) else meant


@dataclass(frozen=True)
class Columns:
    """Columns that a frame must have."""

    names: tuple[str, ...]

    def check(self, argument: str, frame: pl.DataFrame) -> None:
        """Raise InvalidInput where the frame lacks one."""
        missing = [name for name in self.names if name not in frame.columns]
        if missing:
            raise InvalidInput(
                f"{argument}: lacks the columns {', '.join(missing)}; must have "
                f"{', '.join(self.names)}"
            )


def _is_checked(kind: Any) -> bool:
    return any(isinstance(item, Allowed | Whole) for item in kind.__metadata__)


class _Wrong(NamedTuple):
    """Stands for a value that does not fit."""


_WRONG = _Wrong()


def _scalar(value: Any, kind: Any, inner: tuple[Any, ...]) -> Any:
    """Return a value as what a kind has for it, `_WRONG` if nothing."""
    kind = get_origin(kind) or kind
    if kind is Literal:
        value = plain(value)
        return value if isinstance(value, str) and value in inner else _WRONG
    if kind in (int, float, bool, str):
        value = plain(value)
        if kind is int and isinstance(value, float) and value.is_integer():
            return int(value)
        if kind is float and isinstance(value, int | float) and not isinstance(value, bool):
            return _finite(value)
        if kind is str:
            # enumerations of texts are texts
            return str(value) if isinstance(value, str) else _WRONG
        return value if type(value) is kind else _WRONG
    if kind is Callable:
        return value if callable(value) else _WRONG
    return value if isinstance(value, kind) else _WRONG


def _finite(value: float) -> Any:
    try:
        return float(value) if isfinite(value) else _WRONG
    except OverflowError:
        return _WRONG


def _one_of(name: str, value: Any, kind: Any) -> Any:
    """Return a value as the first of some kinds that it fits."""
    kinds = [each for each in get_args(kind) if each is not NoneType]
    if value is None and len(kinds) < len(get_args(kind)):
        return None
    if len(kinds) == 1:
        return taken(name, value, kinds[0])
    for each in kinds:
        try:
            return taken(name, value, each)
        except InvalidInput as error:
            # an element of a list, rather than the list, may be wrong
            if not str(error).startswith(f"{name}:"):
                raise
    raise _refusal(name, value, kind)


def _list(name: str, value: Any, kind: Any) -> Any:
    """Return a list or tuple with each of its elements checked."""
    given = value.tolist() if isinstance(value, np.ndarray) else value
    if isinstance(given, str | bytes | bytearray | memoryview) or not isinstance(given, Sequence):
        raise _refusal(name, value, kind)
    (each,) = get_args(kind)
    if (
        inspect.isclass(each)
        and each not in (Any, *_WORDS)
        and all(isinstance(v, each) for v in given)
    ):
        return given
    made = [taken(f"{name}[{n}]", item, each) for n, item in enumerate(given)]
    return tuple(made) if isinstance(given, tuple) else made


def _refusal(name: str, value: Any, kind: Any) -> InvalidInput:
    return InvalidInput(f"{name}: got {shown(value)}; must be {_in_words(kind)}")


def _in_words(kind: Any) -> str:
    """Say what a kind takes."""
    kind = _meant(kind)
    origin, inner = get_origin(kind), get_args(kind)
    if origin is Annotated:
        found = (item.words for item in kind.__metadata__ if isinstance(item, Allowed | Whole))
        return next(found, None) or _in_words(inner[0])
    if origin is Literal:
        *first, last = map(repr, inner)
        return f"{', '.join(first)} or {last}" if first else last
    if origin in (Union, UnionType):
        return " or ".join(_in_words(each) for each in inner if each is not NoneType)
    if kind == Sequence[str]:
        return "a list of texts"
    if origin is Sequence:
        return f"a list, each {_in_words(inner[0])}"
    kind = origin or kind
    name = getattr(kind, "__name__", str(kind))
    return _WORDS.get(kind, f"a{'n' * (name[0] in 'AEIOU')} {name}")
