"""From a network, policies and scenarios to the arrays of its kernel."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from cakernel.recovery.kernel.network.arguments import FIRM, Shapes
from cakernel.recovery.kernel.network.arguments import Network as Arrays
from cakernel.recovery.kernel.network.draws import Draws
from cakernel.recovery.network.amounts import Prices, codes_of_amounts, run_prices
from cakernel.recovery.network.draws import in_order
from cakernel.recovery.network.lists import (
    ALTERNATIVES,
    CUSTOMERS,
    PARTS,
    PEERS,
    SUPPLIERS,
    Lists,
    lists_of,
    numbers_near,
)
from cakernel.recovery.network.network import Network
from cakernel.recovery.network.quanta import Quanta
from cakernel.recovery.network.rule_codes import counted_rules, own_rules_of
from cakernel.recovery.network.shapes import shapes_of
from cakernel.recovery.policy import Policy

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Compiled:
    """A network as its kernel takes it: shapes of numbers, firms, arrays, and sizes in planes.

    ``lists`` are of firms that have each a ``number``, where customers have this ``demand``.
    """

    shapes: Shapes
    resource_planes: Rows
    firms: npt.NDArray[Any]
    arrays: Arrays
    draws: Draws
    number: Rows
    lists: Lists
    demand: str
    prices: Prices
    resources: int
    stock: int
    total: int
    valued: bool


def compiled_network(
    net: Network,
    quanta: Quanta,
    draws: Draws,
    policies: Sequence[Policy],
    shapes_and_firms: tuple[Shapes, Rows] | None = None,
    like: Compiled | None = None,
    stocks: Rows | None = None,
) -> Compiled:
    """Return a network as arrays, with the rules of policies; ``draws`` are those of `draws_of`.

    By default its shapes, and which each firm has, are those of `shapes_of`. Firms are numbered as
    in a network ``like`` it: one that has its links and peers. ``stocks`` (variants, firms) are the
    levels of those variants of it that lanes may be of, none above its own.
    """
    table, count = net.firms, net.firms.height
    shapes, shape = shapes_and_firms or shapes_of(quanta)
    supply, cyber, principle, site = own_rules_of(net)
    stock = table["stock"].to_numpy()
    stock_planes = np.array([int(level).bit_length() for level in stock.tolist()], np.int64)
    charged = ((stock > 0) & (quanta.holding > 0)) | (quanta.upkeep > 0)
    kinds = np.column_stack([shape, supply, cyber, site, stock_planes, charged])
    number = numbers_near(net, kinds) if like is None else like.number
    same_lists = like is not None and like.demand == net.demand
    lists = like.lists if same_lists else lists_of(net, number)  # type: ignore[union-attr]
    order = np.argsort(number)

    resource_planes = np.array([planes.resources for planes in shapes.planes], np.int64)
    prices, price_place = run_prices(shapes, shape, quanta)
    codes, code_place = codes_of_amounts(shapes, quanta)
    planes = resource_planes[shape]
    begins = lists.begins[:-1].reshape(count, PARTS)
    firms = np.zeros(count, FIRM).view(np.recarray)
    firms["customers"], firms["peers"] = begins[:, CUSTOMERS], begins[:, PEERS]
    firms["suppliers"], firms["groups"] = begins[:, SUPPLIERS], begins[:, ALTERNATIVES]
    firms["end"] = begins[:, ALTERNATIVES + 1]
    firms["near"], firms["near_end"] = lists.near, lists.near_end
    firms["demand"], firms["need"] = lists.demand, lists.need
    calm = len(draws.keys)
    firms["provider"] = np.where(net.firm_provider < 0, calm, count + net.firm_provider)[order]
    spills = table["spillover"].to_numpy() > 0
    spill = np.full(count, calm)
    spill[spills] = count + net.providers.height + np.arange(spills.sum())
    firms["spill"] = spill[order]
    firms["amounts"] = np.where(quanta.own, code_place, price_place)[order]
    # numbers stand in the order of firms
    firms["resources"] = np.cumsum(planes[order]) - planes[order]
    firms["stock"] = 2 * (np.cumsum(stock_planes[order]) - stock_planes[order])
    columns = (
        ("of_shape", shape), ("supply", supply), ("cyber", cyber), ("principle", principle),
        ("site", site), ("stock_planes", stock_planes), ("charged", charged),
        ("x", table["x"].to_numpy()), ("y", table["y"].to_numpy()),
    )  # fmt: skip
    for name, values in columns:
        firms[name] = values[order]
    return Compiled(
        shapes=shapes,
        resource_planes=resource_planes,
        firms=firms,
        arrays=Arrays(
            links=lists.links,
            last=lists.last,
            codes=codes,
            initial=quanta.initial[order],
            capacity=np.ascontiguousarray((stock[None] if stocks is None else stocks)[:, order]),
            holding=quanta.holding[order],
            upkeep=quanta.upkeep[order],
            weight=quanta.weight[order],
            place=order,
            counted=counted_rules(net, policies),
            sources=lists.sources,
            times=quanta.times,
            value_quanta=quanta.value_quanta,
            value=quanta.values,
        ),
        draws=in_order(draws, order),
        number=number,
        lists=lists,
        demand=net.demand,
        prices=prices,
        resources=int(planes.sum()),
        stock=int(2 * stock_planes.sum()),
        # firms are counted in it, too
        total=max(count, int((quanta.largest.astype(object) * quanta.weight).sum())).bit_length()
        + 1,
        valued=quanta.valued,
    )
