"""Claims that the paper's tables leave open: cloud against on-site, recovering against never."""

from cakernel.paper.choices import RECOMMENDED_RULE, recommended
from cakernel.paper.claims.comparison import Among, Comparison
from cakernel.paper.claims.printed import CLOUD_RULES, IN_THE_CLOUD, ON_SITE
from cakernel.paper.claims.settings import SETTINGS
from cakernel.paper.claims.verdicts import Claim
from cakernel.paper.published import ON_SITE_RULE, SUPPLY_RULES

NEVER = "none"
_CLOUD = "not shown in the paper, which prints no figures of CRD-0"
_BASELINE = "not shown in the paper, which has no baseline that never recovers"


def baseline_claims() -> list[Claim]:
    """Return the claims on what the cloud and recovering are worth."""
    return [*_cloud(), *_recovery(), *_single_rules(), _states()]


def _everywhere(comparison: Comparison) -> dict[str, list[Comparison]]:
    return {place: [comparison] for place in SETTINGS}


def _cloud() -> list[Claim]:
    def states(outcome: str) -> dict[str, list[Comparison]]:
        return {
            place: [
                Comparison(
                    text=f"{rule}: {outcome.removeprefix('mean_')} under CRD-5 above CRD-0",
                    first=Among((rule,), (RECOMMENDED_RULE,)),
                    second=Among((rule,), (ON_SITE_RULE,)),
                    outcome=outcome,
                )
                for rule in recommended(risk, firms)[0]
            ]
            for place, (risk, firms, _) in SETTINGS.items()
        }

    tested = "each recommended supply rule: better principle under CRD-5 against CRD-0, mean {}"
    return [
        Claim(
            id="cloud-resources",
            statement="The cloud ends with more resources than an on-site data centre",
            tested="highest R of CRD-1 to 6 against the highest of CRD-0",
            source=_CLOUD,
            settings=_everywhere(
                Comparison("best in the cloud above best on site", IN_THE_CLOUD, ON_SITE)
            ),
        ),
        Claim(
            id="cloud-intangibles",
            statement="The cloud keeps intangibles states above the on-site 1",
            tested=tested.format("y"),
            source=_CLOUD,
            settings=states("mean_y"),
        ),
        Claim(
            id="cloud-operations",
            statement="The cloud keeps operational states above those on site",
            tested=tested.format("x"),
            source=_CLOUD,
            settings=states("mean_x"),
        ),
    ]


def _recovery() -> list[Claim]:
    return [
        Claim(
            id="recovery-pays-cloud",
            statement="In the cloud some rule ends with more resources than never recovering",
            tested="highest R of the paper's 96 cloud policies against none/none",
            source=_BASELINE,
            settings=_everywhere(
                Comparison("best in the cloud above never", IN_THE_CLOUD, Among((NEVER,), (NEVER,)))
            ),
        ),
        Claim(
            id="recovery-pays-on-site",
            statement="On site some rule ends with more resources than never recovering",
            tested="highest R of the eight CRD-0 policies against none/CRD-0",
            source=_BASELINE,
            settings=_everywhere(
                Comparison("best on site above never", ON_SITE, Among((NEVER,), (ON_SITE_RULE,)))
            ),
        ),
    ]


def _single_rules() -> list[Claim]:
    any_supply, any_cyber = (*SUPPLY_RULES, NEVER), (*CLOUD_RULES, NEVER)
    return [
        Claim(
            id="supply-recovery-pays",
            statement="Each supply rule ends with more resources than never recovering "
            "operations, with the best cyber rule for either",
            tested="for each supply rule: its highest R over CRD-1 to 6 and none against that of "
            "supply rule none",
            source=_BASELINE,
            settings={
                place: [
                    Comparison(
                        f"{rule} above never recovering x",
                        Among((rule,), any_cyber),
                        Among((NEVER,), any_cyber),
                    )
                    for rule in SUPPLY_RULES
                ]
                for place in SETTINGS
            },
        ),
        Claim(
            id="cyber-recovery-pays",
            statement="Each cyber rule ends with more resources than never recovering "
            "intangibles, with the best supply rule for either",
            tested="for each cyber rule: its highest R over SRD-1 to 8 and none against that of "
            "cyber rule none",
            source=_BASELINE,
            settings={
                place: [
                    Comparison(
                        f"{rule} above never recovering y",
                        Among(any_supply, (rule,)),
                        Among(any_supply, (NEVER,)),
                    )
                    for rule in CLOUD_RULES
                ]
                for place in SETTINGS
            },
        ),
    ]


def _states() -> Claim:
    never = Among((NEVER,), (NEVER,))
    return Claim(
        id="recovery-raises-states",
        statement="Every rule keeps its states above those of never recovering",
        tested="x of each supply rule under CRD-5 and y of each cyber rule under SRD-5 (P) "
        "against none/none",
        source=_BASELINE,
        settings={
            place: [
                *(
                    Comparison(
                        f"{rule}: x above never",
                        Among((rule,), (RECOMMENDED_RULE,), ("P",)),
                        never,
                        outcome="mean_x",
                    )
                    for rule in SUPPLY_RULES
                ),
                *(
                    Comparison(
                        f"{rule}: y above never",
                        Among(("SRD-5",), (rule,), ("P",)),
                        never,
                        outcome="mean_y",
                    )
                    for rule in CLOUD_RULES
                ),
            ]
            for place in SETTINGS
        },
    )
