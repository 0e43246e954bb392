"""Why matching does well: claims on what a firm in the low state still acquires.

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

from cakernel.paper.claims.baselines import NEVER_RECOVERING
from cakernel.paper.claims.claim import Among, Claim, Comparison
from cakernel.paper.claims.settings import (
    EQUAL,
    EXPERIMENT_REGIMES,
    EXPERIMENT_SUPPLY_RULES,
    LOST,
    NO_BOTH,
    NO_X,
    NO_Y,
    PLENTY,
    under,
)
from cakernel.paper.published import CLOUD_RULES, PRINTED_SUPPLY_RULES

SUPPLY_MATCHING: Final = "SRD-5"
CYBER_MATCHING: Final = "CRD-5"
_OTHER_SUPPLY = tuple(rule for rule in PRINTED_SUPPLY_RULES if rule != SUPPLY_MATCHING)
_OTHER_CYBER = tuple(rule for rule in CLOUD_RULES if rule != CYBER_MATCHING)


def low_state_claims() -> list[Claim]:
    """Return the claims on matching and on the income of the low state."""
    return [*_leads(), *_margins(), *_rest()]


def _supply(words: str, *principles: str) -> list[Comparison]:
    """Compare SRD-5 with every other supply rule, all under CRD-5."""
    return [
        Comparison(
            f"{SUPPLY_MATCHING} {words} {rule}",
            Among((SUPPLY_MATCHING,), (CYBER_MATCHING,), principles),
            Among((rule,), (CYBER_MATCHING,), principles),
        )
        for rule in _OTHER_SUPPLY
    ]


def _cyber(words: str, *principles: str) -> list[Comparison]:
    """Compare CRD-5 with every other cyber rule, all with SRD-5."""
    return [
        Comparison(
            f"{CYBER_MATCHING} {words} {rule}",
            Among((SUPPLY_MATCHING,), (CYBER_MATCHING,), principles),
            Among((SUPPLY_MATCHING,), (rule,), principles),
        )
        for rule in _OTHER_CYBER
    ]


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
    supply, cyber = _supply("above", "P", "C"), _cyber("above", "P", "C")
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


def _margins() -> list[Claim]:
    return [
        _claim(
            "r0-supply-margin",
            "SRD-5's margin over every other supply rule shrinks if operational state 0 acquires "
            "nothing",
            "R lost by r_x[0] = 0, replication by replication: SRD-5 against each other supply "
            "rule, under CRD-5 P",
            LOST + NO_X,
            _supply("loses more than", "P"),
        ),
        _claim(
            "r0-cyber-margin",
            "CRD-5's margin over every other cyber rule shrinks if intangibles state 0 acquires "
            "nothing",
            "R lost by r_y[0] = 0, replication by replication: CRD-5 against each other cyber "
            "rule, with SRD-5 P",
            LOST + NO_Y,
            _cyber("loses more than", "P"),
        ),
    ]


def _rest() -> list[Claim]:
    highest = Comparison(
        "best of CRD-5 above best of the other cyber rules",
        Among(EXPERIMENT_SUPPLY_RULES, (CYBER_MATCHING,)),
        Among(EXPERIMENT_SUPPLY_RULES, _OTHER_CYBER),
    )
    recovers = Comparison(
        "best in the cloud above never",
        Among(EXPERIMENT_SUPPLY_RULES, CLOUD_RULES),
        NEVER_RECOVERING,
    )
    return [
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
