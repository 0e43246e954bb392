"""What the paper recommends, as claims: Table 7, the map of Fig. 2 and CRD-5.

Fig. 2 is restated from what the text recommends, and its source says so. The remarks stand in
`remarks`.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from cakernel.paper.choices import LARGE_CHAIN, MAP_PERIODS, RECOMMENDED_RULE, recommended
from cakernel.paper.claims.claim import Among, Claim, Comparison
from cakernel.paper.claims.remarks import remarks
from cakernel.paper.claims.settings import SETTINGS, everywhere
from cakernel.paper.five_percent import WITHIN
from cakernel.paper.published import (
    CLOUD_RULES,
    ON_SITE_RULE,
    PRINTED_SUPPLY_RULES,
    printed_choices,
)

IN_THE_CLOUD: Final = Among(PRINTED_SUPPLY_RULES, CLOUD_RULES)
ON_SITE: Final = Among(PRINTED_SUPPLY_RULES, (ON_SITE_RULE,))
RESTATED: Final = "restated from what the tables and the text recommend"

_IN_THE_SET = (
    "each supply rule's better principle against 95% of the highest R of all policies of the "
    "deployment: at least for the rules named, below for all others"
)


def within(rules: Sequence[str], cyber_rule: str, *, no_others: bool = True) -> list[Comparison]:
    """Compare supply rules with the edge of the 5% rule: named ones inside, others outside."""
    rivals = ON_SITE if cyber_rule == ON_SITE_RULE else IN_THE_CLOUD
    return [
        Comparison(
            text=f"{rule} within 5%" if rule in rules else f"{rule} not within 5%",
            first=Among((rule,), (cyber_rule,)),
            second=rivals,
            relation="at least" if rule in rules else "below",
            share=1 - WITHIN,
        )
        for rule in PRINTED_SUPPLY_RULES
        if rule in rules or no_others
    ]


def paper_claims() -> list[Claim]:
    """Return the claims of the paper's tables and text."""
    return [*remarks(), *_table_7(), *_figure_2(), *_crd_5()]


def _table_7() -> list[Claim]:
    return [
        Claim(
            id=f"table-7-{regime}-{deployment}",
            statement=f"Within 5% of the highest R under {cyber_rule}: {', '.join(rules)}",
            tested=_IN_THE_SET,
            source=f"Table 7, regime {regime}, {deployment}",
            settings={regime: within(rules, cyber_rule)},
        )
        for regime, deployment, cyber_rule, rules in printed_choices().iter_rows()
    ]


def _figure_2() -> list[Claim]:
    nine = {name: (risk, n) for name, (risk, n, days) in SETTINGS.items() if days == MAP_PERIODS}
    high = [name for name, (risk, _) in nine.items() if risk == "high"]
    large = [name for name, (_, firms) in nine.items() if firms >= LARGE_CHAIN and name not in high]
    other = [name for name in nine if name not in (*high, *large)]

    def claim(
        name: str, statement: str, places: Iterable[str], tested: str = "", no_others: bool = True
    ) -> Claim:
        return Claim(
            id=f"fig-2-{name}",
            statement=statement,
            tested=tested or _IN_THE_SET,
            source=f"Fig. 2, {RESTATED} (the figure itself is not legible in the copy at hand)",
            settings={
                place: within(recommended(*nine[place])[0], RECOMMENDED_RULE, no_others=no_others)
                for place in places
            },
        )

    return [
        claim("high-risk", "Under high supply risk SRD-5 alone is best", high),
        claim("large-chains", "In large chains SRD-4 alone is best, short of high risk", large),
        claim("otherwise", "Otherwise SRD-3, SRD-4 and SRD-5 are best", other),
        claim(
            "safe",
            "To follow the recommendation never costs more than 5% of the highest R",
            nine,
            "each recommended supply rule under CRD-5, better principle, against 95% of the "
            "highest R in the cloud, in the nine combinations of risk and chain length",
            no_others=False,
        ),
    ]


def _crd_5() -> list[Claim]:
    others = tuple(rule for rule in CLOUD_RULES if rule != RECOMMENDED_RULE)
    source = "Remark 1 and the text: CRD-5 throughout"

    def above(text: str, *rules: str) -> Comparison:
        return Comparison(text, Among(rules, (RECOMMENDED_RULE,)), Among(rules, others))

    highest = above("best of CRD-5 above best of the other cyber rules", *PRINTED_SUPPLY_RULES)
    each = [
        above(f"{rule}: CRD-5 above the other cyber rules", rule) for rule in PRINTED_SUPPLY_RULES
    ]
    return [
        Claim(
            "crd-5-highest",
            "The highest R in the cloud is one of CRD-5",
            "highest R of CRD-5 against the highest of CRD-1, 2, 3, 4 and 6",
            source,
            everywhere(highest),
        ),
        Claim(
            "crd-5-throughout",
            "CRD-5 gives the highest R whatever the supply rule",
            "for each supply rule: better principle of CRD-5 against the best of the other cyber "
            "rules",
            source,
            everywhere(*each),
        ),
    ]
