"""The kinds of folders that the reproduction and the claims on it write."""

from typing import Final

from cakernel.paper.report.claims import claims_contents
from cakernel.paper.report.conventions import conventions_contents
from cakernel.paper.report.reproduction import reproduction_contents
from cakernel.recovery.report.parts import PARTS as RECOVERY
from cakernel.recovery.report.parts import paragraphs
from cakernel.report.folder import FolderKind, ReportParts

FIVE_PERCENT: Final = (
    "The paper's rule: the best choices are those whose R lies within 5% of the highest, "
    "principles P and C together, on-site and cloud policies apart. A rule is called near the "
    "edge if it lies within two standard errors of it, its own and the highest's together; as "
    "these errors are correlated, some rules called near are not."
)
TABLES: Final = (
    "Printed cells are compared as printed, with two decimals. “Within rounding” allows 0.005 in "
    "each figure. Cells with a known misprint are shown but not counted. The row printed for "
    "CRD-1, CRD-3 and CRD-4 is compared with that of the three that lies farthest from it."
)
CLAIMS: Final = (
    "A claim consists of comparisons of the best means of two sets of policies. A comparison is "
    "true or false where its interval says so, else open; the level is shared (Bonferroni) among "
    "all comparisons of a claim, so that the chance of any wrong “true” or “false” in it is at "
    "most the level. A claim holds if it is true in all settings that it speaks of, fails if it is "
    "false in all, else depends. The level is not shared among claims."
)

PARTS = ReportParts(
    kinds=(
        FolderKind(
            title="The tables of Chen and Chang (2021), simulated",
            made_by="reproduce",
            contents=reproduction_contents,
            methods=lambda folder: paragraphs(folder, FIVE_PERCENT, TABLES),
            file="comparison.parquet",
        ),
        FolderKind(
            title="Claims on recovery speeds, tested",
            made_by="claims",
            contents=claims_contents,
            methods=lambda folder: paragraphs(folder, FIVE_PERCENT, CLAIMS),
            file="comparisons.parquet",
        ),
        FolderKind(
            title="The conventions that the printed tables imply",
            made_by="conventions",
            contents=conventions_contents,
            methods=lambda folder: paragraphs(folder, TABLES),
            file="residuals.parquet",
        ),
    ),
    told={
        "target": "what was reproduced",
        "deviations": "deviations from Table 1 that are on",
        **RECOVERY.told,
        "variants": "variants of the model",
    },
    noted=RECOVERY.noted,
)
