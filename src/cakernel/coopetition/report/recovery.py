"""What `cakernel ctip recovery` found: the best recovery speeds of each type of chain.

Inspired by the abstract of Arisian et al. (2025); not a reproduction.
"""

from collections.abc import Iterator
from typing import Any, Final

from cakernel.coopetition.report.market import market_sections
from cakernel.recovery.words import POLICY_PARTS
from cakernel.report.cited_numbers import Sheet, say
from cakernel.report.folder import RunFolder
from cakernel.report.page import Grid, Section, simple_grid
from cakernel.report.ranking import Ranking

TYPE: Final = {
    "investment": ("each invests z", ".5f"),
    "breach_probability": ("is breached with probability B", ".5f"),
    "risk_factor": ("remaining share of cyber risk", ".1%"),
    "payment": ("a firm pays a period", ".4g"),
    "unpaid": ("most that a firm fails to pay", ".3g"),
}


def recovery_words(folder: RunFolder) -> list[Any]:
    """Return what the platform leaves of each type's risk, and which policy is best then."""
    sentences: list[Any] = []
    first_ones = []
    ranking = Ranking.of(folder, "", keys=POLICY_PARTS)
    for part in _types(folder):
        first = part.frame.row(0, named=True)
        first_ones.append(tuple(first[name] for name in POLICY_PARTS))
        chains = say("of {}{}", _chain(first), part.cite(first, "chains"))
        told = say(
            "The firms {} meet {} of the cyber risk that there is without any investment, as each "
            "chain invests {} (the equilibrium is {}); each pays {} a period.",
            chains, *(part.cite(first, name, style=style) for name, style in (
                ("risk_factor", ".1%"), ("investment", ".5f"), ("status", ""),
                ("payment", ".4g"),
            )),
        )  # fmt: skip
        if first["unpaid"] > 0:
            words = " In some states a firm pays up to {} less than it owes."
            told += say(words, part.cite(first, "unpaid", style=".3g"))
        sentences += [told, *ranking.findings(part, chains)]
    if len(first_ones) > 1:
        same = "the same" if len(set(first_ones)) == 1 else "not the same"
        sentences.append(f"The policy with the highest mean is {same} for all types of chains.")
    return sentences


def recovery_sections(folder: RunFolder, note: str) -> list[Section]:
    """Return the types of chains, and a picture and a table of policies for each."""
    ranking = Ranking.of(folder, note, keys=POLICY_PARTS)
    parts = []
    for number, part in enumerate(_types(folder)):
        first = part.frame.row(0, named=True)
        group = f"of {_chain(first)}{first['chains']}"
        parts.append(ranking.section(part, number, group))
    return [
        Section("types-section", "What the platform changes for firms", [_grid(folder)]),
        Section("ranking-section", "How far policies lie from the best", [], parts),
        *market_sections(folder),
    ]


def _types(folder: RunFolder) -> Iterator[Sheet]:
    """Yield the policies of each type of chain, the best first."""
    sheet = folder.sheet("recovery")
    for rows in sheet.frame.partition_by("chains", maintain_order=True):
        yield Sheet(sheet.file, rows)


def _chain(row: dict[str, Any]) -> str:
    return "chains " if "," in row["chains"] else "chain "


def _grid(folder: RunFolder) -> Grid:
    rows = []
    for part in _types(folder):
        first = part.frame.row(0, named=True)
        cited = [part.cite(first, name, style=style, brief=True) for name, (_, style) in
                 TYPE.items()]  # fmt: skip
        rows.append([part.cite(first, "chains", brief=True), *cited])
    return simple_grid(
        "types-table",
        "Chains that invest and are breached alike, and what that means for their firms. Source: "
        "recovery.parquet.",
        ["chains", *(words for words, _ in TYPE.values())],
        rows,
        kind="numbers",
    )
