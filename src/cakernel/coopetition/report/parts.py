"""The kinds of folders that commands on the coopetition model write, and what their pages show."""

from typing import Any, Final

from cakernel.coopetition import welfare_split
from cakernel.coopetition.label import LABEL
from cakernel.coopetition.report import (
    claims,
    contracts,
    elasticities,
    government,
    recovery,
    statics,
    sweep,
)
from cakernel.coopetition.report.methods import METHODS
from cakernel.recovery.report.parts import BEST, paragraphs
from cakernel.report.folder import FolderKind, Pairs, ReportParts, RunFolder
from cakernel.report.front_page import fields_of

WHO_CHOOSES: Final = "who chooses investments"


def _kind(command: str, title: str, contents: Any, **more: Any) -> FolderKind:
    settings: dict[str, Any] = {"methods": lambda folder: METHODS[command], "exact": True} | more
    return FolderKind(title=title, made_by=f"ctip {command}", contents=contents, **settings)


def _recovery_model(folder: RunFolder) -> Pairs:
    names = folder.setting("recovery_model")
    return [("recovery model", fields_of(folder, "recovery_model", names))]


PARTS = ReportParts(
    kinds=(
        _kind("claims", "Claims on coopetition, in random markets", claims.contents),
        _kind("government", "The government's best choices", government.contents),
        _kind(
            "statics",
            "What moves an equilibrium",
            statics.contents,
            told={"regime": WHO_CHOOSES},
        ),
        _kind(
            "recovery",
            "Recovery speeds under a platform and its contract",
            recovery.contents,
            methods=lambda folder: [*METHODS["recovery"], *paragraphs(folder, BEST)],
            facts=_recovery_model,
            exact=False,
        ),
        _kind(
            "solve",
            "Contracts of a market, side by side",
            contracts.contents,
            titles={"ctip case": "The case study: contracts side by side"},
        ),
    ),
    sweep=FolderKind(
        title="A sweep of the coopetition model",
        made_by="sweep",
        contents=sweep.contents,
        methods=lambda folder: METHODS["sweep"],
        exact=True,
    ),
    label=LABEL,
    told={
        "regime": "regime or scenario file",
        "convention": "conventions",
        "replications": "replications of each resource scenario",
        "points": "random markets",
        "contract": "contract",
        "contracts": "contracts",
        "investments": WHO_CHOOSES,
        "regimes": WHO_CHOOSES,
        "resources_per_money": "resources that a unit of money is worth",
        "largest_subsidy_rate": "largest subsidy tried",
        "largest_minimum_order": "largest minimum order tried (null: what could be sold)",
    },
    noted=("contract", "investments", "regime", "convention", "seed"),
    sweep_tables={"split": lambda sweep: welfare_split(sweep.results.collect())},
    tables=elasticities.DERIVED,
)
