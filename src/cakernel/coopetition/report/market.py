"""The parameters of a market of the coopetition model, as a table.

Inspired by the abstract of Arisian et al. (2025); not a reproduction.
"""

from collections.abc import Collection
from typing import Any, Final

from cakernel.report.cited_numbers import say
from cakernel.report.folder import RunFolder
from cakernel.report.page import Section, simple_grid

PARAMETERS: Final = {
    "chains": ("n", "competing chains"),
    "threat_probability": ("tau", "probability of an attack"),
    "vulnerability": ("v", "probability that an attack breaches a chain without investment"),
    "delivery_loss": ("loss", "share of its order that a breached chain fails to deliver"),
    "breach_cost": ("L", "cost of a breach besides deliveries"),
    "security_effectiveness": ("alpha", "effect of a unit of investment"),
    "security_elasticity": ("beta", "elasticity of the breach probability"),
    "sharing_level": ("theta", "how much the platform shares"),
    "spillover": ("lambda", "how much shared intelligence helps rivals"),
    "disclosure_cost": ("kappa", "cost of sharing a chain, times theta squared"),
    "subsidy_rate": ("sigma", "share of investment that the government pays"),
    "demand_intercept": ("a", "price at which nothing is sold"),
    "demand_slope": ("b", "slope of demand"),
    "substitutability": ("gamma", "from separate markets, 0, to one market, 1"),
    "wholesale_price": ("w", "price of a unit ordered"),
    "supplier_cost": ("c_s", "cost of a unit produced"),
    "minimum_order": ("M", "pooled minimum order"),
    "discount": ("delta", "discount from the threshold on"),
    "discount_threshold": ("Mbar", "threshold of the discount"),
    "essential_need": ("d", "essential need of a chain's product"),
    "harm_per_unit": ("h", "harm of a unit of unmet need"),
}


def market_sections(folder: RunFolder, *, varied: Collection[str] = ()) -> list[Section]:
    """Return the section on the market that was solved, none where the record does not tell."""
    key = "model" if folder.is_sweep else "market"
    rows: list[list[Any]] = []
    for name, (symbol, words) in PARAMETERS.items():
        found = folder.recorded(folder.settings, key, name, brief=True)
        if found is not None:
            rows.append([name, symbol, words, _or_varied(found, name, varied)])
    if not rows:
        return []
    grid = simple_grid(
        "market-table",
        f"The market, one value for all chains or one a chain. Source: {folder.record_file}.",
        ["parameter", "symbol", "what it is", "value"],
        rows,
    )
    return [Section("market-section", "The market", [grid])]


def _or_varied(found: Any, name: str, varied: Collection[str]) -> Any:
    """Return a value, or that it varies; an axis may be of a single chain, as vulnerability_1."""
    if name in varied:
        return "varies"
    single = [axis.rpartition("_")[2] for axis in varied if axis.rpartition("_")[0] == name]
    if not single:
        return found
    return say("{}, but of chain {} it varies", found, " and ".join(single))
