"""What outcomes of the recovery model are called in full."""

from typing import Final

OUTCOME_WORDS: Final = {
    "resources": "mean resources R at the end",
    "x": "mean operational state x",
    "y": "mean intangibles state y",
    "value": "mean value: R at the end and what final states are worth",
}
"""By column without "mean_"; the leading outcome first."""
