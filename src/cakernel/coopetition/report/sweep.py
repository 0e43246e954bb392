"""What a sweep of the coopetition model found: means by contract and regime, and along axes."""

from typing import Any, Final

from cakernel.coopetition.claims.shares import EQUAL
from cakernel.coopetition.report.shared import ENDS, market_sections
from cakernel.coopetition.report.sweep_pictures import outcome_picture, split_picture
from cakernel.coopetition.report.sweep_tables import KEYS, MEAN_WORDS, SweepTables
from cakernel.coopetition.words import CONTRACT_WORDS, REGIME_WORDS, SPLIT_WORDS
from cakernel.report.cited_numbers import Cited, say
from cakernel.report.folder import Contents, RunFolder
from cakernel.report.page import Grid, Section, simple_grid
from cakernel.report.sweep import left_out_sections

LISTED: Final = [name for name in MEAN_WORDS if name != "welfare_without_risk"]
"""Means in the table; the picture has all."""
GAINS: Final = ("welfare_gain", "timing_value", "commitment_value")


def contents(folder: RunFolder, note: str) -> Contents:
    """Return outcomes along axes, means and statuses by contract and regime, what is left out."""
    tables = SweepTables(folder)
    sections = []
    if tables.levels.height:
        drawn = [outcome_picture(tables, note)]
        if tables.split_levels.height:
            drawn.append(split_picture(tables, note))
        sections.append(Section("axes-section", "Outcomes along the axes", drawn))
    if tables.groups:
        grids = [_means(tables), *([_split(tables)] if tables.split.height else [])]
        sections.append(Section("means", "Means over all points", grids))
        sections.append(Section("statuses", "Equilibria found", [_statuses(tables)]))
    return _findings(folder, tables), [
        *sections,
        *left_out_sections(folder),
        *market_sections(folder, varied=tables.axes),
    ]


def _findings(folder: RunFolder, tables: SweepTables) -> list[Any]:
    """Say how large a sweep is, how many points have no equilibrium, and what contracts give."""
    words = [
        say(
            "The sweep has {} points; {} of them are impossible and left out. What varies: {}.",
            Cited(tables.points.height, "points", "point", how="count", style=","),
            Cited(folder.sweep.failures.height, "failures", "point", how="count", style=","),
            ", ".join(tables.axes) or "nothing",
        )
    ]
    if not tables.groups:
        return words
    ends = [tables.cite("status", "count", {"status": end}, style=",") for end in ENDS]
    words.append(
        say(
            "Of {} equilibria sought at the other points, {} converged and {} are not unique; {} "
            "went round in circles and {} did not converge, which have no outcomes and are in no "
            "mean.",
            tables.cite("status", "count", {}, style=","),
            *ends,
        )
    )
    return [*words, *(_of_regime(tables, regime) for regime in tables.regimes)]


def _of_regime(tables: SweepTables, regime: str) -> Any:
    """Say what contracts give under one regime, and what flexible orders add."""
    given = [
        say(
            "{} under {}",
            tables.cite_mean("economic_welfare", _where(contract, regime), style=".5f"),
            CONTRACT_WORDS[contract],
        )
        for contract, of in tables.groups
        if of == regime
    ]
    words = "Where {}, mean economic welfare is {}."
    told = say(words, REGIME_WORDS[regime], say(", ").join(given))
    if tables.split.height:
        gains = []
        for part in GAINS:
            gains.append(tables.cite_split(part, "mean", regime, style=".5f"))
            gains.append(tables.cite_split(part, f"share above {EQUAL:g}", regime, style=".1%"))
        told += say(
            " At the {} points at which all three have an equilibrium, flexible MOQ adds {} on "
            "average, positive at {}; of it {} by timing, positive at {}, and {} by commitment and "
            "discount, positive at {}.",
            tables.cite_split("welfare_gain", "count of known", regime, style=","),
            *gains,
        )
    return told


def _where(contract: str, regime: str) -> dict[str, str]:
    return dict(zip(KEYS, (contract, regime), strict=True))


def _means(tables: SweepTables) -> Grid:
    rows = []
    for contract, regime in tables.groups:
        where = _where(contract, regime)
        known = tables.cite("economic_welfare", "count of known", where, style=",", brief=True)
        means = [tables.cite_mean(name, where, style=".5f", brief=True) for name in LISTED]
        rows.append([f"{contract}, {regime}", known, *means])
    return simple_grid(
        "sweep-means",
        "Means over the points that have an equilibrium under a contract, those that are not "
        "unique included; contracts may lack one at different points. Source: all shards of the "
        "sweep.",
        ["contract, investments", "points counted", *(MEAN_WORDS[name] for name in LISTED)],
        rows,
        kind="numbers",
    )


def _split(tables: SweepTables) -> Grid:
    rows = []
    for regime in tables.regimes:
        known = tables.cite_split("welfare_gain", "count of known", regime, style=",", brief=True)
        means = [
            tables.cite_split(part, "mean", regime, style="+.5f", brief=True)
            for part in SPLIT_WORDS
        ]
        rows.append([regime, known, *means])
    return simple_grid(
        "sweep-split",
        "What flexible MOQ adds to the economic welfare of fixed orders: mean of the differences "
        "point by point, where all three contracts have an equilibrium. Source: all shards of the "
        "sweep.",
        ["investments", "points", *SPLIT_WORDS.values()],
        rows,
        kind="numbers",
    )


def _statuses(tables: SweepTables) -> Grid:
    rows = []
    for contract, regime in tables.groups:
        where = _where(contract, regime)
        cells = [
            say(
                "{} ({})",
                tables.cite("status", "count", where | {"status": end}, style=",", brief=True),
                tables.cite("status", f"share {end}", where, style=".1%", brief=True),
            )
            for end in ENDS
        ]
        total = tables.cite("status", "count", where, style=",", brief=True)
        gain = tables.cite("largest_gain", "largest", where, style=".1g", brief=True)
        rows.append([contract, regime, total, *cells, gain])
    return simple_grid(
        "sweep-statuses",
        "How the equilibria of all possible points ended, and their shares. Source: all shards of "
        "the sweep.",
        ["contract", "investments", "sought", *ENDS, "largest gain of deviating"],
        rows,
        kind="numbers",
    )
