"""What can vary in a network's study, and what there is where it does not."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import polars as pl

from cakernel.recovery.model import Model
from cakernel.recovery.network.fields import PLACES, Place, fields_of, place_of
from cakernel.recovery.network.network import Network
from cakernel.recovery.network.sections import RUN_FIELDS
from cakernel.recovery.study_points import FIELDS
from cakernel.sweep.study import FieldKind

DEMAND: Final = "demand"
GRIDS_ALONE: Final = tuple(name for name in Model.model_fields if name not in RUN_FIELDS)


class Fields(Mapping[str, FieldKind]):
    """The fields of a network's study: of the run, of scenarios and policies, and paths.

    Paths are as many as firms and more: they are there by their first word, and looked up one by
    one. Looking up one that leads nowhere raises InvalidInput. Only those of all firms, providers
    or links are listed.
    """

    def __init__(self, net: Network) -> None:
        self._tables = net.tables()
        own = {name: kind for name, kind in FIELDS.items() if name not in GRIDS_ALONE}
        everyone = [
            f"{table}.{name}"
            for table in ("firms", "providers", "links")
            for name in fields_of(table)
        ]
        own[DEMAND] = FieldKind(pl.String(), ordered=False)
        self._listed = own | {path: _kind(place_of(self._tables, path)) for path in everyone}

    def __contains__(self, name: object) -> bool:
        return name in self._listed or is_path(str(name))

    def __getitem__(self, name: str) -> FieldKind:
        if name in self._listed or not is_path(name):
            return self._listed[name]
        return _kind(place_of(self._tables, name))

    def __iter__(self) -> Iterator[str]:
        return iter(self._listed)

    def __len__(self) -> int:
        return len(self._listed)


class Base(Mapping[str, Any]):
    """Values where nothing varies: ``named`` ones, and those at paths.

    Of several firms there is one where all have the same, and none is blank.
    """

    def __init__(self, net: Network, named: Mapping[str, Any]) -> None:
        self._tables = net.tables()
        self._named = named

    def __getitem__(self, name: str) -> Any:
        if not is_path(name):
            return self._named[name]
        place = place_of(self._tables, name)
        values = self._tables[place.table][place.column.name].gather(place.rows).unique()
        if len(values) != 1 or values[0] is None:
            raise KeyError(name)
        return values[0]

    def __iter__(self) -> Iterator[str]:
        return iter(self._named)

    def __len__(self) -> int:
        return len(self._named)


def is_path(name: str) -> bool:
    """Return whether a name is written as the path of a network's field."""
    return name.startswith(tuple(f"{place}." for place in PLACES))


def _kind(place: Place) -> FieldKind:
    dtype = place.column.dtype()
    return FieldKind(dtype, ordered=dtype.is_numeric())
