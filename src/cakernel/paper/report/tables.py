"""Tables 3 to 6 in the paper's layout: rules across, simulated figures above the printed ones."""

from typing import Any, Final

import polars as pl

from cakernel.paper.comparison import MISPRINT
from cakernel.paper.five_percent import WITHIN
from cakernel.paper.published import ON_SITE_RULE, SHARED_ROW, SUPPLY_RULES
from cakernel.paper.table_layout import OUR_ROWS, PRINTED_ROWS
from cakernel.recovery.regimes import CYBER_RISK, DAYS_A_YEAR, REGIMES, SUPPLY_RISKS
from cakernel.report.cited_numbers import MISSING, Cited, Sheet, say
from cakernel.report.folder import RunFolder
from cakernel.report.page import Body, Cell, Choices, Filter, Grid, Prose, Section

BEST: Final = "★"
MISPRINTED: Final = "†"
OUTSIDE: Final = "‡"
PRINCIPLES: Final = {
    "P": "Principle P: the operational upgrade is paid for first",
    "C": "Principle C: the intangible upgrade is paid for first",
}

Rows = dict[tuple[str, str, str], dict[str, Any]]


def paper_tables(folder: RunFolder) -> Section:
    """Return Tables 3 to 6, as many of their regimes as were simulated."""
    regimes = [name for name in REGIMES if folder.has(name)]
    parts = [
        Section(
            f"regime-{name}",
            f"Table {REGIMES[name].table}, regime {name}",
            [regime_table(folder, name)],
        )
        for name in regimes
    ]
    rules = dict.fromkeys(rule for rule, _ in PRINTED_ROWS + OUR_ROWS)
    filters = [
        Filter("regime", "regime", [("", "all"), *((n, n) for n in regimes)], "regime"),
        Filter("cyber_rule", "cyber rule", [("", "all"), *((r, r) for r in rules)], "cyber_rule"),
        Filter("principle", "principle", [("", "both"), ("P", "P"), ("C", "C")], "principle"),
    ]
    legend = [
        say(
            "In each cell the mean operational state x and the mean intangibles state y stand "
            "above the mean resources R at the end: plain as simulated, shaded as printed. "
            "{} R within 5% of the highest, P and C together: simulated among simulated, printed "
            "among printed, on site (CRD-0) among themselves. {} has a misprinted figure. {} "
            "simulated farther off than 0.015 in a state or 1.5% in R. {} not printed, or not "
            "legible in the copy transcribed. The paper prints CRD-1, CRD-3 and CRD-4 as one "
            "row, here under CRD-1.",
            BEST, MISPRINTED, OUTSIDE, MISSING,
        )
    ]  # fmt: skip
    return Section(
        "tables",
        "The paper's tables beside ours",
        [Prose(legend, finding=False), Choices("tables-choice", "Show in the tables", filters)],
        parts,
    )


def regime_table(folder: RunFolder, name: str) -> Grid:
    """Return one regime's table."""
    ours = _keyed(folder.sheet(name), "cyber_rule", "mean_resources")
    beside = folder.sheet("comparison").rows(pl.col("regime") == name)
    printed = _keyed(beside, "cyber_rule", "printed_resources")
    shown = PRINTED_ROWS + tuple(
        row for row in OUR_ROWS if any((rule, *row) in ours for rule in SUPPLY_RULES)
    )
    bodies = []
    for principle, words in PRINCIPLES.items():
        facts = {"principle": principle}
        heading = Cell(words, scope="colgroup", columns=2 + len(SUPPLY_RULES))
        bodies.append(Body([[heading]], facts=facts, kind="group"))
        rules = sorted(rule for rule, of in shown if of == principle)
        for cyber_rule in sorted(rules, key=lambda rule: rule == ON_SITE_RULE):
            bodies.append(_body(name, cyber_rule, principle, ours, printed))
    head = [
        Cell("cyber rule", scope="col"),
        Cell("source", scope="col"),
        *(Cell(rule, scope="col") for rule in SUPPLY_RULES),
    ]
    return Grid(
        f"table-{name}",
        _caption(name, folder.sheet(name)),
        [head],
        bodies,
        kind="paper",
        facts={"regime": name},
    )


