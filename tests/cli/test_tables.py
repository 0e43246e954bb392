"""Tables fit the terminal: nothing is cut, columns go on below or are left out."""

import io
import re

import pytest
from rich.console import Console

from cakernel.cli.tables import FittedTable, aligned, with_errors

ROWS = [[f"policy {n}", *(f"{n}.{place}{'0' * 8}" for place in range(9))] for n in range(4)]


def printed(width, *, optional=()):
    table = FittedTable(title="many numbers", caption="all of them", keys=1)
    table.add_column("policy", no_wrap=True)
    for place in range(9):
        left_out = optional.index(place) + 1 if place in optional else 0
        table.add_column(f"head {place}", no_wrap=True, optional=left_out, note=f"<{place}>")
    for row in ROWS:
        table.add_row(*row)
    console = Console(width=width, record=True, file=io.StringIO())
    console.print(table)
    return console.export_text()


@pytest.mark.parametrize("width", [40, 60, 80, 100, 200])
def test_every_number_stands_whole_at_any_width(width):
    text = printed(width)
    assert max(len(line.rstrip()) for line in text.splitlines()) <= width
    assert "\u2026" not in text
    for row in ROWS:
        for number in row[1:]:
            assert len(re.findall(rf"\b{re.escape(number)}\b", text)) == 1
    # each part names its rows
    assert text.count("policy 3") == text.count("head 0") + sum(
        line.startswith("policy") and "head 0" not in line
        for line in text.splitlines()
        if "head" in line
    )


def test_wide_terminals_show_more():
    optional = (2, 5, 7)
    wide, narrow = printed(200, optional=optional), printed(80, optional=optional)
    assert all(f"head {place}" in wide for place in range(9))
    assert not any(f"head {place}" in narrow for place in optional)
    assert "<5>" in wide
    assert "<5>" not in narrow


def test_decimals_are_aligned_and_deserved():
    values, errors = [169.291, 8.2], [1.6, 0.04]
    assert aligned(values, errors) == ["169.3", "8.2"]
    assert list(with_errors(values, errors)) == ["169.3 (1.6)", "8.2 (0.0)"]
    assert list(with_errors([1.5], [None])) == ["1.500"]


@pytest.mark.parametrize("name", ["[/]", "[red]mill[/red]", ":smile:", "x" * 300, "a b " * 90])
@pytest.mark.parametrize("overflow", [{"no_wrap": True}, {"overflow": "fold"}, {}])
def test_names_are_shown_as_they_are_and_cut_no_number(name, overflow):
    table = FittedTable("of [b]", title="[b]", caption="[/]", keys=1)
    table.columns[0].no_wrap = overflow.get("no_wrap", False)
    table.columns[0].overflow = overflow.get("overflow", "ellipsis")
    table.add_column("[head]", no_wrap=True)
    table.add_row(name, "1234567.8901 (0.1234)")
    console = Console(width=80, record=True, file=io.StringIO())
    console.print(table)
    text = console.export_text()
    assert "1234567.8901 (0.1234)" in text
    shown = text.replace("1234567.8901 (0.1234)", "")
    assert name.replace(" ", "") in "".join(shown.split())
    assert "…" not in text
    assert text.startswith("[b]")
    assert "[head]" in text
