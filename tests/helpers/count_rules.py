"""Rules by counts of neighbours at random, as rows of mappings."""

from hypothesis import strategies as st

KINDS = ("suppliers", "customers", "peers", "neighbours")
HIGH = st.sampled_from(["1", "2", "3", "5", "25%", "33.3333%", "50%", "60 %", "66.6667%", "100%"])


@st.composite
def count_rows(draw, most=4):
    """Return rows, each with up to three conditions; blanks are left out, or None."""
    rows = []
    for _ in range(draw(st.integers(1, most))):
        own = draw(st.sampled_from([None, 0, 1]))
        least = 1 if own is None else own
        row = {"target": draw(st.integers(least, 2))}
        if own is not None or draw(st.booleans()):
            row["own"] = own
        for _ in range(draw(st.integers(0, 3))):
            what = draw(st.sampled_from(["worst", "best", "high"]))
            values = HIGH if what == "high" else st.integers(1, 2)
            row[f"{draw(st.sampled_from(KINDS))}_{what}"] = draw(values)
        rows.append(row)
    return rows


def table_of(rules):
    """Return rules, rows by name, as the table of a network."""
    return [{"rule": name, **row} for name, rows in rules.items() for row in rows]
