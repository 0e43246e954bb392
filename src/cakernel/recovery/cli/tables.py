"""What `cakernel run` and `trace` show."""

import polars as pl
from rich.cells import cell_len, set_cell_size
from rich.text import Text

from cakernel.cli.tables import FittedTable, with_errors
from cakernel.ranking.pairing import policy_name
from cakernel.recovery.outcomes import names_in
from cakernel.recovery.policy import POLICY
from cakernel.recovery.terms import TERMS

ROWS_SHOWN = 20
# title and outcome of a column
SHOWN = {"mean x": "x", "mean y": "y", "mean R": "resources", "mean value": "value"}
# high, medium, low tell apart by height, so that they show without colour
BLOCKS = ("▁", "▄", "█")
STYLES = ("red", "yellow", "green")
LABEL_WIDTH = 17
# firms that a trace draws
FIRMS_SHOWN = 200


def result_table(by_policy: pl.DataFrame) -> FittedTable:
    """Lay out means with standard errors, the highest resources first."""
    ranked = by_policy.sort("mean_resources", descending=True)
    shown = ranked.head(ROWS_SHOWN)
    told = f"The first {ROWS_SHOWN} of {ranked.height:,} policies. "
    terms = TERMS.named(shown.iter_rows(named=True), POLICY)
    table = FittedTable(
        title="highest resources first; standard errors in brackets",
        caption="x, y: operational and intangibles state, 0 low to 2 high; R: resources at the end"
        f". {told if ranked.height > ROWS_SHOWN else ''}"
        + "".join(f"\n{term.whole}" for term in terms),
        keys=1,
    )
    table.add_column("policy", overflow="fold")
    table.add_column("in words", optional=1, min_width=75)
    there = {title: n for title, n in SHOWN.items() if n in names_in(by_policy.columns)}
    for title in there:
        table.add_column(title, justify="right", no_wrap=True)
    figures = (with_errors(shown[f"mean_{n}"], shown[f"se_{n}"]) for n in there.values())
    for row, *numbers in zip(shown.iter_rows(named=True), *figures, strict=True):
        name = policy_name([row[key] for key in POLICY])
        table.add_row(name, TERMS.policy(row, POLICY), *numbers)
    return table


def fitted(name: str, width: int) -> str:
    """Return a name as wide as asked for, with a blank at its end, and dots where it is cut."""
    whole = cell_len(name) < width
    return set_cell_size(name if whole else f"{set_cell_size(name, width - 2)}…", width)


def drawing(history: pl.DataFrame, width: int) -> Text:
    """Draw what `cakernel.trace` returns: a line a firm, broken at ``width``, a column a period."""
    periods = history["period"].n_unique()
    # one row a period and firm, in that order; firms of a network have ids, of a grid chains, too
    count = history.height // periods
    firms = history.head(min(count, FIRMS_SHOWN))
    if "chain" in firms.columns:
        labels = [f"chain {k:>2} firm {i}" for k, i in firms.select("chain", "firm").rows()]
    else:
        labels = list(firms["firm"])
    columns = max(10, width - LABEL_WIDTH)
    text = Text("high █  medium ▄  low ▁\n")
    for name, title in (("x", "operational states x"), ("y", "intangibles states y")):
        states = history[name].to_numpy().reshape(periods, -1)
        for first in range(0, periods, columns):
            last = min(first + columns, periods)
            text.append(f"\n{title}, periods {first + 1} to {last}\n", style="bold")
            for label, of_firm in zip(labels, states.T, strict=False):
                text.append(fitted(label, LABEL_WIDTH))
                for state in of_firm[first:last]:
                    text.append(BLOCKS[state], style=STYLES[state])
                text.append("\n")
    if count > FIRMS_SHOWN:
        text.append(f"\nthe first {FIRMS_SHOWN} of {count:,} firms; --out keeps all\n")
    return text
