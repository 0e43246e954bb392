"""A policy: how fast a firm rebuilds its operations and its intangibles, and which comes first."""

from collections.abc import Sequence
from itertools import product
from typing import Annotated, Any, Final, Literal

from pydantic import BeforeValidator, ConfigDict

from cakernel.arguments import checked_arguments
from cakernel.checks import Allowed, Checked
from cakernel.recovery.rule_picture import policy_html
from cakernel.recovery.rules import Rule, Side, built_in

SRD_1_TO_8 = ("SRD-1", "SRD-2", "SRD-3", "SRD-4", "SRD-5", "SRD-6", "SRD-7", "SRD-8")
CRD_1_TO_6_AND_0 = ("CRD-1", "CRD-2", "CRD-3", "CRD-4", "CRD-5", "CRD-6", "CRD-0")

# the columns that tell policies apart, and what they are called in words
POLICY_PARTS: Final = {
    "supply_rule": "supply rule",
    "cyber_rule": "cyber rule",
    "principle": "principle",
}
POLICY: Final = tuple(POLICY_PARTS)


def _of(side: Side) -> BeforeValidator:
    def named(value: Any) -> Any:
        return value if isinstance(value, Rule) else built_in(side, value)

    return BeforeValidator(named)


class Policy(Checked):
    """A supply rule, a cyber rule and a principle (Chen and Chang 2021, Table 1).

    Parameters
    ----------
    supply_rule : str or Rule
        "SRD-1" to "SRD-8", "none", or a rule of your own. A name may have cutoffs, as in
        "SRD-5@4/12" (see `cakernel.Rule`).
    cyber_rule : str or Rule
        "CRD-1" to "CRD-6", "CRD-0" (on-site data centre, no cloud), "none", or your own.
    principle : {"P", "C"}, default "P"
        What is paid first when resources cover either upgrade but not both: P the operational
        one, C the intangible one. Without meaning under CRD-0, which upgrades no intangibles.

    Raises
    ------
    InvalidInput
        If a rule or a principle is unknown.

    Examples
    --------
    >>> str(Policy(supply_rule="SRD-5", cyber_rule="CRD-5"))
    'SRD-5 CRD-5 P'
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    supply_rule: Annotated[Rule, _of("supply")]
    cyber_rule: Annotated[Rule, _of("cyber")]
    principle: Annotated[Literal["P", "C"], Allowed("'P' or 'C'")] = "P"

    def __str__(self) -> str:
        return " ".join(names_of(self).values())

    def _repr_html_(self) -> str:
        return policy_html(names_of(self), [self.supply_rule.targets, self.cyber_rule.targets])


def names_of(policy: Policy) -> dict[str, str]:
    """Return a policy's columns."""
    names = (policy.supply_rule.label, policy.cyber_rule.label, policy.principle)
    return dict(zip(POLICY, names, strict=True))


@checked_arguments
def policies(
    *,
    supply_rules: Sequence[str | Rule] = SRD_1_TO_8,
    cyber_rules: Sequence[str | Rule] = CRD_1_TO_6_AND_0,
    principles: Sequence[str] = ("P", "C"),
) -> list[Policy]:
    """Return every combination of rules and principles; by default the paper's 104 policies.

    An on-site cyber rule (CRD-0) comes once, under the first principle: it upgrades no intangibles,
    so there is nothing to pay first or second.

    Parameters
    ----------
    supply_rules, cyber_rules : sequence of str or Rule
        Names of built-in rules, with cutoffs or without, or rules of your own; by default SRD-1 to
        SRD-8, and CRD-1 to CRD-6 and CRD-0.
    principles : sequence of {"P", "C"}, default ("P", "C")
        What is paid first.

    Returns
    -------
    list of Policy
        Supply rules vary fastest, then principles, then cyber rules.

    Raises
    ------
    InvalidInput
        If a rule or a principle is unknown.

    Examples
    --------
    >>> len(policies())
    104
    >>> for policy in policies(supply_rules=["SRD-5"], cyber_rules=["CRD-5", "CRD-0"]):
    ...     print(policy)
    SRD-5 CRD-5 P
    SRD-5 CRD-5 C
    SRD-5 CRD-0 P
    """
    combined = []
    for cyber, principle, supply in product(cyber_rules, principles, supply_rules):
        policy = Policy(supply_rule=supply, cyber_rule=cyber, principle=principle)  # type: ignore[arg-type]
        if not policy.cyber_rule.on_site or principle == principles[0]:
            combined.append(policy)
    return combined
