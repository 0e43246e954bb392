"""What is best: the government's choices, and recovery speeds of each type of chain."""

from typing import Any, Final

import polars as pl

from cakernel.coopetition.report.shared import cite_all, market_sections
from cakernel.coopetition.words import OUTCOME_WORDS, with_unit
from cakernel.recovery.policy import POLICY_PARTS
from cakernel.report.cited_numbers import Sheet, say
from cakernel.report.folder import Contents, RunFolder
from cakernel.report.page import Answer, Grid, Section, simple_grid
from cakernel.report.ranking import Ranking
from cakernel.wording import MISSING

LEVERS: Final = ("subsidy_rate", "sharing_level", "minimum_order")
OUTCOMES: Final = ("economic_welfare", "total_profit", "subsidy_bill", "unmet_need")
QUANTITIES: Final = {
    "subsidy_rate": ("subsidy sigma, share of investment", ".1%"),
    "sharing_level": ("sharing level theta, of full sharing", ".1%"),
    "minimum_order": ("pooled minimum order M (units)", ".3f"),
    **{name: (with_unit(name, OUTCOME_WORDS[name]), ".4f") for name in OUTCOMES},
    "smallest_profit_gain": (
        "profit over fixed orders, of the chain that gains least (money)",
        "+.4f",
    ),
    "largest_gain": ("certificate: most welfare found above that (money)", ".1g"),
    "equilibria_solved": ("equilibria solved for both", ","),
}
OF_TYPES: Final = {
    "investment": ("each invests z (money)", ".3g"),
    "breach_probability": ("is breached with probability B", ".1%"),
    "risk_factor": ("remaining share of cyber risk", ".1%"),
    "payment": ("a firm pays a day (resources)", ".3g"),
    "unpaid": ("most that a firm fails to pay (resources)", ".3g"),
}
ASKED: Final = {False: "participation not asked", True: "every chain takes part"}
NONE: Final = {False: "no choice has an equilibrium", True: "no choice keeps every chain in"}
LABELS: Final = {False: "Best, chains not asked", True: "If each must agree"}
Lines = list[tuple[str, Any]]


def government_contents(folder: RunFolder, note: str) -> Contents:
    """Return the best choices without and with participation, beside the market as it is."""
    sheet = folder.sheet("government")
    section = Section("choices-section", "Choices of the government", [_choices(folder, sheet)])
    lines: Lines = [
        (LABELS[row["participation"]], _best(sheet, row))
        for row in sheet.frame.iter_rows(named=True)
    ]
    known = sheet.frame.drop_nulls("economic_welfare")
    if known.height > 1:
        free, asked = known.sort("participation").iter_rows(named=True)
        told = say(
            "that each chain earns as much as under separate fixed orders costs {} of welfare ({})",
            sheet.lost(free, asked, "economic_welfare", ".4f"),
            sheet.less(free, asked, "economic_welfare"),
        )
        lines.append(("What agreement costs", told))
    if known.height:
        now = sheet.cite(known.row(0, named=True), "welfare_now", style=".4f")
        lines.append(("To change nothing", say("economic welfare stays at {}", now)))
        sure = say(
            "a check all over the range, of {} equilibria, found at most {} more welfare",
            sheet.over("equilibria_solved", "sum", style=","),
            sheet.over("largest_gain", "largest", style=".1g"),
        )
        lines.append(("How sure", sure))
    heading = "What should the government set?"
    return [Answer(heading, lines)], [section, *market_sections(folder)]


def _best(sheet: Sheet, row: dict[str, Any]) -> Any:
    """Say what the best choice is, and what it brings."""
    if row["economic_welfare"] is None:
        return say(NONE[row["participation"]])
    return say(
        "a subsidy of {} of investment, a sharing level of {}, a pooled minimum order of {}{}: "
        "economic welfare is {}, in money; the chain that gains least gains {} over fixed orders",
        *(sheet.cite(row, name, style=QUANTITIES[name][1]) for name in LEVERS),
        ", the threshold of the discount itself" if row["at_threshold"] else "",
        sheet.cite(row, "economic_welfare", style=".4f"),
        sheet.cite(row, "smallest_profit_gain", style="+.4f"),
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
        findings += [Answer(f"Cyber risk of {chains}{first['chains']}", _risk(part))]
        findings += ranking.findings(part, cited)
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


def _risk(part: Sheet) -> Lines:
    """Say what firms of a type meet of the cyber risk, and what they pay."""
    first = part.frame.row(0, named=True)
    cite = {name: part.cite(first, name, style=style) for name, (_, style) in OF_TYPES.items()}
    paid = say("each firm pays {} units of resources a day", cite["payment"])
    if first["unpaid"] > 0:
        paid += say("; in some states up to {} less than it owes", cite["unpaid"])
    return [
        ("Left of it", say("{} of what it is without any investment", cite["risk_factor"])),
        ("Because", say("each chain invests {}, in money; {}", cite["investment"], paid)),
        ("How sure", say("the equilibrium of investments is {}", part.cite(first, "status"))),
    ]
