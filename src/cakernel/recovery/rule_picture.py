"""A rule as a small picture of its table, and a policy in words, for notebooks."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Final

import numpy as np
import numpy.typing as npt

from cakernel.models import terms_of
from cakernel.recovery.state_colours import STATES

Targets = npt.NDArray[np.uint8]

CELL: Final = 7
NEIGHBOURS: Final = 4
"""States that a neighbour can have: 0, 1, 2, or none there."""
SIDE: Final = NEIGHBOURS**2


def rule_svg(label: str, table: Targets) -> str:
    """Draw the targets of a rule: a square for each own state, a cell for each neighbourhood.

    Across a square are the states upstream and downstream (the latter changes faster), down it
    those of the previous and the next chain's firm.
    """
    targets = table.reshape(len(STATES), SIDE, SIDE).transpose(0, 2, 1)
    parts = []
    for own, square in enumerate(targets):
        left = own * (SIDE + 3) * CELL
        parts.append(f'<text x="{left}" y="11">own state {own}</text>')
        for down, row in enumerate(square.tolist()):
            start = 0
            for across in range(1, SIDE + 1):
                # neighbours of one target become one rectangle
                if across == SIDE or row[across] != row[start]:
                    parts.append(
                        f'<rect x="{left + start * CELL}" y="{16 + down * CELL}" '
                        f'width="{(across - start) * CELL}" height="{CELL}" '
                        f'fill="{STATES[row[start]]}"/>'
                    )
                    start = across
    width, height = (3 * SIDE + 6) * CELL, 16 + SIDE * CELL
    words = f"Targets of {label} by own state and neighbourhood"
    return (
        f'<svg role="img" aria-label="{escape(words)}" viewBox="0 0 {width} {height}" '
        f'width="{width}" style="max-width:100%" font-size="11" fill="currentColor">'
        f"{''.join(parts)}</svg>"
    )


def rule_html(label: str, table: Targets) -> str:
    """Return a rule's name, what it does where that is known, and the picture of its table."""
    kind = "cyber_rule" if label.startswith("CRD") else "supply_rule"
    term = terms_of("recovery").term(kind, label)
    colours = ", ".join(
        f'<span style="background:{colour};color:{"#fff" if not state else "#000"};'
        f'padding:0 .4em">{state}</span>'
        for state, colour in enumerate(STATES)
    )
    return (
        f"<p><b>{escape(term.title if term else label)}</b>"
        f"{f': {escape(term.sentence)}' if term and term.sentence else ''}</p>"
        f"<p>Target state {colours}; across: upstream, within it downstream (0, 1, 2, none); down: "
        f"previous chain, within it next.</p>{rule_svg(label, table)}"
    )


def policy_html(names: Mapping[str, str], tables: Sequence[Targets]) -> str:
    """Return a policy in words, and the pictures of its rules; ``names`` are its columns."""
    words = terms_of("recovery").policy(names, names)
    labels = list(names.values())
    rules = "".join(map(rule_html, labels, tables))
    return f"<p><b>{escape(' '.join(labels))}</b>{f': {escape(words)}' if words else ''}</p>{rules}"
