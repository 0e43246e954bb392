"""The kinds of folders that commands on the coopetition model write."""

from typing import Any

from cakernel.coopetition import welfare_split
from cakernel.coopetition.label import LABEL
from cakernel.coopetition.report import (
    claim_words,
    claims,
    contracts,
    elasticities,
    government,
    methods,
    recovery,
    statics,
    sweep,
)
from cakernel.coopetition.report.sweep_tables import CtipSweepTables
from cakernel.recovery.report.methods import BEST, paragraphs
from cakernel.report.folder import RunFolder
from cakernel.report.front_page import fields_of
from cakernel.report.parts import Contents, FolderKind, Pairs, ReportParts

WHO_CHOOSES = "who chooses investments"


def _solve(folder: RunFolder, told: str) -> Contents:
    return contracts.contracts_words(folder), contracts.contracts_sections(folder, told)


def _claims(folder: RunFolder, told: str) -> Contents:
    return claim_words.claims_words(folder), claims.claims_sections(folder, told)


def _government(folder: RunFolder, told: str) -> Contents:
    return government.government_words(folder), government.government_sections(folder)


def _statics(folder: RunFolder, told: str) -> Contents:
    return statics.statics_words(folder), statics.statics_sections(folder, told)


def _recovery(folder: RunFolder, told: str) -> Contents:
    return recovery.recovery_words(folder), recovery.recovery_sections(folder, told)


def _recovery_model(folder: RunFolder) -> Pairs:
    model = folder.recorded("settings", "recovery_model")
    if model is None:
        return []
    return [("recovery model", fields_of(folder, "recovery_model", model.value))]


def _sweep(folder: RunFolder, told: str) -> Contents:
    tables = CtipSweepTables(folder)
    return sweep.ctip_sweep_words(folder, tables), sweep.ctip_sweep_sections(folder, tables, told)


def _kind(name: str, title: str, contents: Any, **more: Any) -> FolderKind:
    words = methods.BY_KIND[name]
    more.setdefault("methods", lambda folder: words)
    more.setdefault("exact", True)
    return FolderKind(title=title, made_by=f"ctip {name}", contents=contents, **more)


PARTS = ReportParts(
    kinds=(
        _kind("claims", "Claims on coopetition, in random markets", _claims),
        _kind("government", "The government's best choices", _government),
        _kind(
            "statics",
            "What moves an equilibrium",
            _statics,
            told={"regime": WHO_CHOOSES},
        ),
        _kind(
            "recovery",
            "Recovery speeds under a platform and its contract",
            _recovery,
            methods=lambda folder: [*methods.BY_KIND["recovery"], *paragraphs(folder, BEST)],
            facts=_recovery_model,
            exact=False,
        ),
        _kind(
            "solve",
            "Contracts of a market, side by side",
            _solve,
            titles={"ctip case": "The case study: contracts side by side"},
        ),
    ),
    sweep=FolderKind(
        title="A sweep of the coopetition model",
        made_by="sweep",
        contents=_sweep,
        methods=lambda folder: methods.BY_KIND["sweep"],
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
