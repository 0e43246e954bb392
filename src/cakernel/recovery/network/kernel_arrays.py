"""From a network, policies and scenarios to the arrays of its kernel."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from cakernel.errors import InvalidInput
from cakernel.jit.program_values import VECTOR_BYTES
from cakernel.recovery.kernel.lanes.prices import KINDS
from cakernel.recovery.kernel.lanes.step import TABLE, Planes
from cakernel.recovery.kernel.network.arguments import BY_RUN, FIRM, LANES, Shapes
from cakernel.recovery.kernel.network.arguments import Network as Arrays
from cakernel.recovery.kernel.network.draws import SPILLOVER, Draws
from cakernel.recovery.kernel.network.period import HALF, QUARTER
from cakernel.recovery.kernel.shocks import CYBER, SUPPLY
from cakernel.recovery.kernel.states import HIGH
from cakernel.recovery.network.columns import PRINCIPLES
from cakernel.recovery.network.derived import derived
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
from cakernel.recovery.network.shapes import shapes_of
from cakernel.recovery.policy import Policy
from cakernel.recovery.rules import BUILT_IN, Side

Rows = npt.NDArray[np.int64]
# rules of a share of the neighbours, by the end of their names
SHARES: Final = {"quarter": QUARTER, "half": HALF}


class Prices(NamedTuple):
    """The run's amounts by quantum and shape of firms.

    ``amounts`` are of shape (scenarios, 12), ``planes`` says how many planes they take, which begin
    at ``begins``, in vectors; in all there are ``size`` vectors.
    """

    amounts: tuple[Rows, ...]
    planes: tuple[Planes, ...]
    begins: tuple[int, ...]
    size: int


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
    shapes_and_firms: tuple[Shapes, Rows] | None = None,
    like: Compiled | None = None,
) -> Compiled:
    """Return a network as arrays; ``draws`` are those of `draws_of`.

    By default its shapes, and which each firm has, are those of `shapes_of`. Firms are numbered as
    in a network ``like`` it: one that has its links and peers.
    """
    table, count = net.firms, net.firms.height
    shapes, shape = shapes_and_firms or shapes_of(quanta)
    supply, cyber, principle, site = _own_rules(net)
    stock = table["stock"].to_numpy()
    stock_planes = np.array([int(level).bit_length() for level in stock.tolist()], np.int64)
    charged = ((stock > 0) & (quanta.holding > 0)) | (quanta.upkeep > 0)
    kinds = np.column_stack([shape, supply, cyber, site, stock_planes, charged])
    number = numbers_near(net, kinds) if like is None else like.number
    same_lists = like is not None and like.demand == net.demand
    lists = like.lists if same_lists else lists_of(net, number)  # type: ignore[union-attr]
    order = np.argsort(number)

    resource_planes = np.array([planes.resources for planes in shapes.planes], np.int64)
    prices, price_place = _run_prices(shapes, shape, quanta)
    codes, code_place = _codes_of_amounts(shapes, quanta)
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
            capacity=stock[order],
            holding=quanta.holding[order],
            upkeep=quanta.upkeep[order],
            weight=quanta.weight[order],
            place=order,
            times=quanta.times,
            value_quanta=quanta.value_quanta,
            value=quanta.values,
        ),
        draws=_in_order(draws, order),
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


@derived("firms.supply_rule", "firms.cyber_rule", "firms.principle", "firms.provider")
def _own_rules(net: Network) -> tuple[Rows, Rows, Rows, Rows]:
    """Return the codes of supply and cyber rules, principles, and who is on site."""
    table = net.firms
    rule = table["cyber_rule"]
    on_site = (net.firm_provider < 0) | (rule == "CRD-0").fill_null(False).to_numpy()
    return (
        _codes(table, "supply"),
        _codes(table, "cyber"),
        _numbered(table["principle"], {name: n for n, name in enumerate(PRINCIPLES)}),
        np.where(on_site, 1, np.where(rule.is_null().to_numpy(), BY_RUN, 0)),
    )


def _codes(table: pl.DataFrame, side: Side) -> Rows:
    """Return the codes of firms' own rules, and BY_RUN where they have none."""
    codes = {name: rule.kernel_code for name, rule in BUILT_IN[side].items()}
    letters = "SRD" if side == "supply" else "CRD"
    codes |= {f"{letters}-{share}": code for share, code in SHARES.items()}
    return _numbered(table[f"{side}_rule"], codes)


def _numbered(names: pl.Series, numbers: Mapping[str, int]) -> Rows:
    """Return the numbers of names, and BY_RUN where there is none."""
    if names.null_count() == len(names):
        return np.full(len(names), BY_RUN)
    found = names.replace_strict(numbers, default=BY_RUN, return_dtype=pl.Int64)
    return found.fill_null(BY_RUN).to_numpy()


