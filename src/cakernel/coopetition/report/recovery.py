"""What `cakernel ctip recovery` found: the best recovery speeds of each type of chain."""

from collections.abc import Sequence
from typing import Any, Final

from cakernel.coopetition.report.shared import cite_all, market_sections
from cakernel.recovery.words import POLICY_PARTS
from cakernel.report.cited_numbers import Sheet, say
from cakernel.report.folder import Contents, RunFolder
from cakernel.report.page import Grid, Section, simple_grid
from cakernel.report.ranking import Ranking

TYPE: Final = {
    "investment": ("each invests z", ".5f"),
    "breach_probability": ("is breached with probability B", ".5f"),
    "risk_factor": ("remaining share of cyber risk", ".1%"),
    "payment": ("a firm pays a period", ".4g"),
    "unpaid": ("most that a firm fails to pay", ".3g"),
}


def contents(folder: RunFolder, note: str) -> Contents:
    """Return what the platform leaves of each type's risk, and the ranking of its policies."""
    findings: list[Any] = []
    best, rankings = set(), []
    parts, ranking = _types(folder), Ranking.of(folder, note, keys=POLICY_PARTS)
    for number, part in enumerate(parts):
        first = part.frame.row(0, named=True)
        best.add(tuple(first[name] for name in POLICY_PARTS))
        chains = "chains " if "," in first["chains"] else "chain "
        cited = say("of {}{}", chains, part.cite(first, "chains"))
        findings += [_risk(part, cited), *ranking.findings(part, cited)]
        group = f"of {chains}{first['chains']}"
        rankings.append(ranking.section(part, number, group))
    if len(parts) > 1:
        same = "the same" if len(best) == 1 else "not the same"
        findings.append(f"The policy with the highest mean is {same} for all types of chains.")
    return findings, [
        Section("types-section", "What the platform changes for firms", [_grid(parts)]),
        Section("ranking-section", "How far policies lie from the best", [], rankings),
        *market_sections(folder),
    ]


def _types(folder: RunFolder) -> list[Sheet]:
    """Return the policies of each type of chain, the best first."""
    sheet = folder.sheet("recovery")
    types = sheet.frame.partition_by("chains", maintain_order=True)
    return [Sheet(sheet.file, rows) for rows in types]


def _risk(part: Sheet, chains: Any) -> Any:
    """Say what firms of a type meet of the cyber risk, and what they pay."""
    first = part.frame.row(0, named=True)
    styles = {"risk_factor": ".1%", "investment": ".5f", "status": "", "payment": ".4g"}
    told = say(
        "The firms {} meet {} of the cyber risk that there is without any investment, as each "
        "chain invests {} (the equilibrium is {}); each pays {} a period.",
        chains,
        *(part.cite(first, name, style=style) for name, style in styles.items()),
    )
    if first["unpaid"] > 0:
        words = " In some states a firm pays up to {} less than it owes."
        told += say(words, part.cite(first, "unpaid", style=".3g"))
    return told


def _grid(parts: Sequence[Sheet]) -> Grid:
    rows = []
    for part in parts:
        first = part.frame.row(0, named=True)
        styles = {"chains": ""} | {name: style for name, (_, style) in TYPE.items()}
        rows.append(cite_all(part, first, styles))
    return simple_grid(
        "types-table",
        "Chains that invest and are breached alike, and what that means for their firms. Source: "
        "recovery.parquet.",
        ["chains", *(words for words, _ in TYPE.values())],
        rows,
        kind="numbers",
    )
