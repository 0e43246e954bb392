"""The kinds of folders that commands on the recovery model write."""

from cakernel.recovery.report import methods, ranking, sweep
from cakernel.report.folder import RunFolder
from cakernel.report.parts import Contents, FolderKind, ReportParts


def _best(folder: RunFolder, told: str) -> Contents:
    return ranking.best_words(folder), ranking.best_sections(folder, told)


def _run(folder: RunFolder, told: str) -> Contents:
    return ranking.run_words(folder), ranking.run_sections(folder, told)


def _sweep(folder: RunFolder, told: str) -> Contents:
    tables = sweep.SweepTables(folder)
    return sweep.sweep_words(folder, tables), sweep.sweep_sections(folder, tables, told)


PARTS = ReportParts(
    kinds=(
        FolderKind(
            title="Which recovery speed is best, and how sure that is",
            made_by="best",
            contents=_best,
            methods=lambda folder: methods.methods(folder, methods.BEST),
            file="best.parquet",
        ),
        FolderKind(
            title="Policies simulated",
            made_by="run",
            contents=_run,
            methods=methods.methods,
            file="policies.parquet",
        ),
    ),
    sweep=FolderKind(
        title="A sweep of the model",
        made_by="sweep",
        contents=_sweep,
        methods=lambda folder: methods.methods(folder, methods.SWEEP),
    ),
    told={
        "regime": "regime or scenario file",
        "convention": "conventions",
        "replications": "replications of each resource scenario",
    },
    noted=("regime", "convention", "seed"),
)
