"""What a record that was read back must hold, by the annotations of a class.

pydantic could check this, but to import it would take `cakernel status` longer than all else.
"""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from types import NoneType, UnionType
from typing import Annotated, Any, NamedTuple, get_args, get_origin, get_type_hints, is_typeddict

from cakernel.wording import shown


class Limit(NamedTuple):
    """What a value must be, beside its type, in words and as a test."""

    words: str
    holds: Callable[[Any], bool]


Count = Annotated[int, Limit("0 or more", lambda count: count >= 0)]


def check_record(content: Mapping[str, Any], kind: type, at: str = "") -> None:
    """Raise ValueError for the first field of a class that a record lacks, or that is no such.

    A field that the class has a value for may be missing; a record may hold more.
    """
    valued = set()
    if is_dataclass(kind):
        values = {each.name: (each.default, each.default_factory) for each in fields(kind)}
        valued = {name for name, either in values.items() if either != (MISSING, MISSING)}
    for name, wanted in get_type_hints(kind, include_extras=True).items():
        if name in content:
            _check(content[name], wanted, f"{at}{name}")
        elif name not in valued:
            raise ValueError(f"{at}{name}: is missing")


def _check(value: Any, wanted: Any, at: str) -> None:
    outer, inner = get_origin(wanted), get_args(wanted)
    if outer is Annotated:
        _check(value, inner[0], at)
        limit: Limit = inner[1]
        if not limit.holds(value):
            raise ValueError(f"{at}: got {shown(value)}; must be {limit.words}")
    elif outer is UnionType:
        if value is not None or NoneType not in inner:
            _check(value, inner[0], at)
    elif outer in (list, dict):
        _check(value, outer, at)
        items = value.items() if outer is dict else enumerate(value)
        for key, item in items:
            _check(item, inner[-1], f"{at}.{key}")
    elif is_typeddict(wanted):
        _check(value, dict, at)
        check_record(value, wanted, f"{at}.")
    elif wanted is not Any and type(value) not in ((int, float) if wanted is float else (wanted,)):
        raise ValueError(f"{at}: got {shown(value)}; must be of type {wanted.__name__}")
