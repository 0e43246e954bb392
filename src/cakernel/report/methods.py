"""How results came about, in short: model, random numbers, statistics, how to trace a number."""

from collections.abc import Iterable
from typing import Any, Final

from cakernel.ctip.label import LABEL
from cakernel.report import ctip_methods
from cakernel.report.cited import say
from cakernel.report.folder import RunFolder
from cakernel.report.kinds import is_coopetition
from cakernel.report.page import Facts, Prose, Section

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
PUBLISHED: Final = (
    "Conventions “published”, which the printed tables imply: 5 chains, recovery tried in every "
    "period, 3 units of resources at first, all states 2 at first, ends of chains open."
)
TEXT: Final = (
    "Conventions “text”, the literal reading of the paper: 3 chains, recovery tried only in a "
    "period in which a firm is hit, no resources at first, all states 2, ends of chains open."
)
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
FIVE_PERCENT: Final = (
    "The paper's rule: the best choices are those whose R lies within 5% of the highest, "
    "principles P and C together, on-site and cloud policies apart. A rule is called near the "
    "edge if it lies within two standard errors of it, its own and the highest's together; as "
    "errors go together, that is said rather too often than too seldom."
)
TABLES: Final = (
    "Printed cells are compared as printed, with two decimals. “Within rounding” allows 0.005 in "
    "each figure. Cells with a known misprint, and CRD-6 under C, are shown but not counted. The "
    "row printed for CRD-1, CRD-3 and CRD-4 is compared with CRD-1."
)
BEST: Final = (
    "The interval of a difference is Student's t on differences replication by replication. "
    "Whether a policy can be ruled out as the best is judged for all together (multiple "
    "comparisons with the best, with Bonferroni's inequality), and so is the side of the best "
    "set's edge. Probabilities are shares of resamples of whole replications, the same for all "
    "policies. “Replications to settle” are the fewest at which the interval of the difference "
    "would exclude 0 with probability 0.9, were difference and spread as measured."
)
CLAIMS: Final = (
    "A claim consists of comparisons of the best means of two sets of policies. A comparison is "
    "true or false where its interval says so, else open; the level is shared (Bonferroni) among "
    "all comparisons of a claim, so that the chance of any wrong “true” or “false” in it is at "
    "most the level. A claim holds if it is true in all settings that it speaks of, fails if it is "
    "false in all, else depends. The level is not shared among claims."
)
SWEEP: Final = (
    "A sweep runs the model at many points of the axes. Means along an axis are over all points "
    "at a level, so they tell of the axis alone only where the other axes are spread alike. "
    "Axes with many values are cut into eight parts of about equally many points."
)
TRACE: Final = (
    "Every number of a finding or a table is read from the folder of results and says from where: "
    "under “Where these numbers come from”, when it is pointed at, and to programs in the "
    "attributes of its element (data-source, data-rows, data-column, data-how). Rows are counted "
    "from 0. cakernel.report.mismatches(page, folder) reads all of them again and lists what "
    "differs."
)

BY_KIND: Final = {
    "reproduce": (FIVE_PERCENT, TABLES),
    "best": (BEST,),
    "claims": (FIVE_PERCENT, CLAIMS),
    "run": (),
    "sweep": (SWEEP,),
    "ctip-recovery": (BEST,),
}
TOLD: Final = {
    "target": "what was reproduced",
    "regime": "regime or scenario file",
    "convention": "conventions",
    "replications": "replications of each resource scenario",
    "seed": "seed",
    "outcome": "outcome",
    "confidence": "confidence of intervals",
    "tolerance": "tolerance of the best set",
    "variants": "variants of the model",
    "threads": "threads asked for (null: all)",
    "points": "random markets",
    "contract": "contract",
    "contracts": "contracts",
    "investments": "who chooses investments",
    "regimes": "who chooses investments",
    "resources_per_money": "resources that a unit of money is worth",
    "largest_subsidy_rate": "largest subsidy tried",
    "largest_minimum_order": "largest minimum order tried (null: what could be sold)",
    "interrupted": "interrupted",
}


def methods(folder: RunFolder) -> Section:
    """Return the section on methods."""
    if is_coopetition(folder.kind):
        words = [*ctip_methods.BY_KIND[folder.kind]]
        words += _of_recovery(folder) if folder.kind == "ctip-recovery" else [TRACE]
    else:
        words = _of_recovery(folder)
    return Section("methods", "Methods", [Prose([word], finding=False) for word in words])


def _of_recovery(folder: RunFolder) -> list[str]:
    conventions = folder.recorded("settings", "convention")
    named = {"published": PUBLISHED, "text": TEXT}
    told = [named[conventions.value]] if conventions and conventions.value in named else []
    return [MODEL, *told, DRAWS, ERRORS, *BY_KIND[folder.kind], TRACE]


def sources(folder: RunFolder) -> Section:
    """Return the section on what the results came from."""
    pairs: list[tuple[str, Any]] = [("folder", folder.path.resolve().name)]
    told = {name: label for name, label in TOLD.items() if name not in _not_of(folder)}
    if folder.kind == "ctip-statics":
        told["regime"] = TOLD["investments"]
    for name, label in told.items():
        found = folder.recorded(folder.settings, name)
        if found is not None and found.value is not None:
            pairs.append((label, found))
    design = folder.recorded("sweep", "design", "kind")
    if design is not None:
        pairs.append(("design", design))
    pairs += _model(folder)
    configuration = folder.recorded("config_sha256")
    if configuration is not None:
        pairs.append(("hash of the configuration", configuration))
    for name in folder.record.get("versions", {}):
        pairs.append((f"version of {name}", folder.recorded("versions", name)))
    for path, label in (
        (("python",), "version of Python"),
        (("kernel",), "hash of the kernel's sources"),
        (("machine", "system"), "system"),
        (("machine", "processor"), "processor"),
    ):
        found = folder.recorded(*path)
        if found is not None:
            pairs.append((label, found))
    blocks: list[Any] = [Facts(pairs)]
    if not folder.record:
        missing = f"The folder holds no {folder.record_file}: settings and versions are not known."
        blocks = [Prose([missing], finding=False), *blocks]
    return Section("sources", "What the results came from", blocks)


def _not_of(folder: RunFolder) -> tuple[str, ...]:
    """Return what is recorded of any sweep, but means nothing in an exact model."""
    exact = is_coopetition(folder.kind) and folder.kind != "ctip-recovery"
    return ("replications",) if exact else ()


def _model(folder: RunFolder) -> list[tuple[str, Any]]:
    """Cite the model and its fields; those of a market have a section of their own."""
    model = folder.recorded(folder.settings, "model")
    if model is None:
        return []
    if folder.kind == "ctip-sweep":
        return [("model", LABEL)]
    if not isinstance(model.value, dict):
        found = [("model", model)]
        recovery = folder.recorded(folder.settings, "recovery_model")
        if recovery is not None:
            found.append(("recovery model", _fields(folder, "recovery_model", recovery.value)))
        return found
    return [("model", _fields(folder, "model", model.value))]


def _fields(folder: RunFolder, model: str, names: Iterable[str]) -> Any:
    fields = [
        say("{} {}", name.replace("_", " "), folder.recorded(folder.settings, model, name))
        for name in names
    ]
    return say("; ").join(fields)


def note(folder: RunFolder) -> str:
    """Say in a few words what pictures are drawn of."""
    names = ("contract", "investments", "regime", "convention", "seed")
    found = [(name, folder.recorded(folder.settings, name)) for name in names]
    known = [(name, cited.value) for name, cited in found if cited and cited.value is not None]
    return ", ".join(f"{name} {value}" for name, value in known)
