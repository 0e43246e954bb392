"""Claims that the paper does not make: what the cloud and recovering are worth, why matching leads.

SRD-5 and CRD-5 aim no higher than the neighbours, so they spend little where all are low, and a
firm in state 0 still acquires r[0]. Experiments on resources take this apart:

- no-r_x0, no-r_y0, no-r0: the low state acquires nothing, on one side or on both; costs and what
  higher states acquire stay. This isolates the income of the low state, up to upgrades that the
  lost income would have paid for and that now fail, too.
- equal-r: every state acquires what the medium one does. Resources then differ by spending alone,
  so this measures thrift, and nothing of what the low state acquires.
- plenty: initial resources that never run out. Every target is met and neighbours are seldom all
  low, so this shows what is left of matching's lead without scarcity.
"""

from typing import Final

from cakernel.paper.choices import RECOMMENDED_RULE, recommended
from cakernel.paper.claims.claim import Among, Claim, Comparison
from cakernel.paper.claims.recommendations import IN_THE_CLOUD, ON_SITE
from cakernel.paper.claims.settings import (
    EQUAL,
    EXPERIMENT_REGIMES,
    EXPERIMENT_SUPPLY_RULES,
    LOST,
    NO_BOTH,
    NO_X,
    NO_Y,
    PLENTY,
    SETTINGS,
    everywhere,
    under,
)
from cakernel.paper.published import CLOUD_RULES, ON_SITE_RULE, PRINTED_SUPPLY_RULES

SUPPLY_MATCHING: Final = "SRD-5"
CYBER_MATCHING: Final = "CRD-5"
NEVER: Final = "none"
NEVER_RECOVERING: Final = Among((NEVER,), (NEVER,))


def own_claims() -> list[Claim]:
    """Return the claims on the cloud, on recovering, on matching and the low state's income."""
    return [*_cloud(), *_recovery(), *_leads(), *_low_state()]


def _cloud() -> list[Claim]:
    source = "not shown in the paper, which prints no figures of CRD-0"

    def states(outcome: str) -> dict[str, list[Comparison]]:
        return {
            place: [
                Comparison(
                    f"{rule}: {outcome.removeprefix('mean_')} under CRD-5 above CRD-0",
                    Among((rule,), (RECOMMENDED_RULE,)),
                    Among((rule,), (ON_SITE_RULE,)),
                    outcome=outcome,
                )
                for rule in recommended(risk, firms)[0]
            ]
            for place, (risk, firms, _) in SETTINGS.items()
        }

    tested = "each recommended supply rule: better principle under CRD-5 against CRD-0, mean {}"
    in_general = Comparison("best in the cloud above best on site", IN_THE_CLOUD, ON_SITE)
    cases = (
        (
            "resources",
            "ends with more resources than an on-site data centre",
            "highest R of CRD-1 to 6 against the highest of CRD-0",
            everywhere(in_general),
        ),
        (
            "intangibles",
            "keeps intangibles states above the on-site 1",
            tested.format("y"),
            states("mean_y"),
        ),
        (
            "operations",
            "keeps operational states above those on site",
            tested.format("x"),
            states("mean_x"),
        ),
    )
    return [
        Claim(f"cloud-{id}", f"The cloud {statement}", tested, source, settings)
        for id, statement, tested, settings in cases
    ]


def _recovery() -> list[Claim]:
    any_supply, any_cyber = (*PRINTED_SUPPLY_RULES, NEVER), (*CLOUD_RULES, NEVER)
    on_site_never = Among((NEVER,), (ON_SITE_RULE,))

    def claim(id: str, statement: str, tested: str, *comparisons: Comparison) -> Claim:
        source = "not shown in the paper, which has no baseline that never recovers"
        return Claim(id, statement, tested, source, everywhere(*comparisons))

    def above_never(state: str, rule: str, supply_rule: str, cyber_rule: str) -> Comparison:
        policy = Among((supply_rule,), (cyber_rule,), ("P",))
        text, outcome = f"{rule}: {state} above never", f"mean_{state}"
        return Comparison(text, policy, NEVER_RECOVERING, outcome=outcome)

    def side_pays(
        side: str, states: str, other: str, others: str, comparisons: list[Comparison]
    ) -> Claim:
        return claim(
            f"{side}-recovery-pays",
            f"Each {side} rule ends with more resources than never recovering {states}, with the "
            f"best {other} rule for either",
            f"for each {side} rule: its highest R over {others} and none against that of {side} "
            "rule none",
            *comparisons,
        )

    words = "above never recovering"
    never_x, never_y = Among((NEVER,), any_cyber), Among(any_supply, (NEVER,))
    of_supply = [
        Comparison(f"{rule} {words} x", Among((rule,), any_cyber), never_x)
        for rule in PRINTED_SUPPLY_RULES
    ]
    of_cyber = [
        Comparison(f"{rule} {words} y", Among(any_supply, (rule,)), never_y) for rule in CLOUD_RULES
    ]
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
        side_pays("supply", "operations", "cyber", "CRD-1 to 6", of_supply),
        side_pays("cyber", "intangibles", "supply", "SRD-1 to 8", of_cyber),
        claim(
            "recovery-raises-states",
            "Every rule keeps its states above those of never recovering",
            "x of each supply rule under CRD-5 and y of each cyber rule under SRD-5 (P) against "
            "none/none",
            *(above_never("x", rule, rule, RECOMMENDED_RULE) for rule in PRINTED_SUPPLY_RULES),
            *(above_never("y", rule, "SRD-5", rule) for rule in CLOUD_RULES),
        ),
    ]


