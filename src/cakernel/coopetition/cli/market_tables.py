"""What commands on one market show."""

import math
from typing import Final

import polars as pl

from cakernel.cli.tables import FittedTable
from cakernel.coopetition import (
    equilibrium,
)
from cakernel.coopetition.cli.shared import codes_in_words, empty_table, number
from cakernel.coopetition.market import Market
from cakernel.coopetition.words import TERMS, UNITS
from cakernel.wording import decimals

# columns of the tables, and what they are called there
EACH = {
    "investment": "invests z",
    "breach_probability": "breached B",
    "order": "orders",
    "delivery": "delivers",
    "profit": "profit",
}
WHOLE = {
    "total_profit": "profits",
    "consumer_surplus": "consumer\nsurplus",
    "supplier_profit": "supplier",
    "subsidy_bill": "subsidies",
    "unmet_need": "unmet\nneed",
    "economic_welfare": "economic\nwelfare",
}
CERTIFICATE = ["status", "largest gain", "equilibria found", "the reported one is"]
SPLIT = {
    "welfare_gain": "flexible MOQ\nless fixed",
    "timing_value": "timing",
    "commitment_value": "commitment\nand discount",
    "gain_without_risk": "of it at\nzero risk",
    "gain_by_risk": "by risk",
}
MOVED = {
    name: WHOLE[name]
    for name in ("total_profit", "consumer_surplus", "unmet_need", "economic_welfare")
}
NOTE: Final = (
    "Derivatives: by how much an outcome grows for a unit more of the parameter; unmet need in "
    "units of the product, the others in money. "
    "-: none, as slopes to the left and to the right differ (a kink or a jump, as of M at Mbar), "
    "or as there is no equilibrium."
)
CHOICE = {
    "subsidy_rate": "subsidy\nsigma",
    "sharing_level": "sharing\ntheta",
    "minimum_order": "minimum\norder M",
    "economic_welfare": "economic\nwelfare",
    "welfare_now": "welfare\nnow",
    "smallest_profit_gain": "smallest\nprofit gain",
}


def market_tables(rows: pl.DataFrame, chains: int) -> list[FittedTable]:
    """Lay out what the market as a whole gets, what each chain does, and the certificates."""
    keys = ["contract", "regime"]
    used = codes_in_words([*rows["contract"], *rows["regime"]])
    whole = empty_table("Expectations", keys, list(WHOLE.values()), caption=used)
    each = empty_table("Chains", [*keys, "chain"], list(EACH.values()))
    certificates = empty_table("Certificates", keys, CERTIFICATE)
    for row in rows.iter_rows(named=True):
        names = [row[key] for key in keys]
        whole.add_row(*names, *(number(row[name]) for name in WHOLE))
        gain, found = f"{row['largest_gain']:.0e}", str(row["equilibria_found"])
        certificates.add_row(*names, row["status"], gain, found, row["selection"] or "-")
        for j in range(1, chains + 1):
            each.add_row(*names, str(j), *(number(row[f"{name}_{j}"]) for name in EACH))
    return [whole, each, certificates]


def split_table(rows: pl.DataFrame) -> FittedTable:
    """Lay out the welfare that the flexible contract adds, in parts."""
    title = "Economic welfare that the flexible contract adds"
    table = empty_table(title, ["regime"], list(SPLIT.values()))
    for row in rows.iter_rows(named=True):
        table.add_row(row["regime"], *(number(row[name]) for name in SPLIT))
    return table


def all_found(market: Market, contract: str, regime: str) -> list[str]:
    """List every equilibrium that was found, the reported one first."""
    lines = [f"all equilibria found, {contract}, {regime}; the first is the one reported:"]
    for row in equilibrium(market, contract=contract, regime=regime).iter_rows(named=True):
        invested = ", ".join(f"{row[f'investment_{j + 1}']:.6f}" for j in range(market.chains))
        lines.append(f"  investments {invested}; total profit {row['total_profit']:,.6f}")
    return lines


def statics_table(rows: pl.DataFrame, *, title: str, chains: int) -> FittedTable:
    """Lay out the derivatives by each parameter."""
    invested = {f"investment_{j}": f"invests\nz_{j}" for j in range(1, chains + 1)}
    moved = invested | MOVED
    names = ["value", *moved.values()]
    table = empty_table(title, ["parameter"], names, caption=NOTE)
    forms = {name: f"z.{decimals([], rows[name])}f" for name in moved}
    for row in rows.iter_rows(named=True):
        table.add_row(
            TERMS.column(row["parameter"]),
            f"{row['value']:g}",
            *(number(row[name], form) for name, form in forms.items()),
        )
    return table


def government_table(rows: pl.DataFrame, *, threshold: float) -> FittedTable:
    """Lay out the government's best choices."""
    titles = ["participation", *CHOICE.values(), "largest\ngain"]
    table = empty_table(
        "The government's best choice under flexible MOQ", [], titles, caption=UNITS
    )
    for row in rows.iter_rows(named=True):
        values = {name: number(row[name]) for name in CHOICE}
        if row["at_threshold"]:
            values["minimum_order"] += " = Mbar"
        if row["minimum_order"] == math.nextafter(threshold, 0):
            values["minimum_order"] += " < Mbar"
        name = "no chain loses" if row["participation"] else "not asked"
        gain = "none found" if row["largest_gain"] is None else f"{row['largest_gain']:.0e}"
        table.add_row(name, *values.values(), gain)
    return table
