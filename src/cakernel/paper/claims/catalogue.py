"""All claims that `cakernel claims` checks, and the settings that they need."""

from collections.abc import Sequence

from cakernel.paper.claims.baselines import baseline_claims
from cakernel.paper.claims.low_states import low_state_claims
from cakernel.paper.claims.printed import paper_claims
from cakernel.paper.claims.settings import needs
from cakernel.paper.claims.verdicts import Claim


def all_claims() -> list[Claim]:
    """Return every claim: the paper's, the baselines', and those on the low state's income."""
    return [*paper_claims(), *baseline_claims(), *low_state_claims()]


def settings_of(claims: Sequence[Claim]) -> list[str]:
    """Return the settings that claims speak of, after those that they are made from."""
    named = dict.fromkeys(
        part
        for claim in claims
        for setting in claim.settings
        for part in (*needs(setting), setting)
    )
    return sorted(named, key=lambda setting: (bool(needs(setting)), "/" in setting))
