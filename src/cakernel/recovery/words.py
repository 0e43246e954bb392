"""What columns of the recovery model's tables are called in words."""

from typing import Final

OUTCOMES: Final = {
    "resources": "mean resources R at the end",
    "x": "mean operational state x",
    "y": "mean intangibles state y",
}
"""Outcomes, the leading one first; the columns are mean_... and se_... of these."""

POLICY_PARTS: Final = {
    "supply_rule": "supply rule",
    "cyber_rule": "cyber rule",
    "principle": "principle",
}
"""The columns that tell policies apart."""
