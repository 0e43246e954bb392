"""Amounts as the kernel takes them: codes of firms' own, and planes of the run's."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from cakernel.jit.program_values import VECTOR_BYTES
from cakernel.recovery.kernel.lanes.prices import KINDS
from cakernel.recovery.kernel.lanes.step import Planes
from cakernel.recovery.kernel.network.arguments import LANES, Shapes
from cakernel.recovery.network.quanta import Quanta

Rows = npt.NDArray[np.int64]


class Prices(NamedTuple):
    """The run's amounts by quantum and shape of firms.

    ``amounts`` are of shape (scenarios, 12), ``planes`` says how many planes they take, which begin
    at ``begins``, in vectors; in all there are ``size`` vectors.
    """

    amounts: tuple[Rows, ...]
    planes: tuple[Planes, ...]
    begins: tuple[int, ...]
    size: int


def run_prices(shapes: Shapes, shape: Rows, quanta: Quanta) -> tuple[Prices, Rows]:
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


def codes_of_amounts(shapes: Shapes, quanta: Quanta) -> tuple[npt.NDArray[np.int16], Rows]:
    """Return the codes of firms' own amounts, and where each firm's begin."""
    planes = max(
        (p.low for p, coded in zip(shapes.planes, shapes.coded, strict=True) if coded), default=1
    )
    distinct, place = np.unique(quanta.amounts, axis=0, return_inverse=True)
    bits = distinct[:, None, :] >> np.arange(planes)[None, :, None] & 1
    # three amounts a side
    codes = (bits.reshape(len(distinct), planes, 4, 3) << np.arange(3)).sum(axis=3)
    return (codes * VECTOR_BYTES).astype(np.int16).ravel(), place.ravel() * planes * 4


def prices_of(prices: Prices, scenarios: Rows) -> npt.NDArray[np.uint8]:
    """Return the planes of the run's amounts in lanes of these ``scenarios`` (512,)."""
    every = np.zeros((max(prices.size, 1), LANES // 8), np.uint8)
    for of_run, planes, at in zip(*prices[:3], strict=True):
        amounts = of_run[scenarios].T
        for some, first, end in (
            (amounts[:KINDS], 0, planes.gain),
            (amounts[KINDS:], planes.cost_from, planes.cost_to),
        ):
            for n in range(first, end):
                every[at : at + KINDS] = np.packbits(some >> n & 1, axis=1, bitorder="little")
                at += KINDS
    return every.ravel()
