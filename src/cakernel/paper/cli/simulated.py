"""Regimes of the paper, simulated with a progress bar."""

from collections.abc import Collection, Mapping
from itertools import product
from typing import Any

import polars as pl

from cakernel.cli.output import progress_bar
from cakernel.paper.choices import CHAIN_SIZES, MAP_PERIODS, RISKS
from cakernel.paper.printed_rules import as_printed, with_printed_rules
from cakernel.recovery.model import REGIMES, Model, setting
from cakernel.recovery.policy import policies
from cakernel.recovery.scenario import paper_scenarios
from cakernel.recovery.simulation import simulate


def simulated_regime(name: str, model: Model, settings: dict[str, Any]) -> pl.DataFrame:
    """Simulate the paper's policies `with_printed_rules`, with a progress bar of that name."""
    with progress_bar(name) as progress:
        return simulate(
            model,
            policies=with_printed_rules(policies()),
            scenarios=paper_scenarios(),
            progress=progress,
            **settings,
        )


def simulated_map(
    convention: str,
    settings: dict[str, Any],
    *,
    deviations: Collection[str],
    known: Mapping[str, pl.DataFrame],
) -> pl.DataFrame:
    """Return the nine combinations of risk and chain length; simulate those not yet known."""
    printed = {(r.risk, r.firms): name for name, r in REGIMES.items() if r.periods == MAP_PERIODS}
    parts = []
    for risk, firms in product(RISKS, CHAIN_SIZES):
        part = known.get(printed.get((risk, firms), ""))
        if part is None:
            model = setting(risk=risk, firms=firms, periods=MAP_PERIODS, convention=convention)
            raw = simulated_regime(f"risk {risk}, N = {firms}", model, settings)
            part = as_printed(raw, deviations=deviations)
        labels = (pl.lit(risk).alias("risk"), pl.lit(firms, pl.Int64).alias("firms"))
        parts.append(part.select(*labels, pl.all()))
    return pl.concat(parts)
