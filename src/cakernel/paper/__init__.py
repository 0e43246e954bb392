"""The reproduction of Chen and Chang (2021): their tables and claims beside simulated results.

Here and in `claims` it is computed what the paper prints, how near simulated results come and
which rules are best; `tables` and `scorecard_tables` describe the tables, `terminal`, `report` and
`pictures` show them. What the paper prints lies in ``data/`` exactly as printed, misprints
included; `printed_rules` holds the rules that some printed rows follow against the paper's Table 1.
Nothing in this package simulates but its commands, `printed_rules` and `claims.settings`.
"""

from cakernel.paper.agreement import Scorecard, scorecard
from cakernel.paper.choices import figure_2, table_7
from cakernel.paper.comparison import compare
from cakernel.paper.five_percent import best_set, standing
from cakernel.paper.printed_rules import DEVIATIONS, simulate_as_printed
from cakernel.paper.published import errata, printed_choices, printed_tables
from cakernel.paper.with_and_without import explained

__all__ = [
    "DEVIATIONS",
    "Scorecard",
    "best_set",
    "compare",
    "errata",
    "explained",
    "figure_2",
    "printed_choices",
    "printed_tables",
    "scorecard",
    "simulate_as_printed",
    "standing",
    "table_7",
]
