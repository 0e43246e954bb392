"""The kinds of folders that commands on the recovery model write, and how they came about."""

from dataclasses import replace
from re import search
from typing import Final

from cakernel.recovery.policy import POLICY_PARTS
from cakernel.recovery.report import criticality, optimal, optimal_points, policies, service
from cakernel.recovery.terms import SIMPLEST
from cakernel.report.folder import Contents, FolderKind, Pairs, ReportParts, RunFolder
from cakernel.report.ranking import BEST, ranking_contents
from cakernel.report.risk import beyond_the_mean, risk_contents
from cakernel.report.sweep import METHODS, SWEEP

MODEL: Final = (
    "Parallel chains of firms recover from disruptions. A firm has an operational state x and an "
    "intangibles state y, each 0 (low), 1 or 2 (high), and resources R. In each period all firms "
    "acquire resources by the lowest x of themselves and their neighbours up and down the chain, "
    "and by their own y; are disrupted, severely (to 0) or mildly (down by one), each firm by "
    "itself in x and the firms of a chain, which share a cloud provider, together in y; aim at a "
    "target state by a supply rule (SRD) and a cyber rule (CRD); and pay for the upgrades, the "
    "operational one first (principle P) or the intangible one (C). CRD-0 is an on-site data "
    "centre: y stays at 1, at no cost and without cyber risk. The model is that of Chen and Chang "
    "(2021), doi 10.1016/j.tre.2021.102347."
)
NETWORK: Final = (
    "Here the firms are those of a network and differ: each has risks, amounts, rules, suppliers, "
    "customers and peers of its own. It acquires by the lowest of its own x, of its inputs (of "
    "each the best supplier) and of what demand allows; stock bridges missing inputs; firms share "
    "the providers that the network names."
)
CONVENTIONS: Final = {
    "published": "Conventions “published”, which the printed tables imply: 5 chains, recovery "
    "tried in every period, 3 units of resources at first, all states 2 at first, ends of chains "
    "open.",
    "text": "Conventions “text”, the literal reading of the paper: 3 chains, recovery tried only "
    "in a period in which a firm is hit, no resources at first, all states 2, ends of chains open.",
}
DRAWS: Final = (
    "All policies meet the same disruptions (common random numbers): a draw is a function of seed, "
    "resource scenario, replication, period, chain, firm and purpose alone. So policies are "
    "compared by differences on equal terms, and equal settings, seed and kernel give equal "
    "results to the last bit."
)
ERRORS: Final = (
    "A result is the mean over all firms, resource scenarios and replications. The scenarios are "
    "given, not sampled: standard errors tell how results would vary with other disruptions."
)

CUTOFFS: Final = (
    "A rule called SRD-5@4/12 is SRD-5 with cutoffs: a firm leaves state 0 only while at least 4 "
    "periods remain after the present one, and goes from 1 to 2 only while at least 12 do."
)
VALUE: Final = (
    "The value of a firm is its resources at the end and what its final states are worth by the "
    "resource scenario's terminal values, which the paper does not have."
)


def paragraphs(folder: RunFolder, *more: str) -> list[str]:
    """Return paragraphs on the model, its conventions and draws, and ``more`` of a kind."""
    told = [CONVENTIONS.get(str(folder.setting("convention")), "")]
    if folder.setting("network"):
        told.append(NETWORK)
    if search("@[0-9]+/[0-9]+", str(folder.setting("policies"))):
        told.append(CUTOFFS)
    if "terminal_value" in str(folder.setting("scenarios")) or folder.setting("outcome") == "value":
        told.append(VALUE)
    return [MODEL, *filter(None, told), DRAWS, ERRORS, *more]


def _best(folder: RunFolder, note: str) -> Contents:
    findings, sections = ranking_contents(folder, note, keys=POLICY_PARTS, model="recovery")
    ranked = folder.sheet("best").frame
    for (group,), rows in ranked.group_by("group", maintain_order=True):
        risky = risk_contents(folder, rows, keys=POLICY_PARTS, model="recovery", group=str(group))
        findings, sections = findings + risky[0], sections + risky[1]
    if folder.has("outcomes"):
        sections.append(policies.distributions_section(folder, note))
    return findings, sections


def _network_tables(folder: RunFolder) -> Pairs:
    """Cite what a sweep's record says of the tables of its network, if it has one."""
    of = ("network", "disruptions")
    return [
        (f"{part}: {name}", cited)
        for part in of
        for name in folder.setting(part) or ()
        if (cited := folder.recorded(folder.settings, part, name)) is not None
    ]


PARTS = ReportParts(
    kinds=(
        FolderKind(
            title="Which recovery speed is best, and how sure that is",
            made_by="best",
            contents=_best,
            methods=lambda folder: paragraphs(folder, BEST, *beyond_the_mean(folder), SIMPLEST),
            file="best.parquet",
        ),
        FolderKind(
            title="The best recovery, and how much is left",
            made_by="optimal",
            contents=optimal.optimal_contents,
            methods=lambda folder: paragraphs(folder, optimal.METHODS),
            file="speeds.parquet",
        ),
        FolderKind(
            title="What higher states cost",
            made_by="frontier",
            contents=service.frontier_contents,
            methods=lambda folder: paragraphs(folder, service.FRONTIER_METHODS),
            file="curve.parquet",
        ),
        FolderKind(
            title="The best recovery at each point of a sweep",
            made_by="optimal --sweep",
            contents=optimal_points.points_contents,
            methods=lambda folder: paragraphs(folder, optimal.METHODS),
            # a frontier's folder, looked for before, has one of this name, too
            file="points.parquet",
        ),
        FolderKind(
            title="One rule for many resource scenarios",
            made_by="robust",
            contents=service.robust_contents,
            methods=lambda folder: paragraphs(folder, service.ROBUST_METHODS),
            file="candidates.parquet",
        ),
        FolderKind(
            title="Which firms are critical",
            made_by="critical",
            contents=criticality.critical_contents,
            methods=lambda folder: paragraphs(folder, criticality.CRITICAL_METHODS),
            file="critical.parquet",
        ),
        FolderKind(
            title="Policies simulated",
            made_by="run",
            contents=policies.run_contents,
            methods=lambda folder: paragraphs(folder, *beyond_the_mean(folder)),
            file="policies.parquet",
        ),
    ),
    sweep=replace(SWEEP, methods=lambda folder: paragraphs(folder, METHODS), facts=_network_tables),
    told={
        "regime": "regime or scenario file",
        "convention": "conventions",
        "replications": "replications of each resource scenario",
    },
    noted=("regime", "convention", "seed"),
)
