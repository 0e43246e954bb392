"""What Chen and Chang (2021) print: figures, best choices, known misprints."""

import io
from importlib import resources
from typing import Final

import polars as pl

PRINTED_SUPPLY_RULES: Final = tuple(f"SRD-{number}" for number in range(1, 9))
CLOUD_RULES: Final = tuple(f"CRD-{number}" for number in range(1, 7))
ON_SITE_RULE: Final = "CRD-0"
SHARED_ROW: Final = "CRD-1/3/4"
"""How the tables label the one row they print for CRD-1, CRD-3 and CRD-4 together."""
SHARED_RULES: Final = ("CRD-1", "CRD-3", "CRD-4")

CELL: Final = ("regime", "supply_rule", "cyber_rule", "principle")
"""The columns that name one cell of Tables 3 to 6."""

QUANTITIES: Final = ("x", "y", "resources")


def _read(name: str, schema: dict[str, type[pl.DataType]]) -> pl.DataFrame:
    content = resources.files("cakernel.paper").joinpath("data", name).read_bytes()
    return pl.read_csv(io.BytesIO(content), schema=schema)


def printed_tables() -> pl.DataFrame:
    """Return Tables 3 to 6 as printed, misprints included.

    Returns
    -------
    polars.DataFrame
        One row a printed cell, 432 in all: ``table``, ``regime``, ``supply_rule``,
        ``cyber_rule`` (``"CRD-1/3/4"`` where one row serves three rules), ``principle``,
        ``mean_x`` and ``mean_y`` (states, 0 to 2) and ``mean_resources`` (null for CRD-5 under C
        in the regimes low and t360, which the copy transcribed does not show).

    References
    ----------
    Chen, L.-M. and Chang, W.-L. (2021). doi:10.1016/j.tre.2021.102347, Tables 3 to 6.

    Examples
    --------
    >>> printed_tables().row(0)
    (3, 'base', 'SRD-1', 'CRD-1/3/4', 'P', 1.51, 1.44, 63.96)
    """
    text, number = pl.String, pl.Float64
    return _read(
        "tables_3_to_6.csv",
        {"table": pl.Int64, "regime": text, "supply_rule": text, "cyber_rule": text}
        | {"principle": text, "mean_x": number, "mean_y": number, "mean_resources": number},
    )


def printed_choices() -> pl.DataFrame:
    """Return Table 7: the best supply rules of each regime, on site and in the cloud.

    Returns
    -------
    polars.DataFrame
        14 rows: ``regime``, ``deployment`` (``"on-site"`` or ``"cloud"``), ``cyber_rule`` and
        ``best_supply_rules`` (a list, in the printed order).

    References
    ----------
    Chen, L.-M. and Chang, W.-L. (2021). doi:10.1016/j.tre.2021.102347, Table 7.

    Examples
    --------
    >>> printed_choices().row(1)
    ('base', 'cloud', 'CRD-5', ['SRD-4', 'SRD-5', 'SRD-3'])
    """
    columns = ("regime", "deployment", "cyber_rule", "best_supply_rules")
    table = _read("table_7.csv", dict.fromkeys(columns, pl.String))
    return table.with_columns(pl.col("best_supply_rules").str.split(" "))


def errata() -> pl.DataFrame:
    """Return the printed figures that are surely misprints, with what they should likely read.

    Returns
    -------
    polars.DataFrame
        7 rows: the four columns of ``CELL``, then ``quantity`` (``"mean_x"``, ``"mean_y"`` or
        ``"mean_resources"``), ``printed``, ``likely`` and ``why``.

    Examples
    --------
    >>> errata().select("regime", "supply_rule", "quantity", "printed", "likely").row(0)
    ('n3', 'SRD-3', 'mean_resources', 62.96, 72.96)
    """
    text, number = pl.String, pl.Float64
    return _read(
        "errata.csv",
        dict.fromkeys((*CELL, "quantity"), text)
        | {"printed": number, "likely": number, "why": text},
    )
