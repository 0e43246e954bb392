"""The paper's tables shown on a page: layouts as grids whose numbers are cited."""

from typing import Any, Final

from cakernel.paper.published import ON_SITE_RULE, PRINTED_SUPPLY_RULES
from cakernel.paper.tables import (
    BEST,
    MISPRINTED,
    OUTSIDE,
    Entry,
    Layout,
    Line,
    Part,
    PolicyRows,
    RegimeTable,
    Value,
    Words,
)
from cakernel.recovery.model import REGIMES
from cakernel.report.cited_numbers import Cited, say
from cakernel.report.page import Body, Cell, Grid, simple_grid
from cakernel.wording import MISSING

SIGNS: Final = {BEST: "★", MISPRINTED: "†", OUTSIDE: "‡"}
COMPARISON: Final = "comparison.parquet"
PRINCIPLES: Final = {
    "P": "Principle P: the operational upgrade is paid for first",
    "C": "Principle C: the intangible upgrade is paid for first",
}


def grid(layout: Layout, file: str) -> Grid:
    """Return a layout whose values were read from a file."""
    heads = [_words(head) for head in layout.heads]
    rows = [
        [_content(entry, file) for entry, head in zip(row, heads, strict=True) if head]
        for row in layout.rows
    ]
    shown = [head for head in heads if head]
    return simple_grid(layout.name, _words(layout.title), shown, rows, kind=layout.kind)


def _words(words: str | Words) -> str:
    return (words.page if isinstance(words, Words) else words).replace("\n", " ")


def _content(entry: Part | Line | Entry | None, file: str) -> Any:
    """Return what a cell of a page holds."""
    if entry is None:
        return MISSING
    if isinstance(entry, Entry):
        return Cell([_line(line, file) for line in entry.lines], kind=entry.kind)
    return _line(entry if isinstance(entry, tuple) else (entry,), file)


def _line(parts: Line, file: str) -> Any:
    """Return a line; words before a value are its label."""
    shown = [_cited(part, file) if isinstance(part, Value) else _words(part) for part in parts]
    if isinstance(parts[0], Words) and len(parts) > 1:
        shown[0] = say("<strong>{}</strong>", shown[0])
    return shown[0] if len(shown) == 1 else say("{}" * len(shown), *shown)


def _cited(part: Value, file: str, *, brief: bool = True) -> Any:
    style = part.page_style or part.style
    cited = Cited(part.value, file, part.column, part.rows, {}, part.how, style, part.scale, brief)
    return say("{}{}", cited, part.unit) if part.unit else cited


def regime_grid(table: RegimeTable) -> Grid:
    """Return one regime of Tables 3 to 6."""
    own_file = f"{table.regime}.parquet"
    bodies = []
    for principle, words in PRINCIPLES.items():
        facts = {"principle": principle}
        heading = Cell(words, scope="colgroup", columns=2 + len(PRINTED_SUPPLY_RULES))
        bodies.append(Body([[heading]], facts=facts, kind="group"))
        rules = [rows for rows in table.rows if rows.principle == principle]
        rules.sort(key=lambda rows: (rows.cyber_rule == ON_SITE_RULE, rows.cyber_rule))
        bodies += [_body(rows, own_file) for rows in rules]
    heads = ["cyber rule", "source", *PRINTED_SUPPLY_RULES]
    return Grid(
        f"table-{table.regime}",
        _caption(table, own_file),
        [[Cell(head, scope="col") for head in heads]],
        bodies,
        kind="paper",
        facts={"regime": table.regime},
    )


def _body(rows: PolicyRows, own_file: str) -> Body:
    below = [] if rows.printed is None or not any(rows.printed) else rows.printed
    name = f"{rows.cyber_rule} {rows.principle}"
    first = Cell(name, scope="rowgroup", rows=2 if below else 1, kind="policy")
    above = [_marked(entry, own_file, "figures") for entry in rows.simulated]
    lines = [[first, Cell("simulated", scope="row"), *above]]
    if below:
        words = "printed, CRD-1/3/4" if rows.is_shared else "printed"
        source = Cell(words, scope="row", kind="printed")
        lines.append([source, *(_marked(entry, COMPARISON, "printed figures") for entry in below)])
    return Body(lines, facts={"cyber_rule": rows.cyber_rule, "principle": rows.principle})


def _marked(entry: Entry | None, file: str, kind: str) -> Cell:
    """Return a cell with signs for its marks behind its last line."""
    if entry is None:
        return Cell(MISSING, kind=kind)
    *lines, last = (_line(line, file) for line in entry.lines)
    signs = "".join(SIGNS[mark] for mark in entry.marks)
    if signs:
        last = say('{}<span class="signs">{}</span>', last, signs)
    return Cell([*lines, last], kind=f"{kind} best" if BEST in entry.marks else kind)


def _caption(table: RegimeTable, own_file: str) -> Any:
    found = REGIMES[table.regime]
    fewest, most = (_cited(count, own_file, brief=False) for count in table.replications)
    replications = fewest if fewest.value == most.value else say("{} to {}", fewest, most)
    return say(
        "Regime {}: {} firms in each chain, {} periods. Each day: {}. {} replication{} of each "
        "resource scenario; largest standard error {} in x, {} in y, {} in R. Source: {} and {}.",
        table.regime, found.firms, found.periods, table.risks, replications,
        "" if most.value == 1 else "s",
        *(_cited(error, own_file, brief=False) for error in table.errors), own_file, COMPARISON,
    )  # fmt: skip
