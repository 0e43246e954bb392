"""The reproduction of Chen and Chang (2021): their tables and claims beside simulated results.

Here and in `claims` it is computed what the paper prints, how near simulated results come and
which rules are best; `tables` and `scorecard_tables` describe the tables, `terminal`, `report` and
`pictures` show them. What the paper prints lies in ``data/`` exactly as printed, misprints
included. Nothing in this package simulates but its commands and `claims.settings`.
"""

from cakernel.paper.agreement import Scorecard, scorecard
from cakernel.paper.choices import figure_2, table_7
from cakernel.paper.comparison import compare, shared_row_mismatch
from cakernel.paper.five_percent import best_set, standing
from cakernel.paper.published import errata, printed_choices, printed_tables

__all__ = [
    "Scorecard",
    "best_set",
    "compare",
    "errata",
    "figure_2",
    "printed_choices",
    "printed_tables",
    "scorecard",
    "shared_row_mismatch",
    "standing",
    "table_7",
]
