"""The kinds of folders that commands on the recovery model write."""

from cakernel.recovery.policy import POLICY_PARTS
from cakernel.recovery.report import policies
from cakernel.recovery.report.methods import BEST, paragraphs
from cakernel.report.folder import RunFolder
from cakernel.report.parts import Contents, FolderKind, ReportParts
from cakernel.report.ranking import ranking_contents
from cakernel.report.sweep import METHODS, SWEEP


def _best(folder: RunFolder, note: str) -> Contents:
    findings, sections = ranking_contents(folder, note, keys=POLICY_PARTS)
    if folder.has("outcomes"):
        sections.append(policies.distributions_section(folder, note))
    return findings, sections


PARTS = ReportParts(
    kinds=(
        FolderKind(
            title="Which recovery speed is best, and how sure that is",
            made_by="best",
            contents=_best,
            methods=lambda folder: paragraphs(folder, BEST),
            file="best.parquet",
        ),
        FolderKind(
            title="Policies simulated",
            made_by="run",
            contents=policies.run_contents,
            methods=paragraphs,
            file="policies.parquet",
        ),
    ),
    sweep=FolderKind(
        title=SWEEP.title,
        made_by=SWEEP.made_by,
        contents=SWEEP.contents,
        methods=lambda folder: paragraphs(folder, METHODS),
    ),
    told={
        "regime": "regime or scenario file",
        "convention": "conventions",
        "replications": "replications of each resource scenario",
    },
    noted=("regime", "convention", "seed"),
)
