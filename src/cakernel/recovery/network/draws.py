"""What is drawn for a network: the keys, kinds and probabilities of each place, and records."""

import numpy as np
import numpy.typing as npt

from cakernel.recovery.kernel.network.draws import SPILLOVER, Draws
from cakernel.recovery.kernel.shocks import CYBER, SUPPLY
from cakernel.recovery.network.network import Network

Rows = npt.NDArray[np.int64]


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
    return Draws(drawn, keys, purposes, below[None], through, first, period[order], severity[order])


def in_order(draws: Draws, order: Rows) -> Draws:
    """Return the draws with firms' places in another order."""
    count = len(order)
    places = np.concatenate([order, np.arange(count, len(draws.keys))])
    begins, lengths = draws.first[places], np.diff(draws.first)[places]
    rows = np.repeat(begins - (np.cumsum(lengths) - lengths), lengths) + np.arange(lengths.sum())
    return draws._replace(
        keys=draws.keys[places],
        # contiguous, as of one risk: another order has code of its own
        below=np.ascontiguousarray(draws.below[:, places]),
        first=np.concatenate([[0], np.cumsum(lengths)]),
        period=draws.period[rows],
        severity=draws.severity[rows],
    )