def _keyed(sheet: Sheet, cyber_rule: str, resources: str) -> Rows:
    """Return rows by policy, with whether they are among the best of their deployment."""
    value = pl.col(resources)
    highest = value.max().over(pl.col(cyber_rule) == ON_SITE_RULE)
    known = sheet.frame.filter(
        pl.col("supply_rule").is_in(SUPPLY_RULES) & pl.col(cyber_rule).str.starts_with("CRD-")
    )
    marked = known.with_columns(best=(value >= (1 - WITHIN) * highest).fill_null(False))
    return {
        (row["supply_rule"], row[cyber_rule], row["principle"]): row | {"file": sheet.file}
        for row in marked.iter_rows(named=True)
    }


def _body(name: str, cyber_rule: str, principle: str, ours: Rows, printed: Rows) -> Body:
    shared = cyber_rule == "CRD-1"
    label = SHARED_ROW if shared else cyber_rule
    below = [printed.get((rule, label, principle)) for rule in SUPPLY_RULES]
    has_printed = any(row is not None for row in below)
    first = Cell(
        f"{cyber_rule} {principle}", scope="rowgroup", rows=2 if has_printed else 1, kind="policy"
    )
    above = [
        _cell(ours.get((rule, cyber_rule, principle)), "mean", _off(there))
        for rule, there in zip(SUPPLY_RULES, below, strict=True)
    ]
    rows = [[first, Cell("simulated", scope="row"), *above]]
    if has_printed:
        source = "printed, CRD-1/3/4" if shared else "printed"
        cells = [_cell(row, "printed", _misprinted(row)) for row in below]
        rows.append([Cell(source, scope="row", kind="printed"), *cells])
    return Body(rows, facts={"cyber_rule": cyber_rule, "principle": principle})


def _off(row: dict[str, Any] | None) -> str:
    apart = row is None or row["group"] == MISPRINT or row["within_tolerance"]
    return "" if apart else OUTSIDE


def _misprinted(row: dict[str, Any] | None) -> str:
    return MISPRINTED if row is not None and row["group"] == MISPRINT else ""


def _cell(row: dict[str, Any] | None, prefix: str, mark: str) -> Cell:
    kind = "printed" if prefix == "printed" else ""
    if row is None:
        return Cell(MISSING, kind=f"{kind} figures")
    states = say("{} {}", _cited(row, f"{prefix}_x"), _cited(row, f"{prefix}_y"))
    marks = (BEST if row["best"] else "") + mark
    resources = say("{}{}", _cited(row, f"{prefix}_resources"), _marks(marks))
    return Cell([states, resources], kind=f"{kind} figures {'best' if row['best'] else ''}".strip())


def _marks(marks: str) -> Any:
    return say('<span class="signs">{}</span>', marks) if marks else ""


def _cited(row: dict[str, Any], column: str) -> Cited:
    return Cited(row[column], row["file"], column, rows=(row["row"],), style=".2f", brief=True)


def _caption(name: str, sheet: Sheet) -> Any:
    regime = REGIMES[name]
    supply, cyber = (
        f"{severe}/{DAYS_A_YEAR} severe and {mild}/{DAYS_A_YEAR} mild"
        for severe, mild in (SUPPLY_RISKS[regime.risk], CYBER_RISK)
    )
    errors = [
        sheet.over(f"se_{quantity}", "largest", style=style)
        for quantity, style in (("x", ".4f"), ("y", ".4f"), ("resources", ".3f"))
    ]
    return say(
        "Regime {}: {} firms in each chain, {} periods. Supply risk {}, cyber risk {} a day. "
        "{} replications of each resource scenario; largest standard error {} in x, {} in y, {} "
        "in R. Source: {} and comparison.parquet.",
        name, regime.firms, regime.periods, supply, cyber,
        sheet.over("replications", "least"), *errors, sheet.file,
    )  # fmt: skip
