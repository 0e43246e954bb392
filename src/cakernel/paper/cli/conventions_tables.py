"""What `cakernel conventions` shows."""

import polars as pl

from cakernel.cli.tables import FittedTable
from cakernel.paper.goodness_of_fit import PAPER_REPLICATIONS
from cakernel.paper.published import QUANTITIES
from cakernel.paper.terminal import DASH
from cakernel.wording import counted

READ = (
    "Mean square: of the residuals, differences in units of their Monte Carlo and rounding errors; "
    "1 where errors explain all. Beyond 3: figures more than 3 errors off. other-draws is what "
    "chance and rounding alone give. Figures share draws: these are no independent tests."
)


def conventions_table(table: pl.DataFrame, replications: int) -> FittedTable:
    """Lay out how well each set of conventions fits."""
    cells, figures = table["cells"][0], table["figures"][0]
    title = (
        f"Printed Tables 3 to 6 by sets of conventions: {cells} cells, {figures:,} figures; "
        f"{counted(replications, 'replication')}"
    )
    shown = FittedTable(title=title, caption=READ)
    for head in ("conventions", "changed", "to"):
        shown.add_column(head, no_wrap=True)
    numbers = ("cells\nagree", "mean\nsquare", "x", "y", "R", "beyond\n3", "times\npub-\nlished")
    for head in numbers:
        shown.add_column(head, justify="right", no_wrap=True)
    for row in table.iter_rows(named=True):
        squares = [row["mean_square"], *(row[f"mean_square_{name}"] for name in QUANTITIES)]
        shown.add_row(
            *(row[name] for name in ("name", "question", "answer")),
            str(row["within_tolerance"]),
            *(_short(square) for square in squares),
            f"{row['beyond_3']:,}",
            _short(row["times_published"]),
        )
    return shown


def errors_table(errors: pl.DataFrame) -> FittedTable:
    """Lay out the Monte Carlo error that the printed figures must have had."""
    shown = FittedTable(
        title=f"Monte Carlo error of the printed means of {PAPER_REPLICATIONS} runs",
        caption="Roots of mean squares. Expected: sd / sqrt(200), of our replications. Implied: "
        "what is left of the differences without our own error and rounding. Runs: how many "
        f"independent ones would have it; {DASH}: nothing is left.",
    )
    for head in ("figure", "regime"):
        shown.add_column(head)
    columns = ("expected", "rounding", "difference", "implied", "ratio", "runs")
    for head in columns:
        shown.add_column(head, justify="right")
    for row in errors.iter_rows(named=True):
        shown.add_row(
            "R" if row["quantity"] == "resources" else row["quantity"],
            row["regime"],
            *(DASH if row[name] is None else _short(row[name]) for name in columns),
        )
    return shown


def _short(number: float) -> str:
    """Write a number with three digits, large ones whole."""
    return f"{number:,.0f}" if abs(number) >= 100 else f"{number:.3g}"
