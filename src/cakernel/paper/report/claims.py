"""What `cakernel claims` found: a verdict on each claim in each variant of the model."""

from typing import Any

import polars as pl

from cakernel.paper.claims.verdicts import least_in_favour
from cakernel.paper.report.pictures import verdict_picture
from cakernel.recovery.report.policies import ranking_picture
from cakernel.report.cited_numbers import Sheet, say
from cakernel.report.folder import RunFolder
from cakernel.report.page import Cell, Choices, Filter, Grid, Prose, Section, simple_grid

VERDICTS = ("holds", "depends", "fails")


def claims_words(folder: RunFolder) -> list[Any]:
    """Return how many claims hold in each variant."""
    sheet = folder.sheet("claims")
    sentences = []
    for variant in sheet.frame["variant"].unique(maintain_order=True):
        part = sheet.rows(pl.col("variant") == variant)
        counts = [
            part.rows(pl.col("verdict") == verdict).over("verdict", "count") for verdict in VERDICTS
        ]
        total = part.over("verdict", "count")
        sentences.append(
            say(
                "Variant {}: of {} claims, {} hold, {} depend on the setting, {} fail.",
                part.cite(part.frame.row(0, named=True), "variant"), total, *counts,
            )
        )  # fmt: skip
    return sentences


def claims_sections(folder: RunFolder, note: str) -> list[Section]:
    """Return the verdicts, drawn and listed, and the means that they are drawn from."""
    sheet, comparisons = folder.sheet("claims"), folder.sheet("comparisons")
    variants = sheet.frame["variant"].unique(maintain_order=True).to_list()
    weakest = {
        (row["variant"], row["id"]): row
        for row in least_in_favour(comparisons.frame).iter_rows(named=True)
    }
    parts = [
        Section(
            f"claims-{variant}",
            f"Variant {variant}",
            [_grid(sheet.rows(pl.col("variant") == variant), comparisons, weakest, variant)],
        )
        for variant in variants
    ]
    filters = [
        Filter("variant", "variant", [("", "all"), *((v, v) for v in variants)], "variant"),
        Filter("verdict", "verdict", [("", "all"), *((v, v) for v in VERDICTS)], "verdict"),
    ]
    sections = [
        Section("verdicts-section", "Verdicts", [verdict_picture(sheet.frame, note)]),
        Section(
            "claims",
            "Claim by claim",
            [Prose([_legend(folder)], finding=False), Choices("claims-choice", "Show", filters)],
            parts,
        ),
    ]
    if folder.has("means"):
        means = folder.sheet("means").frame.filter(~pl.col("setting").str.contains("/"))
        first = means.filter(pl.col("variant") == variants[0])
        drawn = ranking_picture(
            first,
            groups={"setting": "setting"},
            caption=f"The means that the verdicts on variant {variants[0]} rest on.",
            note=note,
            source="means.parquet",
        )
        sections.append(Section("means", "Policies in each setting", [drawn]))
    return sections


def _legend(folder: RunFolder) -> Any:
    restated = folder.recorded("settings", "restated")
    return say(
        "True, false and open count the settings that a claim speaks of. Least in favour is the "
        "comparison whose difference, counted in standard errors, speaks least for the claim. {}",
        "" if restated is None else restated.value,
    )


def _grid(
    claims: Sheet, comparisons: Sheet, weakest: dict[tuple[str, str], Any], variant: str
) -> Grid:
    rows, facts = [], []
    for row in claims.frame.iter_rows(named=True):
        low = weakest[variant, row["id"]]
        difference, lower, upper = (
            comparisons.cite(low, column, style="+.2f", brief=True)
            for column in ("difference", "lower", "upper")
        )
        counts = [_settings(claims, row, kind) for kind in ("true", "false", "open")]
        rows.append(
            [
                row["id"],
                row["statement"],
                Cell(claims.cite(row, "verdict", brief=True), kind=f"verdict {row['verdict']}"),
                say("{} / {} / {}", *counts),
                claims.cite(row, "probability", style=".2f", brief=True),
                say(
                    "{}, {}: {} ({} to {})",
                    low["setting"], low["comparison"], difference, lower, upper,
                ),
            ]
        )  # fmt: skip
        facts.append({"verdict": row["verdict"]})
    return simple_grid(
        f"claims-table-{variant}",
        f"Claims tested on variant {variant}. Source: claims.parquet and comparisons.parquet.",
        [
            "claim",
            "statement",
            "verdict",
            "true / false / open",
            "probability",
            "least in favour",
        ],
        rows,
        row_facts=facts,
        kind="numbers wordy claims",
        facts={"variant": variant},
    )


def _settings(sheet: Sheet, row: dict[str, Any], kind: str) -> Any:
    """Cite how many settings have a truth."""
    one = sheet.rows(pl.col("row") == row["row"])
    return one.over(kind, "size of list", brief=True)
