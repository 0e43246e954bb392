"""What a sweep of the coopetition model found: means by contract and regime, and along axes.

Inspired by the abstract of Arisian et al. (2025); not a reproduction.
"""

from typing import Any

from cakernel.coopetition.claims.shares import EQUAL
from cakernel.coopetition.report.axes import outcome_picture, split_picture
from cakernel.coopetition.report.market import market_sections
from cakernel.coopetition.report.sweep_tables import KEYS, LISTED, MEANS, WORDS, CtipSweepTables
from cakernel.coopetition.report.words import CONTRACTS, REGIMES, SPLIT, STATUSES
from cakernel.report.cited_numbers import Cited, say
from cakernel.report.folder import RunFolder
from cakernel.report.page import Grid, Section, simple_grid
from cakernel.report.sweep import left_out_sections


def ctip_sweep_words(folder: RunFolder, tables: CtipSweepTables) -> list[Any]:
    """Return how large a sweep is, how many points have no equilibrium, and what contracts give."""
    points = tables.points["point"]
    wrong = folder.sweep.failures["point"]
    words = [
        say(
            "The sweep has {} points; {} of them are impossible and left out. What varies: {}.",
            Cited(len(points), "points", "point", how="count", style=","),
            Cited(len(wrong), "failures", "point", how="count", style=","),
            ", ".join(tables.axes) or "nothing",
        )
    ]
    if not tables.groups:
        return words
    counts = [_count(tables, status) for status in STATUSES]
    words.append(
        say(
            "Of {} equilibria sought at the other points, {} converged and {} are not unique; {} "
            "went round in circles and {} did not converge, which have no outcomes and are in no "
            "mean.",
            tables.cite("status", "count", {}, style=","), *counts,
        )
    )  # fmt: skip
    for regime in dict.fromkeys(regime for _, regime in tables.groups):
        words += _of_regime(tables, regime)
    return words


def _count(tables: CtipSweepTables, status: str, **where: str) -> Cited:
    return tables.cite("status", "count", {**where, "status": status}, style=",")


def _of_regime(tables: CtipSweepTables, regime: str) -> list[Any]:
    given = [
        say("{} under {}", _mean(tables, "economic_welfare", contract, regime, style=".5f"),
            CONTRACTS[contract])
        for contract, of in tables.groups if of == regime
    ]  # fmt: skip
    words = "Where {}, mean economic welfare is {}."
    sentences = [say(words, REGIMES[regime], say(", ").join(given))]
    if tables.split.height:
        means = [tables.cite_split(part, "mean", regime, style=".5f") for part in list(SPLIT)[:3]]
        shares = [
            tables.cite_split(part, f"share above {EQUAL:g}", regime, style=".1%")
            for part in list(SPLIT)[:3]
        ]
        sentences[0] += say(
            " At the {} points at which all three have an equilibrium, flexible MOQ adds {} on "
            "average, positive at {}; of it {} by timing, positive at {}, and {} by commitment and "
            "discount, positive at {}.",
            tables.cite_split("welfare_gain", "count of known", regime, style=","),
            *(one for pair in zip(means, shares, strict=True) for one in pair),
        )
    return sentences


def _mean(tables: CtipSweepTables, name: str, contract: str, regime: str, **style: Any) -> Cited:
    column, how = MEANS[name]
    return tables.cite(column, how, {"contract": contract, "regime": regime}, **style)


def ctip_sweep_sections(folder: RunFolder, tables: CtipSweepTables, note: str) -> list[Section]:
    """Return outcomes along axes, means and statuses by contract and regime, what is left out."""
    sections = []
    if tables.levels.height:
        drawn = [outcome_picture(tables, note)]
        if tables.split_levels.height:
            drawn.append(split_picture(tables, note))
        sections.append(Section("axes-section", "Outcomes along the axes", drawn))
    if tables.groups:
        grids = [_means(tables)]
        if tables.split.height:
            grids.append(_split(tables))
        sections.append(Section("means", "Means over all points", grids))
        sections.append(Section("statuses", "Equilibria found", [_statuses(tables)]))
    return [
        *sections,
        *left_out_sections(folder),
        *market_sections(folder, varied=tables.axes),
    ]


def _means(tables: CtipSweepTables) -> Grid:
    rows = []
    for contract, regime in tables.groups:
        where = dict(zip(KEYS, (contract, regime), strict=True))
        known = tables.cite("economic_welfare", "count of known", where, style=",", brief=True)
        means = [_mean(tables, name, contract, regime, style=".5f", brief=True) for name in LISTED]
        rows.append([f"{contract}, {regime}", known, *means])
    return simple_grid(
        "sweep-means",
        "Means over the points that have an equilibrium under a contract, those that are not "
        "unique included; contracts may lack one at different points. Source: all shards of the "
        "sweep.",
        ["contract, investments", "points counted", *(WORDS[name] for name in LISTED)],
        rows,
        kind="numbers",
    )


def _split(tables: CtipSweepTables) -> Grid:
    rows = []
    for regime in dict.fromkeys(regime for _, regime in tables.groups):
        numbers = [
            tables.cite_split("welfare_gain", "count of known", regime, style=",", brief=True)
        ]
        for part in SPLIT:
            numbers.append(tables.cite_split(part, "mean", regime, style="+.5f", brief=True))
        rows.append([regime, *numbers])
    return simple_grid(
        "sweep-split",
        "What flexible MOQ adds to the economic welfare of fixed orders: mean of the differences "
        "point by point, where all three contracts have an equilibrium. Source: all shards of the "
        "sweep.",
        ["investments", "points", *SPLIT.values()],
        rows,
        kind="numbers",
    )


def _statuses(tables: CtipSweepTables) -> Grid:
    rows = []
    for contract, regime in tables.groups:
        where = dict(zip(KEYS, (contract, regime), strict=True))
        cells = [
            say(
                "{} ({})",
                tables.cite("status", "count", where | {"status": status}, style=",", brief=True),
                tables.cite("status", f"share {status}", where, style=".1%", brief=True),
            )
            for status in STATUSES
        ]
        total = tables.cite("status", "count", where, style=",", brief=True)
        gain = tables.cite("largest_gain", "largest", where, style=".1g", brief=True)
        rows.append([contract, regime, total, *cells, gain])
    return simple_grid(
        "sweep-statuses",
        "How the equilibria of all possible points ended, and their shares. Source: all shards of "
        "the sweep.",
        ["contract", "investments", "sought", *STATUSES, "largest gain of deviating"],
        rows,
        kind="numbers",
    )
