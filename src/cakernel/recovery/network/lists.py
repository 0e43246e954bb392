"""Lists of neighbours, firm by firm, and numbers that keep neighbours near each other."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from cakernel.recovery.kernel.network.arguments import (
    OF_ALL,
    OF_ANY,
    OF_NOBODY,
    OF_SOME,
    OF_TWO,
)
from cakernel.recovery.kernel.network.numbering import number_near
from cakernel.recovery.network.network import Network

Rows = npt.NDArray[np.int64]

# parts of a firm's list, in their order; the last is there only for who has a neighbour twice
CUSTOMERS, PEERS, SUPPLIERS, ALTERNATIVES, NEAR = range(5)
PARTS = 5
# firms whose states fit in a core's cache need no order
FEW_FIRMS = 1 << 10
# firms among which those of a kind stand together, so that branches are foreseen
TOGETHER = 256


class Lists(NamedTuple):
    """Lists of neighbours in one array.

    Part p of firm n stands in ``links`` int32 from ``begins[5 * n + p]`` to the next one's begin;
    ``last`` int8 is -1 where the last alternative of an input is. ``demand`` and ``need`` (firms,)
    say how demand is found, ``near`` and ``near_end`` (firms,) where each neighbour stands once;
    of these from ``sources`` (firms,) on are the suppliers.
    """

    links: npt.NDArray[np.int32]
    last: npt.NDArray[np.int8]
    begins: Rows
    demand: Rows
    need: Rows
    near: Rows
    near_end: Rows
    sources: npt.NDArray[np.int32]


def lists_of(net: Network, number: Rows) -> Lists:
    """Return the lists of a network's firms, which have these numbers."""
    firms = len(number)
    supplier, customer = number[net.link_supplier], number[net.link_customer]
    peers = number[net.peer_pairs]
    # alternatives of an input stand together, the last one at its end
    inputs = np.unique(np.column_stack([customer, net.link_input]), axis=0, return_inverse=True)[1]
    inputs = inputs.ravel()
    order = np.lexsort([supplier, inputs])
    alone = np.bincount(inputs)[inputs[order]] == 1
    ends = np.append(np.diff(inputs[order]) != 0, [True] * (len(order) > 0))
    sold = np.unique(np.column_stack([supplier, customer]), axis=0)
    pairs = np.concatenate([peers, peers[:, ::-1]])
    by_input = np.column_stack([customer, supplier])[order]
    needed = np.unique(by_input[alone], axis=0)
    parts = [sold, pairs, needed, by_input[~alone]]
    every = np.concatenate(parts)
    distinct = np.unique(every, axis=0)
    twice = np.bincount(every[:, 0], minlength=firms) > np.bincount(distinct[:, 0], minlength=firms)
    repeated = distinct[twice[distinct[:, 0]]]
    supplies = np.isin(repeated @ (firms, 1), by_input @ (firms, 1))
    # suppliers stand last
    parts.append(np.concatenate([repeated[~supplies], repeated[supplies]]))
    every = np.concatenate(parts)
    part = np.repeat(np.arange(PARTS), [len(pairs) for pairs in parts])
    last = np.zeros(len(every), np.int8)
    last[part == ALTERNATIVES] = -ends[~alone].astype(np.int8)
    place = every[:, 0] * PARTS + part
    sorted_by_place = np.argsort(place, kind="stable")
    begins = np.concatenate([[0], np.cumsum(np.bincount(place, minlength=firms * PARTS))])
    starts = begins[:-1].reshape(firms, PARTS)
    stops = begins[1:].reshape(firms, PARTS)
    customers = stops[:, CUSTOMERS] - starts[:, CUSTOMERS]
    need = {"all": customers, "half": (customers + 1) // 2, "any": np.minimum(customers, 1)}.get(
        net.demand, customers
    )
    demand = np.select(
        [need == customers, need == 1, need == 2], [OF_ALL, OF_ANY, OF_TWO], default=OF_SOME
    )
    return Lists(
        links=every[sorted_by_place, 1].astype(np.int32),
        last=last[sorted_by_place],
        begins=begins,
        demand=np.full(firms, OF_NOBODY) if net.demand == "none" else demand,
        need=need,
        near=np.where(twice, starts[:, NEAR], starts[:, CUSTOMERS]),
        near_end=np.where(twice, stops[:, NEAR], stops[:, ALTERNATIVES]),
        sources=np.where(
            twice,
            stops[:, NEAR] - np.bincount(repeated[supplies, 0], minlength=firms),
            starts[:, SUPPLIERS],
        ).astype(np.int32),
    )


def numbers_near(net: Network, kinds: Rows) -> Rows:
    """Return a number for each firm: neighbours near each other, those of a kind side by side.

    ``kinds`` int64 (firms, any) are what tells firms apart for the kernel, but for their lists.
    """
    firms = net.firms.height
    one = np.concatenate([net.link_supplier, net.link_customer, net.peer_pairs.ravel()])
    other = np.concatenate([net.link_customer, net.link_supplier, net.peer_pairs[:, ::-1].ravel()])
    order = np.arange(firms)
    if firms > FEW_FIRMS:
        by_one = np.argsort(one, kind="stable")
        begins = np.concatenate([[0], np.cumsum(np.bincount(one, minlength=firms))])
        number_near(begins, other[by_one], order, np.zeros(firms, np.bool_))
    degrees = [
        np.bincount(rows, minlength=firms)
        for rows in (net.link_supplier, net.link_customer, net.peer_pairs.ravel())
    ]
    signature = np.column_stack([kinds, *degrees])[order]
    order = order[np.lexsort([*signature.T[::-1], np.arange(firms) // TOGETHER])]
    number = np.empty(firms, np.int64)
    number[order] = np.arange(firms)
    return number