def _run_prices(shapes: Shapes, shape: Rows, quanta: Quanta) -> tuple[Prices, Rows]:
    """Return the prices of firms that have the run's amounts, and where each firm's begin.

    Firms of one quantum may be of several shapes, by how much they can have.
    """
    place = np.zeros(len(shape), np.int64)
    if quanta.own.all():
        return Prices((), (), (), 0), place
    of_firms = np.column_stack([quanta.run_place, shape])[~quanta.own]
    each, of_firm = np.unique(of_firms, axis=0, return_inverse=True)
    planes = [shapes.planes[n] for n in each[:, 1]]
    sizes = np.array([(p.gain + p.cost_to - p.cost_from) * KINDS for p in planes])
    begins = np.cumsum(sizes) - sizes
    place[~quanta.own] = begins[of_firm.ravel()] * VECTOR_BYTES
    amounts = tuple(quanta.run[n] for n in each[:, 0])
    return Prices(amounts, tuple(planes), tuple(begins.tolist()), int(sizes.sum())), place


def _codes_of_amounts(shapes: Shapes, quanta: Quanta) -> tuple[npt.NDArray[np.int16], Rows]:
    """Return the codes of firms' own amounts, and where each firm's begin."""
    planes = max(
        (p.low for p, coded in zip(shapes.planes, shapes.coded, strict=True) if coded), default=1
    )
    distinct, place = np.unique(quanta.amounts, axis=0, return_inverse=True)
    bits = distinct[:, None, :] >> np.arange(planes)[None, :, None] & 1
    # three amounts a side
    codes = (bits.reshape(len(distinct), planes, 4, 3) << np.arange(3)).sum(axis=3)
    return (codes * VECTOR_BYTES).astype(np.int16).ravel(), place.ravel() * planes * 4


def draws_of(net: Network, record: tuple[Rows, Rows, Rows], through: int) -> Draws:
    """Return the places of draws: firms, in the order of the table, providers and spillovers.

    ``record`` are places, periods from 0 and severities of what happened up to ``through``.
    """
    firms, providers = net.firms, net.providers
    spills = firms["spillover"].to_numpy() > 0
    keys = np.concatenate([net.firm_keys, net.provider_keys, net.firm_keys[spills]])
    purposes = np.repeat(
        np.array([SUPPLY, CYBER, SPILLOVER], np.uint64),
        [firms.height, providers.height, spills.sum()],
    )
    severe = [firms["supply_severe"], providers["cyber_severe"]]
    mild = [firms["supply_mild"], providers["cyber_mild"]]
    to_hit = [s.to_numpy() + m.to_numpy() for s, m in zip(severe, mild, strict=True)]
    spillover = firms["spillover"].to_numpy()[spills]
    hit = np.concatenate([*to_hit, spillover])
    hard = np.concatenate([*(s.to_numpy() for s in severe), np.zeros(len(spillover))])
    below = np.rint(np.column_stack([hard, hit]) * 2.0**32).astype(np.uint64)
    place, period, severity = record
    order = np.lexsort([period, place])
    first = np.concatenate([[0], np.cumsum(np.bincount(place, minlength=len(keys)))])
    drawn = np.arange(len(keys))
    return Draws(drawn, keys, purposes, below, through, first, period[order], severity[order])


def _in_order(draws: Draws, order: Rows) -> Draws:
    """Return the draws with firms' places in another order."""
    count = len(order)
    places = np.concatenate([order, np.arange(count, len(draws.keys))])
    begins, lengths = draws.first[places], np.diff(draws.first)[places]
    rows = np.repeat(begins - (np.cumsum(lengths) - lengths), lengths) + np.arange(lengths.sum())
    return draws._replace(
        keys=draws.keys[places],
        below=draws.below[places],
        first=np.concatenate([[0], np.cumsum(lengths)]),
        period=draws.period[rows],
        severity=draws.severity[rows],
    )


def rules_of(policies: Sequence[Policy]) -> Rows:
    """Return policies' numbers in the order of `Rules`: codes, flags and cutoffs by side."""
    for policy in policies:
        for rule in (policy.supply_rule, policy.cyber_rule):
            if rule.kernel_code == TABLE:
                raise InvalidInput(
                    f"policies: got the rule {rule.name!r}, a table of a grid's four neighbours; "
                    "must be a built-in rule, since firms of a network have any number of them"
                )
    return np.array(
        [
            [
                p.supply_rule.kernel_code, p.cyber_rule.kernel_code, p.cyber_rule.on_site,
                p.principle == "C", *p.supply_rule.cutoffs[:HIGH], *p.cyber_rule.cutoffs[:HIGH],
            ]
            for p in policies
        ],
        np.int64,
    )  # fmt: skip


def prices_of(made: Compiled, scenarios: Rows) -> npt.NDArray[np.uint8]:
    """Return the planes of the run's amounts in lanes of these ``scenarios`` (512,)."""
    every = np.zeros((max(made.prices.size, 1), LANES // 8), np.uint8)
    for of_run, planes, at in zip(*made.prices[:3], strict=True):
        amounts = of_run[scenarios].T
        for some, first, end in (
            (amounts[:KINDS], 0, planes.gain),
            (amounts[KINDS:], planes.cost_from, planes.cost_to),
        ):
            for n in range(first, end):
                every[at : at + KINDS] = np.packbits(some >> n & 1, axis=1, bitorder="little")
                at += KINDS
    return every.ravel()
