"""What rules, principles, fields and outcomes are called: the one place of all names.

Names as in Chen and Chang (2021), Table 1; the sentences say what `cakernel.recovery.rules` does.
"""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from cakernel.recovery.model import Model
from cakernel.recovery.policy import POLICY_PARTS
from cakernel.recovery.rules import BUILT_IN, Rule
from cakernel.recovery.words import OUTCOME_WORDS
from cakernel.terms import Term, Terms

_CATCH_UP: Final = "; once level with them, go one state up"
_BENCHMARKING: Final = "rebuild to high where {} of the four neighbours {} high, else to medium"
_MATCHING: Final = "rebuild to the highest state among {}, never above it"

_OWN: Final = {
    "own-1-1": ("out of low only", "rebuild from low to medium, never to high"),
    "own-2-1": ("high from low only", "rebuild from low to high, never from medium"),
    "own-0-2": ("high from medium only", "rebuild from medium to high, never from low"),
}

SUPPLY: Final = {
    "SRD-1": ("radical", "rebuild to high at once"),
    "SRD-2": ("incremental", "rebuild one state up at a time"),
    "SRD-3": ("relaxed benchmarking", _BENCHMARKING.format("at least one", "is")),
    "SRD-4": ("rigorous benchmarking", _BENCHMARKING.format("at least two", "are")),
    "SRD-5": ("matching", _MATCHING.format("the firm and its four neighbours")),
    "SRD-6": (
        "market-driven, downstream",
        "catch up with the best of the downstream neighbour and the neighbouring chains"
        + _CATCH_UP,
    ),
    "SRD-7": (
        "market-driven, upstream",
        "catch up with the best of the upstream neighbour and the neighbouring chains" + _CATCH_UP,
    ),
    "SRD-8": ("market-driven, both sides", "catch up with the best neighbour" + _CATCH_UP),
    "none": ("no recovery", "never rebuild operations"),
    **_OWN,
}
"""Supply rules: how a firm rebuilds its operational state."""
CYBER: Final = {
    "CRD-1": ("radical", "rebuild to high at once"),
    "CRD-2": ("progressive", "rebuild one state up at a time"),
    "CRD-3": ("relaxed benchmarking", _BENCHMARKING.format("at least one", "is")),
    "CRD-4": ("rigorous benchmarking", _BENCHMARKING.format("at least two", "are")),
    "CRD-5": (
        "matching",
        _MATCHING.format("the firm and those beside it in the neighbouring chains"),
    ),
    "CRD-6": (
        "market-driven",
        "catch up with the best beside it in the neighbouring chains" + _CATCH_UP,
    ),
    "CRD-0": (
        "on-site data centre",
        "no cloud: intangibles stay at medium, without cyber disruptions and at no cost",
    ),
    "none": ("no recovery", "never rebuild intangibles"),
    **_OWN,
}
"""Cyber rules: how a firm rebuilds its intangibles state."""
PRINCIPLES: Final = {
    "P": ("operations first", "operations are paid first where not both can be"),
    "C": ("intangibles first", "intangibles are paid first where not both can be"),
}
"""Principles: what is paid first where resources cover either upgrade but not both."""

COLUMNS: Final = {
    **POLICY_PARTS,
    **OUTCOME_WORDS,
    "chains": "chains",
    "firms": "firms in a chain",
    "periods": "days",
    "supply_severe": "severe supply disruptions a day",
    "supply_mild": "mild supply disruptions a day",
    "cyber_severe": "severe cyber disruptions a day",
    "cyber_mild": "mild cyber disruptions a day",
    "recovery": "recovery is tried",
    "boundary_ends": "ends of chains",
    "boundary_across": "outer chains",
    "initial_operational": "operational state at first",
    "initial_intangibles": "intangibles state at first",
    "initial_resources": "resources at first",
    "scenario": "resource scenario",
    **{
        f"{side}_terminal_value{suffix}": f"worth of the final {side} state{at}"
        for side in ("operational", "intangibles")
        for suffix, at in (("", ""), ("_0", ", low"), ("_1", ", medium"), ("_2", ", high"))
    },
    "replications": "replications",
    **{
        f"{side}_acquisition{suffix}": f"resources a day by {side} state{at}"
        for side in ("operational", "intangibles")
        for suffix, at in (("", ""), ("_0", ", low"), ("_1", ", medium"), ("_2", ", high"))
    },
    **{
        f"{side}_cost{suffix}": f"cost of {what} upgrade{at}"
        for side, what in (("operational", "an operational"), ("intangibles", "an intangibles"))
        for suffix, at in (
            ("", ""),
            ("_01", ", low to medium"),
            ("_12", ", medium to high"),
            ("_02", ", low to high"),
        )
    },
}
NETWORK_COLUMNS: Final = {
    "demand": "customers that must work",
    "provider": "cloud provider",
    "stock": "stock",
    "holding_cost": "cost of holding a unit a day",
    # another model has a parameter called spillover
    "firm_spillover": "cyber hits that spill over",
}
OF_FIRMS: Final = {
    "spillover": "firm_spillover",
    "x": "initial_operational",
    "y": "initial_intangibles",
    "resources": "initial_resources",
    **{
        f"{kind}_{letter}{end}": f"{side}_{name}_{end}"
        for letter, side in (("x", "operational"), ("y", "intangibles"))
        for kind, name, ends in (
            ("r", "acquisition", ("0", "1", "2")),
            ("c", "cost", ("01", "12", "02")),
        )
        for end in ends
    },
}
"""Columns of a network's firms by what the same is called elsewhere."""
OWNERS: Final = {
    "firms": "{}",
    "group": "group {}",
    "providers": "provider {}",
    "links": "link {}",
    "supplier": "links of supplier {}",
    "customer": "links of customer {}",
    "input": "links of input {}",
}
"""Whose a field of a network is, by the first part of its path."""
SETTINGS: Final = (
    "chains {chains}, firms in each {firms}, days {periods}; supply risk of each firm: "
    "{supply_severe} severe, {supply_mild} mild a day; cyber risk of each chain: {cyber_severe} "
    "severe, {cyber_mild} mild a day; recovery tried {recovery}; ends of chains {boundary_ends}, "
    "outer chains {boundary_across}; at first operational state {initial_operational}, intangibles "
    "state {initial_intangibles}, {initial_resources} units of resources"
)
_STATES: Final = {str(n): Term("", name) for n, name in enumerate(("low", "medium", "high"))}
SIMPLEST: Final = (
    "The simplest policy of a set is the one whose two rules look at the fewest neighbours; of "
    "those, the one whose rules aim at the fewest different states; of those, the best. "
    "A user's own rules are not compared."
)