def _against_others(words: str, *principles: str) -> tuple[list[Comparison], list[Comparison]]:
    """Compare SRD-5 with every other supply rule, CRD-5 with every other cyber rule.

    The other side matches.
    """
    both = Among((SUPPLY_MATCHING,), (CYBER_MATCHING,), principles)
    supply = [
        Comparison(
            f"{SUPPLY_MATCHING} {words} {rule}", both, Among((rule,), (CYBER_MATCHING,), principles)
        )
        for rule in PRINTED_SUPPLY_RULES
        if rule != SUPPLY_MATCHING
    ]
    cyber = [
        Comparison(
            f"{CYBER_MATCHING} {words} {rule}", both, Among((SUPPLY_MATCHING,), (rule,), principles)
        )
        for rule in CLOUD_RULES
        if rule != CYBER_MATCHING
    ]
    return supply, cyber


def _claim(
    id: str, statement: str, tested: str, experiment: str, comparisons: list[Comparison]
) -> Claim:
    """Return a claim in each regime of the experiments, as it is or in an experiment."""
    settings = {
        under(regime, experiment) if experiment else regime: comparisons
        for regime in EXPERIMENT_REGIMES
    }
    return Claim(id, statement, tested, "not shown in the paper", settings)


def _leads() -> list[Claim]:
    supply, cyber = _against_others("above", "P", "C")
    both = "SRD-5 and CRD-5 lead every other rule of their side"
    all_low = "if {} state 0 acquires nothing"
    tested = (
        "R of SRD-5/CRD-5 against each other rule of a side, the other side matching; better "
        "principle of either"
    )
    cases = (
        ("", both, [*supply, *cyber]),
        (NO_X, f"SRD-5 leads every other supply rule {all_low.format('operational')}", supply),
        (NO_Y, f"CRD-5 leads every other cyber rule {all_low.format('intangibles')}", cyber),
        (NO_BOTH, f"{both} if state 0 acquires nothing", [*supply, *cyber]),
        (EQUAL, f"{both} if all states acquire the same", [*supply, *cyber]),
        (PLENTY, f"{both} if resources never run out", [*supply, *cyber]),
    )
    return [
        _claim(
            f"lead-{experiment}" if experiment else "lead",
            statement,
            f"{tested}; experiment {experiment}" if experiment else tested,
            experiment,
            comparisons,
        )
        for experiment, statement, comparisons in cases
    ]


def _low_state() -> list[Claim]:
    supply, cyber = _against_others("loses more than", "P")
    others = tuple(rule for rule in CLOUD_RULES if rule != CYBER_MATCHING)
    highest = Comparison(
        "best of CRD-5 above best of the other cyber rules",
        Among(EXPERIMENT_SUPPLY_RULES, (CYBER_MATCHING,)),
        Among(EXPERIMENT_SUPPLY_RULES, others),
    )
    recovers = Comparison(
        "best in the cloud above never",
        Among(EXPERIMENT_SUPPLY_RULES, CLOUD_RULES),
        NEVER_RECOVERING,
    )

    def margin(rule: str, side: str, states: str, r: str, others: str) -> Claim:
        return _claim(
            f"r0-{side}-margin",
            f"{rule}'s margin over every other {side} rule shrinks if {states} state 0 acquires "
            "nothing",
            f"R lost by r_{r}[0] = 0, replication by replication: {rule} against each other {side} "
            f"rule, {others} P",
            LOST + (NO_X if r == "x" else NO_Y),
            supply if r == "x" else cyber,
        )

    return [
        margin(SUPPLY_MATCHING, "supply", "operational", "x", f"under {CYBER_MATCHING}"),
        margin(CYBER_MATCHING, "cyber", "intangibles", "y", f"with {SUPPLY_MATCHING}"),
        _claim(
            "r0-crd-5-highest",
            "The highest R in the cloud is one of CRD-5 if state 0 acquires nothing",
            "highest R of CRD-5 with SRD-2 to SRD-5 against the highest of the other cyber rules "
            "with these; experiment no-r0",
            NO_BOTH,
            [highest],
        ),
        _claim(
            "r0-recovery-pays",
            "In the cloud some rule ends with more resources than never recovering if state 0 "
            "acquires nothing",
            "highest R of CRD-1 to 6 with SRD-2 to SRD-5 against none/none; experiment no-r0",
            NO_BOTH,
            [recovers],
        ),
    ]
