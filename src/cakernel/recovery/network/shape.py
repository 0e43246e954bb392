"""What a network looks like: tiers, cycles, parts that nothing connects, degrees."""

import numpy as np
import numpy.typing as npt
import polars as pl

Rows = npt.NDArray[np.int64]


def tiers(firms: int, supplier: Rows, customer: Rows) -> Rows:
    """Return each firm's tier: the most links in a row from it to a firm without customers.

    Firms without customers are tier 0, those that supply only them tier 1. On a cycle, and
    upstream of one, there is no longest row of links: -1.
    """
    order = np.argsort(customer, kind="stable")
    begins = np.searchsorted(customer[order], np.arange(firms + 1)).tolist()
    suppliers = supplier[order].tolist()
    waiting = np.bincount(supplier, minlength=firms).tolist()
    found = [-1] * firms
    ready = [firm for firm in range(firms) if not waiting[firm]]
    tier = 0
    while ready:
        # all of one tier, whose customers are in the tiers before
        following = []
        for firm in ready:
            found[firm] = tier
            for place in range(begins[firm], begins[firm + 1]):
                waiting[suppliers[place]] -= 1
                if not waiting[suppliers[place]]:
                    following.append(suppliers[place])
        ready, tier = following, tier + 1
    return np.array(found, np.int64)


def parts(firms: int, one: Rows, other: Rows) -> Rows:
    """Return for each firm the first row of the part that it is connected with."""
    label = np.arange(firms)
    while True:
        least = np.minimum(label[one], label[other])
        lower = label.copy()
        # whole trees of labels move at once
        np.minimum.at(lower, label[one], least)
        np.minimum.at(lower, label[other], least)
        lower = lower[lower]
        if np.array_equal(lower, label):
            return label
        label = lower


def cycle_firms(firms: int, supplier: Rows, customer: Rows) -> int:
    """Return how many firms are on a cycle of links, or between two."""
    looks_down = tiers(firms, supplier, customer) < 0
    looks_up = tiers(firms, customer, supplier) < 0
    return int((looks_down & looks_up).sum())


def description(
    firms: pl.DataFrame, supplier: Rows, customer: Rows, inputs: Rows, peers: Rows, provider: Rows
) -> dict[str, int | float]:
    """Return what `Network.describe` tells, by the names of its columns."""
    number = firms.height
    suppliers, customers = (
        np.bincount(customer, minlength=number),
        np.bincount(supplier, minlength=number),
    )
    connected = np.concatenate([supplier, customer, peers.ravel()])
    one = np.concatenate([supplier, peers[:, 0]])
    other = np.concatenate([customer, peers[:, 1]])
    needed = pl.DataFrame({"customer": customer, "input": inputs}).group_by(pl.all()).len("ways")
    tier = tiers(number, supplier, customer)
    return {
        "firms": number,
        "links": len(supplier),
        "peers": len(peers),
        "inputs": needed.height,
        "inputs_with_backup": int((needed["ways"] > 1).sum()),
        "suppliers_mean": len(supplier) / number,
        "suppliers_most": int(suppliers.max()),
        "customers_most": int(customers.max()),
        "tiers": int(tier.max()) + 1,
        "firms_on_cycles": cycle_firms(number, supplier, customer),
        "isolated": number - len(np.unique(connected)),
        "parts": len(np.unique(parts(number, one, other))),
        "on_site": int((provider < 0).sum()),
        "without_peers": number - len(np.unique(peers)),
        "with_stock": int((firms["stock"] > 0).sum()),
        "with_own_amounts": number - firms["r_x0"].null_count(),
    }
