"""Lines of a card: which policy ends with the most resources, and what others cost."""

from typing import Any

import polars as pl

from cakernel.recovery.paired import grouped
from cakernel.recovery.policy import POLICY_PARTS
from cakernel.recovery.terms import TERMS
from cakernel.report.cited_numbers import Sheet, say
from cakernel.report.ranking import policy_name
from cakernel.terms import explained
from cakernel.wording import decimals

RESOURCES = "mean_resources"
Lines = list[tuple[str, Any]]


def in_full(sheet: Sheet, row: dict[str, Any]) -> Any:
    """Cite a policy's codes, and say in words what it does."""
    return say("{}, {}", policy_name(sheet, row, POLICY_PARTS), TERMS.policy(row, POLICY_PARTS))


def rules_explained(rows: list[dict[str, Any]]) -> Lines:
    """Say what the rules and principles of some policies are."""
    return explained(TERMS.named(rows, POLICY_PARTS))


def best_lines(sheet: Sheet) -> Lines:
    """Say which policy of each group ends with the most resources, and what to choose else costs.

    ``sheet`` has a row a policy with its mean resources at the end and their standard error.
    """
    lines: Lines = []
    firsts: list[dict[str, Any]] = []
    groups = grouped(sheet.frame).partition_by("group", maintain_order=True)
    for rows in sorted(groups, key=lambda rows: str(rows["group"][0])):
        ranked = rows.sort(RESOURCES, descending=True, maintain_order=True)
        first = ranked.row(0, named=True)
        style = f".{decimals([first['se_resources']], [first[RESOURCES]])}f"
        told = say(
            "{}; it ends with {} units of resources (standard error {})",
            in_full(sheet, first),
            *(sheet.cite(first, name, style=style) for name in (RESOURCES, "se_resources")),
        )
        if firsts and firsts[0][RESOURCES] > 0:
            side = "more" if first[RESOURCES] > firsts[0][RESOURCES] else "less"
            told += say(", {} {} than in the cloud", sheet.apart(firsts[0], first, RESOURCES), side)
        lines.append((f"Best {first['group']}", told))
        if not firsts:
            lines += _otherwise(sheet, ranked, first, style)
        firsts.append(first)
    return lines + rules_explained(firsts[:1])


def _otherwise(sheet: Sheet, ranked: pl.DataFrame, first: dict[str, Any], style: str) -> Lines:
    """Say what another supply rule costs, all else the same: the next, and the last of them."""
    same = ranked.filter(
        *(pl.col(name) == first[name] for name in ("cyber_rule", "principle")),
        pl.col("supply_rule") != first["supply_rule"],
    )
    if same.is_empty():
        return []
    rows = [same.row(0, named=True), *([same.row(-1, named=True)] if same.height > 1 else [])]
    costs = []
    for row in rows:
        amount = sheet.lost(first, row, RESOURCES, style)
        share = say(" ({})", sheet.less(first, row, RESOURCES)) if first[RESOURCES] > 0 else ""
        term = TERMS.term("supply_rule", row["supply_rule"])
        name = f", {term.name}," if term else ""
        costs.append(say("{}{} costs {}{}", sheet.cite(row, "supply_rule"), name, amount, share))
    words = "all else the same, the next supply rule, {}"
    words += "; the last, {}" if len(costs) > 1 else ""
    return [("To choose otherwise", say(words, *costs))]
