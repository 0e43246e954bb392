"""Results of the coopetition model as tables for the terminal."""

import math
from collections.abc import Iterator
from typing import Any

import polars as pl
from rich import box
from rich.table import Table

# rows of the table of each chain, and what they are called
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
GOVERNMENT = {
    "subsidy_rate": "subsidy\nsigma",
    "sharing_level": "sharing\ntheta",
    "minimum_order": "minimum\norder M",
    "economic_welfare": "economic\nwelfare",
    "welfare_now": "welfare\nnow",
    "smallest_profit_gain": "smallest\nprofit gain",
}


def market_tables(rows: pl.DataFrame, chains: int) -> Iterator[Table]:
    """Return what the market as a whole gets, what each chain does, and the certificates."""
    whole = _empty("Expectations", 2, list(WHOLE.values()))
    certificates = _empty("Certificates", 2, CERTIFICATE)
    each = _empty("Chains", 3, list(EACH.values()))
    for row in rows.iter_rows(named=True):
        keys = [row["contract"], row["regime"]]
        whole.add_row(*keys, *(_number(row[name]) for name in WHOLE))
        gain, found = _small(row["largest_gain"]), str(row["equilibria_found"])
        certificates.add_row(*keys, row["status"], gain, found, row["selection"] or "-")
        for j in range(1, chains + 1):
            each.add_row(*keys, str(j), *(_number(row[f"{name}_{j}"]) for name in EACH))
    yield whole
    yield each
    yield certificates


def split_table(rows: pl.DataFrame) -> Table:
    """Return the welfare that the flexible contract adds, in parts."""
    table = _empty("Economic welfare that the flexible contract adds", 1, list(SPLIT.values()))
    for row in rows.iter_rows(named=True):
        table.add_row(row["regime"], *(_number(row[name]) for name in SPLIT))
    return table


def government_table(rows: pl.DataFrame, *, threshold: float) -> Table:
    """Return the government's best choices."""
    titles = ["participation", *GOVERNMENT.values(), "largest\ngain"]
    table = _empty("The government's best choice under flexible MOQ", 0, titles)
    for row in rows.iter_rows(named=True):
        name = "no chain loses" if row["participation"] else "not asked"
        order = _number(row["minimum_order"]) + (" = Mbar" if row["at_threshold"] else "")
        if row["minimum_order"] == math.nextafter(threshold, 0):
            order += " < Mbar"
        values = [order if key == "minimum_order" else _number(row[key]) for key in GOVERNMENT]
        gain = "none found" if row["largest_gain"] is None else _small(row["largest_gain"])
        table.add_row(name, *values, gain)
    return table


def _empty(title: str, keys: int, columns: list[str]) -> Table:
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for name in ("contract", "regime", "chain")[:keys] if keys != 1 else ("regime",):
        table.add_column(name)
    for name in columns:
        table.add_column(name, justify="right", no_wrap=True)
    return table


def _number(value: Any) -> str:
    return "-" if value is None else f"{value:.5f}"


def _small(value: float) -> str:
    return f"{value:.0e}"
