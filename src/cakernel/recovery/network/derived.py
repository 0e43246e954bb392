"""What is made of a network's columns, once for all networks that have them in common."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from cakernel.recovery.network.indexed_tables import IndexedTables

Made = TypeVar("Made")


def derived(*columns: str) -> Callable[[Callable[[Any], Made]], Callable[[Any], Made]]:
    """Let a function of a network keep what it makes; it reads these ``columns`` alone.

    A network in which other columns were changed has what the network has that it was made of.
    """

    def decorate(function: Callable[[Any], Made]) -> Callable[[Any], Made]:
        name = f"{function.__module__}.{function.__qualname__}"

        @wraps(function)
        def kept(net: IndexedTables) -> Made:
            if name not in net.derived:
                source = net.made_of
                if source is not None and source.changed.isdisjoint(columns):
                    net.derived[name] = kept(source.net)
                else:
                    net.derived[name] = function(net)
            made: Made = net.derived[name]
            return made

        return kept

    return decorate
