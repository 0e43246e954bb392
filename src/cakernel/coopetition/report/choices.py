"""What is best: the government's choices, and recovery speeds of each type of chain."""

from typing import Any, Final

import polars as pl

from cakernel.coopetition.report.shared import cite_all, market_sections
from cakernel.coopetition.words import OUTCOME_WORDS
from cakernel.recovery.policy import POLICY_PARTS
from cakernel.report.cited_numbers import Sheet, say
from cakernel.report.folder import Contents, RunFolder
from cakernel.report.page import Grid, Section, simple_grid
from cakernel.report.ranking import Ranking
from cakernel.wording import MISSING

LEVERS: Final = ("subsidy_rate", "sharing_level", "minimum_order")
OUTCOMES: Final = ("economic_welfare", "total_profit", "subsidy_bill", "unmet_need")
QUANTITIES: Final = {
    "subsidy_rate": ("subsidy sigma", ".5f"),
    "sharing_level": ("sharing level theta", ".5f"),
    "minimum_order": ("pooled minimum order M", ".5f"),
    **{name: (OUTCOME_WORDS[name], ".5f") for name in OUTCOMES},
    "smallest_profit_gain": ("profit over fixed orders, of the chain that gains least", "+.5f"),
    "largest_gain": ("certificate: most welfare found above that", ".1g"),
    "equilibria_solved": ("equilibria solved for both", ","),
}
OF_TYPES: Final = {
    "investment": ("each invests z", ".5f"),
    "breach_probability": ("is breached with probability B", ".5f"),
    "risk_factor": ("remaining share of cyber risk", ".1%"),
    "payment": ("a firm pays a period", ".3g"),
    "unpaid": ("most that a firm fails to pay", ".3g"),
}
ASKED: Final = {False: "participation not asked", True: "every chain takes part"}
BEST: Final = {
    False: "Where chains are not asked whether they take part, the best choice is",
    True: "Where every chain must earn as much as under separate fixed orders, the best choice is",
}
NONE: Final = {False: "No choice has an equilibrium.", True: "No choice keeps every chain in."}


def government_contents(folder: RunFolder, note: str) -> Contents:
    """Return the best choices without and with participation, beside the market as it is."""
    sheet = folder.sheet("government")
    section = Section("choices-section", "Choices of the government", [_choices(folder, sheet)])
    findings = [_best(sheet, row) for row in sheet.frame.iter_rows(named=True)]
    return findings, [section, *market_sections(folder)]


def _best(sheet: Sheet, row: dict[str, Any]) -> Any:
    """Say what the best choice is, and what it brings."""
    if row["economic_welfare"] is None:
        return say(NONE[row["participation"]])
    return say(
        "{} a subsidy of {}, a sharing level of {} and a pooled minimum order of {}{}: "
        "economic welfare is {}, against {} now; the chain that gains least gains {} over "
        "fixed orders. A check all over the range found at most {} more.",
        BEST[row["participation"]],
        *(sheet.cite(row, name, style=".5f") for name in LEVERS),
        ", the threshold of the discount itself" if row["at_threshold"] else "",
        sheet.cite(row, "economic_welfare", style=".5f"),
        sheet.cite(row, "welfare_now", style=".5f"),
        sheet.cite(row, "smallest_profit_gain", style="+.5f"),
        sheet.cite(row, "largest_gain", style=".1g"),
    )


def _choices(folder: RunFolder, sheet: Sheet) -> Grid:
    choices = sheet.frame.to_dicts()
    sheet_now = folder.sheet("now").rows(pl.col("contract") == "flexible-moq")
    now = sheet_now.frame.row(0, named=True)
    rows: list[list[Any]] = []
    for name, (words, style) in QUANTITIES.items():
        before: Any = MISSING
        if name in LEVERS:
            own = folder.recorded(folder.settings, "market", name, style=style, brief=True)
            before = own or MISSING
        elif name in OUTCOMES:
            before = sheet_now.cite(now, name, style=style, brief=True)
        found = (sheet.cite(row, name, style=style, brief=True) for row in choices)
        rows.append([words, before, *found])
    return simple_grid(
        "government-table",
        "The government's best choices under flexible MOQ, beside the market as it is. Source: "
        f"government.parquet, {folder.record_file} and now.parquet.",
        ["quantity", "now", *(ASKED[row["participation"]] for row in choices)],
        rows,
        kind="numbers sided",
    )


def recovery_contents(folder: RunFolder, note: str) -> Contents:
    """Return what the platform leaves of each type's risk, and the ranking of its policies."""
    findings: list[Any] = []
    best, rankings = set(), []
    sheet = folder.sheet("recovery")
    types = sheet.frame.partition_by("chains", maintain_order=True)
    # a type of chain each, the best policy first
    parts = [Sheet(sheet.file, rows) for rows in types]
    ranking = Ranking.of(folder, note, keys=POLICY_PARTS, model="recovery")
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
    styles = {"chains": ""} | {name: style for name, (_, style) in OF_TYPES.items()}
    grid = simple_grid(
        "types-table",
        "Chains that invest and are breached alike, and what that means for their firms. Source: "
        "recovery.parquet.",
        ["chains", *(words for words, _ in OF_TYPES.values())],
        [cite_all(part, part.frame.row(0, named=True), styles) for part in parts],
        kind="numbers",
    )
    return findings, [
        Section("types-section", "What the platform changes for firms", [grid]),
        Section("ranking-section", "How far policies lie from the best", [], rankings),
        *market_sections(folder),
    ]


def _risk(part: Sheet, chains: Any) -> Any:
    """Say what firms of a type meet of the cyber risk, and what they pay."""
    first = part.frame.row(0, named=True)
    styles = {"risk_factor": ".1%", "investment": ".5f", "status": "", "payment": ".3g"}
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
