"""The paper's grid as tables of a network, with the draws that the grid's firms have."""

import numpy as np
import numpy.typing as npt
import polars as pl

from cakernel.errors import InvalidInput
from cakernel.recovery.kernel.shocks import POSITION_BITS
from cakernel.recovery.model import Model

Rows = npt.NDArray[np.int64]
# in a shorter ring a firm is its own neighbour, or one neighbour is both; rules of a network see
# distinct firms
LEAST_RING = 3


def grid_tables(model: Model) -> dict[str, pl.DataFrame]:
    """Return the tables of a model's grid; chain after chain."""
    for side, length in (("ends", model.firms), ("across", model.chains)):
        field = "firms" if side == "ends" else "chains"
        if getattr(model, f"boundary_{side}") == "periodic" and length < LEAST_RING:
            raise InvalidInput(
                f"{field}: got {length} with boundary_{side} 'periodic'; must be {LEAST_RING} or "
                "more for a network"
            )
    chain, firm = np.indices((model.chains, model.firms)).reshape(2, -1)
    name = pl.format("{}.{}", pl.col("chain") + 1, pl.col("firm") + 1)
    grid = pl.DataFrame({"chain": chain, "firm": firm})
    firms = grid.select(
        id=name,
        provider=pl.format("provider {}", pl.col("chain") + 1),
        supply_severe=pl.lit(model.supply_severe),
        supply_mild=pl.lit(model.supply_mild),
        x=pl.lit(model.initial_operational),
        y=pl.lit(model.initial_intangibles),
        resources=pl.lit(model.initial_resources),
        draw=pl.col("chain").cast(pl.UInt64) * (1 << int(POSITION_BITS)) + pl.col("firm"),
        group=pl.format("tier {}", pl.col("firm") + 1),
    )
    chains = grid.filter(firm=0)
    providers = chains.select(
        id=pl.format("provider {}", pl.col("chain") + 1),
        cyber_severe=pl.lit(model.cyber_severe),
        cyber_mild=pl.lit(model.cyber_mild),
        draw=pl.col("chain").cast(pl.UInt64) * (1 << int(POSITION_BITS)),
    )
    supplier, customer = _neighbours(model.boundary_ends == "periodic", firm, model.firms, 1)
    one, other = _neighbours(model.boundary_across == "periodic", chain, model.chains, model.firms)
    ids = firms["id"]
    return {
        "firms": firms,
        "providers": providers,
        "links": pl.DataFrame({"supplier": ids.gather(supplier), "customer": ids.gather(customer)}),
        "peers": pl.DataFrame({"firm": ids.gather(one), "peer": ids.gather(other)}),
    }


def _neighbours(wraps: bool, position: Rows, length: int, stride: int) -> tuple[Rows, Rows]:
    """Return the rows of neighbours in a direction, the earlier one first."""
    row = np.arange(len(position))
    following = np.where(position + 1 < length, row + stride, row - (length - 1) * stride)
    there = (position + 1 < length) | wraps
    return row[there], following[there]
