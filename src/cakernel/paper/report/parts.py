"""The kinds of folders that the reproduction and the claims on it write."""

from typing import Any

import polars as pl

from cakernel.paper.report import choices, claims, scorecard
from cakernel.paper.report.methods import CLAIMS, FIVE_PERCENT, TABLES
from cakernel.paper.report.open_points import open_points
from cakernel.paper.report.pictures import agreement_picture, map_picture
from cakernel.paper.report.tables import paper_tables
from cakernel.recovery.regimes import REGIMES
from cakernel.recovery.report.methods import paragraphs
from cakernel.recovery.report.parts import PARTS as RECOVERY
from cakernel.recovery.report.policies import ranking_picture
from cakernel.report.folder import RunFolder
from cakernel.report.page import Section
from cakernel.report.parts import Contents, FolderKind, ReportParts


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


def _claims(folder: RunFolder, told: str) -> Contents:
    return claims.claims_words(folder), claims.claims_sections(folder, told)


PARTS = ReportParts(
    kinds=(
        FolderKind(
            title="The tables of Chen and Chang (2021), simulated",
            made_by="reproduce",
            contents=_reproduce,
            methods=lambda folder: paragraphs(folder, FIVE_PERCENT, TABLES),
            file="comparison.parquet",
        ),
        FolderKind(
            title="Claims on recovery speeds, tested",
            made_by="claims",
            contents=_claims,
            methods=lambda folder: paragraphs(folder, FIVE_PERCENT, CLAIMS),
            file="comparisons.parquet",
        ),
    ),
    told={"target": "what was reproduced", **RECOVERY.told, "variants": "variants of the model"},
    noted=RECOVERY.noted,
)
