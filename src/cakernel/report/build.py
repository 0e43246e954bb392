"""Which sections a report of a folder has."""

from typing import Any

import polars as pl

from cakernel.ctip.label import LABEL
from cakernel.regime import REGIMES
from cakernel.report import (
    choices,
    claims,
    ctip_claim_words,
    ctip_claims,
    ctip_contracts,
    ctip_government,
    ctip_recovery,
    ctip_statics,
    ctip_sweep,
    ranking,
    scorecard,
    sweeps,
)
from cakernel.report.ctip_sweep_tables import CtipSweepTables
from cakernel.report.folder import RunFolder
from cakernel.report.kinds import is_coopetition
from cakernel.report.methods import methods, note, sources
from cakernel.report.open_points import open_points
from cakernel.report.page import Prose, Report, Section
from cakernel.report.paper_tables import paper_tables
from cakernel.report.pictures import agreement_picture, map_picture, ranking_picture

TITLES = {
    "reproduce": "The tables of Chen and Chang (2021), simulated",
    "best": "Which recovery speed is best, and how sure that is",
    "claims": "Claims on recovery speeds, tested",
    "run": "Policies simulated",
    "sweep": "A sweep of the model",
    "ctip-solve": "Contracts of a market, side by side",
    "ctip-claims": "Claims on coopetition, in random markets",
    "ctip-government": "The government's best choices",
    "ctip-statics": "What moves an equilibrium",
    "ctip-recovery": "Recovery speeds under a platform and its contract",
    "ctip-sweep": "A sweep of the coopetition model",
}
CASE_TITLE = "The case study: contracts side by side"
MADE_BY = {
    "reproduce": "cakernel reproduce",
    "best": "cakernel best",
    "claims": "cakernel claims",
    "run": "cakernel run",
    "sweep": "cakernel sweep",
    "ctip-solve": "cakernel ctip solve",
    "ctip-claims": "cakernel ctip claims",
    "ctip-government": "cakernel ctip government",
    "ctip-statics": "cakernel ctip statics",
    "ctip-recovery": "cakernel ctip recovery",
    "ctip-sweep": "cakernel sweep",
}


def build(folder: RunFolder, *, title: str | None) -> Report:
    """Return what the page of a folder shows."""
    findings, sections = _CONTENTS[folder.kind](folder, note(folder))
    summary = Section("findings", "Findings", [Prose([sentence]) for sentence in findings])
    made_by, known_title = MADE_BY[folder.kind], TITLES[folder.kind]
    command = folder.recorded("settings", "command")
    if command is not None and command.value == "ctip case":
        made_by, known_title = "cakernel ctip case", CASE_TITLE
    label = f"{LABEL} " if is_coopetition(folder.kind) else ""
    return Report(
        title or known_title,
        f"{label}Report of a folder written by {made_by}",
        [summary, *sections, methods(folder), sources(folder)],
    )


Contents = tuple[list[Any], list[Section]]


def _reproduce(folder: RunFolder, told: str) -> Contents:
    regimes = [name for name in REGIMES if folder.has(name)]
    findings = [*scorecard.words(folder)]
    if folder.has("table_7"):
        findings += choices.table_7_words(folder)
    if folder.has("figure_2"):
        findings += choices.map_words(folder)
    findings += choices.best_words(folder, regimes[0])
    comparison = folder.sheet("comparison").frame
    sections = [
        Section(
            "agreement-section",
            "Agreement with the paper",
            [
                scorecard.agreement_table(folder),
                agreement_picture(comparison, told),
                scorecard.worst_table(folder),
            ],
        ),
        paper_tables(folder),
    ]
    if folder.has("table_7"):
        table: list[Any] = [choices.table_7_grid(folder)]
        table += choices.reasons(choices.table_7_reasons(folder), "All choices agree.")
        sections.append(Section("table-7-section", "Table 7: best choices", table))
    if folder.has("figure_2") and folder.has("map"):
        blocks: list[Any] = [map_picture(folder.sheet("map").frame, told), choices.map_grid(folder)]
        blocks += choices.reasons(choices.map_reasons(folder), "The whole map agrees.")
        sections.append(Section("map-section", "Fig. 2: the map of best rules", blocks))
    simulated = pl.concat(
        folder.sheet(name).frame.with_columns(regime=pl.lit(name)) for name in regimes
    )
    drawn = ranking_picture(
        simulated,
        groups={"regime": "regime"},
        caption="All policies of a regime, by the outcome chosen.",
        note=told,
        source=", ".join(f"{name}.parquet" for name in regimes),
    )
    sections.append(Section("ranking-section", "All policies, regime by regime", [drawn]))
    sections.append(open_points(folder))
    return findings, sections


def _best(folder: RunFolder, told: str) -> Contents:
    return ranking.best_words(folder), ranking.best_sections(folder, told)


def _claims(folder: RunFolder, told: str) -> Contents:
    return claims.claims_words(folder), claims.claims_sections(folder, told)


def _run(folder: RunFolder, told: str) -> Contents:
    return ranking.run_words(folder), ranking.run_sections(folder, told)


def _sweep(folder: RunFolder, told: str) -> Contents:
    tables = sweeps.SweepTables(folder)
    return sweeps.sweep_words(folder, tables), sweeps.sweep_sections(folder, tables, told)


def _ctip_solve(folder: RunFolder, told: str) -> Contents:
    return ctip_contracts.contracts_words(folder), ctip_contracts.contracts_sections(folder, told)


def _ctip_claims(folder: RunFolder, told: str) -> Contents:
    return ctip_claim_words.claims_words(folder), ctip_claims.claims_sections(folder, told)


def _ctip_government(folder: RunFolder, told: str) -> Contents:
    words = ctip_government.government_words(folder)
    return words, ctip_government.government_sections(folder)


def _ctip_statics(folder: RunFolder, told: str) -> Contents:
    return ctip_statics.statics_words(folder), ctip_statics.statics_sections(folder, told)


def _ctip_recovery(folder: RunFolder, told: str) -> Contents:
    return ctip_recovery.recovery_words(folder), ctip_recovery.recovery_sections(folder, told)


def _ctip_sweep(folder: RunFolder, told: str) -> Contents:
    tables = CtipSweepTables(folder)
    words = ctip_sweep.ctip_sweep_words(folder, tables)
    return words, ctip_sweep.ctip_sweep_sections(folder, tables, told)


_CONTENTS = {
    "reproduce": _reproduce,
    "best": _best,
    "claims": _claims,
    "run": _run,
    "sweep": _sweep,
    "ctip-solve": _ctip_solve,
    "ctip-claims": _ctip_claims,
    "ctip-government": _ctip_government,
    "ctip-statics": _ctip_statics,
    "ctip-recovery": _ctip_recovery,
    "ctip-sweep": _ctip_sweep,
}
