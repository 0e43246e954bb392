"""The fields of the recovery model: what a reader of the live page sets."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from cakernel.live.fields import Choice, Group, Number, Several
from cakernel.recovery.model import Model
from cakernel.recovery.policy import CRD_1_TO_6_AND_0, SRD_1_TO_8, policies
from cakernel.recovery.rules import BUILT_IN
from cakernel.recovery.scenario import ResourceScenario, paper_scenarios
from cakernel.recovery.terms import TERMS

BEST: Final = "best"
OWN, PAPER = "own", "paper"
GROUPS: Final = ("in the cloud", "on site", "all policies")
"""Policies that are ranked together; the first two are those of `cakernel.recovery.paired`."""
PRINCIPLES: Final = {"PC": ("P", "C"), "P": ("P",), "C": ("C",)}
# field of a scenario: the suffixes of its three numbers
AMOUNTS: Final[dict[str, tuple[str, ...]]] = {
    f"{side}_{what}": suffixes
    for what, suffixes in (("acquisition", ("0", "1", "2")), ("cost", ("01", "12", "02")))
    for side in ("operational", "intangibles")
}
VALUES: Final[dict[str, tuple[str, ...]]] = {
    f"{side}_terminal_value": ("0", "1", "2") for side in ("operational", "intangibles")
}
"""What final states are worth; the paper's scenarios have no such values, as if all were 0."""
_BASE: Final = Model()
# slider's ends and step; a typed number may lie beyond
_SLIDERS: Final[Mapping[str, tuple[float, float, float]]] = {
    **dict.fromkeys(
        ("supply_severe", "supply_mild", "cyber_severe", "cyber_mild"), (0.0, 0.5, 0.005)
    ),
    "chains": (1, 20, 1),
    "firms": (1, 40, 1),
    "periods": (10, 365, 5),
    "initial_resources": (0.0, 50.0, 0.5),
}


def _number(name: str) -> Number:
    low, high, step = _SLIDERS[name]
    default = getattr(_BASE, name)
    whole = isinstance(default, int)
    return Number(name, TERMS.column(name), default, low, high, step, whole)


def _choice(name: str, values: Sequence[Any]) -> Choice:
    options = {str(value): TERMS.value(name, value) for value in values}
    return Choice(name, TERMS.column(name), str(getattr(_BASE, name)), options)


def _amount(field: str, place: int) -> Number:
    name = f"{field}_{(AMOUNTS | VALUES)[field][place]}"
    default = paper_scenarios()[0].amounts[field][place]
    high, step = (5.0, 0.0625) if field.endswith("acquisition") else (25.0, 0.25)
    return Number(name, TERMS.column(name), default, 0.0, high, step)


def _rules(name: str, side: Any, default: tuple[str, ...]) -> Several:
    titles = {rule: TERMS.value(name, rule) for rule in BUILT_IN[side]}
    return Several(f"{name}s", f"{TERMS.column(name)}s", default, titles)


FIELDS: Final = (
    Group(
        "Risk, probabilities a day",
        [_number(n) for n in ("supply_severe", "supply_mild", "cyber_severe", "cyber_mild")],
        open=True,
    ),
    Group("Chains and days", [_number(n) for n in ("firms", "chains", "periods")], open=True),
    Group(
        "Gains and costs",
        [
            Choice(
                "amounts",
                "amounts",
                OWN,
                {OWN: "those below", PAPER: "mean over the paper's 576 sets"},
            ),
            *(_amount(field, place) for field in AMOUNTS for place in range(3)),
            _number("initial_resources"),
        ],
    ),
    Group("Worth of the final states", [_amount(field, n) for field in VALUES for n in range(3)]),
    Group(
        "Rules compared",
        [
            Choice(
                "principles",
                "paid first where not both can be",
                "PC",
                {"PC": "compare both", "P": "P: operations", "C": "C: intangibles"},
            ),
            Choice("compared", "ranked together", GROUPS[0], {name: name for name in GROUPS}),
            _rules("supply_rule", "supply", SRD_1_TO_8),
            _rules("cyber_rule", "cyber", CRD_1_TO_6_AND_0),
        ],
    ),
    Group(
        "Conventions",
        [
            _choice("recovery", ("every-period", "when-hit")),
            _choice("boundary_ends", ("open", "periodic")),
            _choice("boundary_across", ("open", "periodic")),
            _choice("initial_operational", range(3)),
            _choice("initial_intangibles", range(3)),
        ],
    ),
    Group(
        "What is shown",
        [
            Choice(
                "outcome",
                "ranked by",
                "resources",
                {n: TERMS.column(n) for n in ("resources", "x", "y", "value")},
            ),
            Choice(
                "shown",
                "policy drawn over time",
                BEST,
                {BEST: "the best"} | {str(policy): str(policy) for policy in policies()},
            ),
            Number("replication", "replication drawn firm by firm", 0, 0, 100, 1, True),
            Number("seed", "seed", 1, 0, 100, 1, True),
        ],
    ),
)
"""All fields, in the order of the page."""


def amounts_of(scenario: ResourceScenario) -> dict[str, float]:
    """Return the values of the fields for a scenario's amounts and what final states are worth."""
    return {
        f"{field}_{suffix}": amount
        for field, suffixes in (AMOUNTS | VALUES).items()
        for suffix, amount in zip(suffixes, scenario.amounts[field], strict=True)
    }