def _terms(named: Mapping[str, tuple[str, str]], what: str) -> dict[str, Term]:
    """Return terms by code; ``what`` follows a rule's name where a policy is told."""
    return {
        code: Term(code, name, f"{name}{'' if code == 'CRD-0' else what}", sentence)
        for code, (name, sentence) in named.items()
    }


def with_cutoffs(column: str, value: str) -> Term | None:
    """Return the term of a rule with cutoffs, such as SRD-5@4/12; None of what is none.

    Examples
    --------
    >>> term = with_cutoffs("supply_rule", "SRD-5@4/12")
    >>> term.phrase
    'matching for operations (stops at the end)'
    """
    code, _, cutoffs = value.partition("@")
    known = TERMS.values.get(column, {}).get(code)
    low, slash, medium = cutoffs.partition("/")
    if known is None or not slash:
        return None
    return Term(
        value,
        f"{known.name}, with cutoffs",
        f"{known.phrase} (stops at the end)",
        f"{known.sentence}; leave low only while at least {low} days remain, medium only while at "
        f"least {medium} do",
    )


def effort(policy: Mapping[str, Any]) -> tuple[int, int] | None:
    """Return how many neighbours a policy's rules look at, and at how many states they aim.

    ``policy`` has its columns; None where a rule is the user's own.

    Examples
    --------
    >>> effort({"supply_rule": "SRD-1", "cyber_rule": "CRD-5", "principle": "P"})
    (2, 4)
    >>> effort({"supply_rule": "SRD-4", "cyber_rule": "CRD-0", "principle": "P"})
    (4, 3)
    """
    rules = (
        BUILT_IN["supply"].get(policy["supply_rule"]),
        BUILT_IN["cyber"].get(policy["cyber_rule"]),
    )
    asked = [_asked(rule) for rule in rules if rule is not None]
    if len(asked) < len(rules):
        return None
    return sum(near for near, _ in asked), sum(aims for _, aims in asked)


def _asked(rule: Rule) -> tuple[int, int]:
    """Return on how many neighbours the targets of a rule depend, and how many targets it has."""
    table = rule.targets
    near = sum(bool((table != table.take([0], axis)).any()) for axis in range(1, table.ndim))
    return near, 1 if rule.on_site else len(np.unique(table))


def of_network(name: str) -> tuple[str, str] | None:
    """Return the column that the path of a network's field is like, and whose it is.

    Examples
    --------
    >>> of_network("firms.lens.supply_mild"), of_network("firms.x"), of_network("firms")
    (('supply_mild', 'lens'), ('initial_operational', 'all firms'), None)
    """
    place, dot, rest = name.partition(".")
    if not dot or place not in OWNERS:
        return None
    who, _, field = rest.rpartition(".")
    return OF_FIRMS.get(field, field), OWNERS[place].format(who) if who else f"all {place}"


TERMS: Final = Terms(
    columns=COLUMNS | NETWORK_COLUMNS,
    shares=frozenset(
        ("supply_severe", "supply_mild", "cyber_severe", "cyber_mild", "firm_spillover")
    ),
    values={
        "supply_rule": _terms(SUPPLY, " for operations"),
        "cyber_rule": _terms(CYBER, " for intangibles"),
        "principle": {
            code: Term(code, name, f"{name.split()[0]} paid first", sentence)
            for code, (name, sentence) in PRINCIPLES.items()
        },
        "recovery": {
            "every-period": Term("", "in every period"),
            "when-hit": Term("", "only in a period in which a firm is hit"),
        },
        "initial_operational": _STATES,
        "initial_intangibles": _STATES,
    },
    settings=SETTINGS,
    variant=with_cutoffs,
    effort=effort,
    simplest=SIMPLEST,
    owned=of_network,
)
"""All that `cakernel.wording` asks of the model."""


def settings_in_words(model: Model) -> str:
    """Say in a sentence what a model is: chains, days, risks and conventions.

    Examples
    --------
    >>> settings_in_words(Model()).split("; ")[1]
    'supply risk of each firm: 4.7% severe, 13.7% mild a day'
    """
    fields = model.model_dump()
    return (
        SETTINGS.format(**{name: TERMS.value(name, value) for name, value in fields.items()}) + "."
    )
