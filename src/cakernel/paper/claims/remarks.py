"""The paper's two remarks, and what its text says of single regimes, as claims.

Remark 1: for supply only benchmarking and matching are worth considering by cloud firms, for cyber
matching is best. Remark 2: moving to the cloud lets firms recover more slowly from supply
disruptions.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from cakernel.paper.choices import RECOMMENDED_RULE
from cakernel.paper.claims.claim import Among, Claim, Comparison
from cakernel.paper.claims.ratio_change import RatioChange
from cakernel.paper.five_percent import WITHIN
from cakernel.paper.published import CLOUD_RULES, PRINTED_SUPPLY_RULES
from cakernel.recovery.model import REGIMES

SPEEDS: Final = (
    ("radical", ("SRD-1",)),
    ("incremental", ("SRD-2",)),
    ("market-driven", ("SRD-6", "SRD-7", "SRD-8")),
    ("benchmarking", ("SRD-3", "SRD-4")),
    ("matching", ("SRD-5",)),
)
"""The paper's order of recovery speeds, fast to slow: kinds of rules, and their supply rules."""
WORTH_IT: Final = ("SRD-3", "SRD-4", "SRD-5")
"""The supply rules worth considering by Remark 1."""


def remarks() -> list[Claim]:
    """Return the claims of Remark 1, of Remark 2 and of the text on single regimes."""
    return [*_remark_1(), *_remark_2(), *_single_regimes()]


def _remark_1() -> list[Claim]:
    others = tuple(rule for rule in PRINTED_SUPPLY_RULES if rule not in WORTH_IT)
    other_cyber = tuple(rule for rule in CLOUD_RULES if rule != RECOMMENDED_RULE)
    everything = Among(PRINTED_SUPPLY_RULES, CLOUD_RULES)
    outside = [
        Comparison(
            f"{rule} not within 5%", Among((rule,), CLOUD_RULES), everything, "below", 1 - WITHIN
        )
        for rule in others
    ]
    best = Among(WORTH_IT, (RECOMMENDED_RULE,))
    highest = [
        Comparison(
            "SRD-3, 4 or 5 with CRD-5 above SRD-1, 2, 6, 7, 8", best, Among(others, CLOUD_RULES)
        ),
        Comparison(
            "SRD-3, 4 or 5 with CRD-5 above the same with other cyber rules",
            best,
            Among(WORTH_IT, other_cyber),
        ),
    ]

    def claim(name: str, statement: str, tested: str, comparisons: list[Comparison]) -> Claim:
        settings = dict.fromkeys(REGIMES, comparisons)
        return Claim(name, statement, tested, "Remark 1", settings)

    tested_outside = (
        "the best policy of each of SRD-1, 2, 6, 7, 8 with any cyber rule, against 95% of the "
        "highest R in the cloud, in each regime"
    )
    tested_best = (
        "the highest R of SRD-3, 4, 5 with CRD-5 against all other policies in the cloud, in each "
        "regime"
    )
    return [
        claim(
            "remark-1",
            "Only SRD-3, SRD-4 and SRD-5 are worth considering in the cloud, and CRD-5 is best",
            f"{tested_outside}; and {tested_best}",
            [*outside, *highest],
        ),
        claim(
            "remark-1-others-outside",
            "No policy of SRD-1, 2, 6, 7 or 8 is within 5% of the best in the cloud",
            tested_outside,
            outside,
        ),
        claim(
            "remark-1-best",
            "The best policy in the cloud is SRD-3, SRD-4 or SRD-5 with CRD-5",
            tested_best,
            highest,
        ),
    ]


def pairs() -> dict[str, list[RatioChange]]:
    """Return, by each kind of speed but the fastest, its rules against all faster ones.

    Examples
    --------
    >>> {kind: len(changes) for kind, changes in pairs().items()}
    {'incremental': 1, 'market-driven': 6, 'benchmarking': 10, 'matching': 7}
    """
    found = {}
    faster: list[str] = []
    for kind, rules in SPEEDS:
        if faster:
            found[kind] = [
                RatioChange(slow, fast, RECOMMENDED_RULE) for slow in rules for fast in faster
            ]
        faster += rules
    return found


def _remark_2() -> list[Claim]:
    tested = (
        "R(slower)/R(faster) under CRD-5 less the same under CRD-0, principle P, in each regime: {}"
    )

    def claim(name: str, statement: str, of: str, changes: Sequence[RatioChange]) -> Claim:
        settings = dict.fromkeys(REGIMES, changes)
        return Claim(name, statement, tested.format(of), "Remark 2", settings)

    kinds = pairs()
    whole = [change for changes in kinds.values() for change in changes]
    return [
        claim(
            "remark-2",
            "In the cloud every slower supply rule stands better against every faster one than on "
            "site",
            "all pairs of rules of different speed in the paper's order",
            whole,
        ),
        *(
            claim(
                f"remark-2-{kind}",
                f"In the cloud {'/'.join(dict(SPEEDS)[kind])} ({kind}) stands better against every "
                "faster rule than on site",
                f"{kind} against every faster rule",
                changes,
            )
            for kind, changes in kinds.items()
        ),
    ]


def _single_regimes() -> list[Claim]:
    def above(first: str, *second: str) -> Comparison:
        cyber = (RECOMMENDED_RULE,)
        rival = second[0] if len(second) == 1 else "all others"
        return Comparison(f"{first} above {rival}", Among((first,), cyber), Among(second, cyber))

    def leads(*order: str) -> list[Comparison]:
        """Say that rules lead all others, each the next."""
        rest = tuple(rule for rule in PRINTED_SUPPLY_RULES if rule not in order)
        return [
            *(above(first, second) for first, second in pairwise(order)),
            above(order[-1], *rest),
        ]

    def both_lead(*rules: str) -> list[Comparison]:
        rest = tuple(rule for rule in PRINTED_SUPPLY_RULES if rule not in rules)
        return [above(rule, *rest) for rule in rules]

    avoided = Comparison(
        "SRD-5 not within 5%",
        Among(("SRD-5",), (RECOMMENDED_RULE,)),
        Among(PRINTED_SUPPLY_RULES, CLOUD_RULES),
        "below",
        1 - WITHIN,
    )
    said: list[tuple[str, str, list[Comparison]]] = [
        ("low", "SRD-2 is best, then SRD-4", leads("SRD-2", "SRD-4")),
        ("n15", "SRD-4 is best, then SRD-3; SRD-5 to avoid", [*leads("SRD-4", "SRD-3"), avoided]),
        ("n3", "SRD-5 and SRD-3 lead all others", both_lead("SRD-5", "SRD-3")),
        ("t30", "SRD-4 is best", leads("SRD-4")),
        ("t360", "SRD-3 and SRD-5 lead all others", both_lead("SRD-3", "SRD-5")),
    ]
    return [
        Claim(
            f"text-{regime}",
            f"Regime {regime}, under CRD-5: {statement}",
            "R of the better principle of each supply rule under CRD-5",
            f"text on regime {regime}",
            {regime: comparisons},
        )
        for regime, statement, comparisons in said
    ]
