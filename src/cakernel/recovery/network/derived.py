"""What is made of a network's columns, once for all networks that have them in common."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from cakernel.recovery.network.indexed_tables import IndexedTables

Made = TypeVar("Made")


def derived(*columns: str) -> Callable[[Callable[[Any], Made]], Callable[[Any], Made]]:
    """Let copies of a network share what a function makes of these ``columns``, and of no others.

    It is kept with the network that they are copies of, once one asks for it.
    """

    def decorate(function: Callable[[Any], Made]) -> Callable[[Any], Made]:
        name = f"{function.__module__}.{function.__qualname__}"

        @wraps(function)
        def shared(net: IndexedTables) -> Made:
            source = net.made_of
            if source is None or not source.changed.isdisjoint(columns):
                return function(net)
            kept = source.net.derived
            if name not in kept:
                kept[name] = function(source.net)
            made: Made = kept[name]
            return made

        return shared

    return decorate
