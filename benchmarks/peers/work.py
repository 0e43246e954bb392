"""What every peer is given to do, and the table that it returns."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import polars as pl

import cakernel as ck

NAMES = ("mean_x", "mean_y", "mean_resources")

# What a rule does, and with which neighbours (u upstream, d downstream, c the two cross-chain):
# the paper's Table 1, said again here so that a peer shares nothing with cakernel but its names.
RULES = {
    "SRD-1": ("radical", ""),
    "SRD-2": ("incremental", ""),
    "SRD-3": ("relaxed", "udc"),
    "SRD-4": ("rigorous", "udc"),
    "SRD-5": ("matching", "udc"),
    "SRD-6": ("market", "dc"),
    "SRD-7": ("market", "uc"),
    "SRD-8": ("market", "udc"),
    "CRD-0": ("on-site", ""),
    "CRD-1": ("radical", ""),
    "CRD-2": ("incremental", ""),
    "CRD-3": ("relaxed", "udc"),
    "CRD-4": ("rigorous", "udc"),
    "CRD-5": ("matching", "c"),
    "CRD-6": ("market", "c"),
}


class Unavailable(Exception):
    """A peer cannot run here; the message says what it needs."""


@dataclass(frozen=True)
class Work:
    """Every policy under every scenario, some replications each.

    The model must have open boundaries and recover in every period; policies have built-in rules.
    """

    model: ck.Model
    policies: tuple[ck.Policy, ...]
    scenarios: tuple[ck.ResourceScenario, ...]
    replications: int
    seed: int = 1
    threads: int = 1
    device: Literal["cpu", "gpu"] = "cpu"

    def __post_init__(self) -> None:
        conventions = (
            self.model.recovery,
            self.model.boundary_ends,
            self.model.boundary_across,
        )
        if conventions != ("every-period", "open", "open"):
            raise ValueError(f"model: got {conventions}; peers run every-period, open, open")

    @property
    def pairs(self) -> list[tuple[int, int]]:
        """Every (scenario, replication)."""
        return [(s, r) for s in range(len(self.scenarios)) for r in range(self.replications)]

    @property
    def firm_periods(self) -> int:
        """Firms times periods, over all policies, scenarios and replications."""
        model = self.model
        size = model.chains * model.firms * model.periods
        return size * len(self.policies) * len(self.scenarios) * self.replications


def rule_names(policy: ck.Policy) -> tuple[str, str]:
    """Return the names of the supply rule and the cyber rule."""
    return policy.supply_rule.name, policy.cyber_rule.name


def mean_frame(work: Work, totals: Iterable[tuple[float, float, float]]) -> pl.DataFrame:
    """Return one row a policy, in order: its names and means.

    ``totals`` are each policy's sums over all pairs: of x and of y over firms and periods, and of
    final resources over firms.
    """
    model = work.model
    firms = model.chains * model.firms * len(work.scenarios) * work.replications
    sizes = (firms * model.periods, firms * model.periods, firms)
    return pl.DataFrame(
        [
            (
                *rule_names(policy),
                policy.principle,
                *(float(total) / size for total, size in zip(row, sizes, strict=True)),
            )
            for policy, row in zip(work.policies, totals, strict=True)
        ],
        schema=["supply_rule", "cyber_rule", "principle", *NAMES],
        orient="row",
    )
