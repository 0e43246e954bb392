"""What the outcomes of the recovery model are called, in full."""

from typing import Final

OUTCOMES: Final = {
    "resources": "mean resources R at the end",
    "x": "mean operational state x",
    "y": "mean intangibles state y",
}
