from .agreement import Scorecard, scorecard
from .choices import figure_2, table_7
from .comparison import compare
from .deviations import DEVIATIONS
from .five_percent import best_set, standing
from .printed_rules import simulate_as_printed
from .published import errata, printed_choices, printed_tables
from .with_and_without import explained

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
