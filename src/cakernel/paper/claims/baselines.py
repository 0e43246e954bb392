"""Claims that the paper's tables leave open: cloud against on-site, recovering against never."""

from typing import Final

from cakernel.paper.choices import RECOMMENDED_RULE, recommended
from cakernel.paper.claims.claim import Among, Claim, Comparison
from cakernel.paper.claims.recommendations import IN_THE_CLOUD, ON_SITE
from cakernel.paper.claims.settings import SETTINGS, everywhere
from cakernel.paper.published import CLOUD_RULES, ON_SITE_RULE, PRINTED_SUPPLY_RULES

NEVER: Final = "none"
NEVER_RECOVERING: Final = Among((NEVER,), (NEVER,))


def baseline_claims() -> list[Claim]:
    """Return the claims on what the cloud and recovering are worth."""
    return [*_cloud(), *_recovery()]


def _cloud() -> list[Claim]:
    source = "not shown in the paper, which prints no figures of CRD-0"

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
            source=source,
            settings=everywhere(
                Comparison("best in the cloud above best on site", IN_THE_CLOUD, ON_SITE)
            ),
        ),
        Claim(
            id="cloud-intangibles",
            statement="The cloud keeps intangibles states above the on-site 1",
            tested=tested.format("y"),
            source=source,
            settings=states("mean_y"),
        ),
        Claim(
            id="cloud-operations",
            statement="The cloud keeps operational states above those on site",
            tested=tested.format("x"),
            source=source,
            settings=states("mean_x"),
        ),
    ]


def _recovery() -> list[Claim]:
    any_supply, any_cyber = (*PRINTED_SUPPLY_RULES, NEVER), (*CLOUD_RULES, NEVER)
    on_site_never = Among((NEVER,), (ON_SITE_RULE,))

    def claim(id: str, statement: str, tested: str, *comparisons: Comparison) -> Claim:
        source = "not shown in the paper, which has no baseline that never recovers"
        return Claim(id, statement, tested, source, everywhere(*comparisons))

    def above_never(text: str, supply_rule: str, cyber_rule: str, outcome: str) -> Comparison:
        policy = Among((supply_rule,), (cyber_rule,), ("P",))
        return Comparison(text, policy, NEVER_RECOVERING, outcome=outcome)

    return [
        claim(
            "recovery-pays-cloud",
            "In the cloud some rule ends with more resources than never recovering",
            "highest R of the paper's 96 cloud policies against none/none",
            Comparison("best in the cloud above never", IN_THE_CLOUD, NEVER_RECOVERING),
        ),
        claim(
            "recovery-pays-on-site",
            "On site some rule ends with more resources than never recovering",
            "highest R of the eight CRD-0 policies against none/CRD-0",
            Comparison("best on site above never", ON_SITE, on_site_never),
        ),
        claim(
            "supply-recovery-pays",
            "Each supply rule ends with more resources than never recovering operations, with the "
            "best cyber rule for either",
            "for each supply rule: its highest R over CRD-1 to 6 and none against that of supply "
            "rule none",
            *(
                Comparison(
                    f"{rule} above never recovering x",
                    Among((rule,), any_cyber),
                    Among((NEVER,), any_cyber),
                )
                for rule in PRINTED_SUPPLY_RULES
            ),
        ),
        claim(
            "cyber-recovery-pays",
            "Each cyber rule ends with more resources than never recovering intangibles, with the "
            "best supply rule for either",
            "for each cyber rule: its highest R over SRD-1 to 8 and none against that of cyber "
            "rule none",
            *(
                Comparison(
                    f"{rule} above never recovering y",
                    Among(any_supply, (rule,)),
                    Among(any_supply, (NEVER,)),
                )
                for rule in CLOUD_RULES
            ),
        ),
        claim(
            "recovery-raises-states",
            "Every rule keeps its states above those of never recovering",
            "x of each supply rule under CRD-5 and y of each cyber rule under SRD-5 (P) against "
            "none/none",
            *(
                above_never(f"{rule}: x above never", rule, RECOMMENDED_RULE, "mean_x")
                for rule in PRINTED_SUPPLY_RULES
            ),
            *(
                above_never(f"{rule}: y above never", "SRD-5", rule, "mean_y")
                for rule in CLOUD_RULES
            ),
        ),
    ]
