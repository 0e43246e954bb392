"""The paper's statements, and some it does not make, tested on simulations.

`claim` says what a claim is and judges one comparison, `judgement` gives the verdicts; the paper's
own stand in `recommendations` and `remarks`, others in `own_claims`. A setting is one of the model:
a risk, a chain length and a horizon. Nothing here displays anything.
"""

from cakernel.paper.claims.claim import Among, Claim, Comparison
from cakernel.paper.claims.judgement import Verdicts, results_of, verdicts
from cakernel.paper.claims.own_claims import own_claims
from cakernel.paper.claims.ratio_change import RatioChange
from cakernel.paper.claims.recommendations import paper_claims
from cakernel.paper.claims.settings import settings_of, simulated_settings

__all__ = [
    "Among",
    "Claim",
    "Comparison",
    "RatioChange",
    "Verdicts",
    "all_claims",
    "results_of",
    "settings_of",
    "simulated_settings",
    "verdicts",
]


def all_claims() -> list[Claim]:
    """Return every claim: the paper's, and those that it does not make.

    Examples
    --------
    >>> len(all_claims())
    51
    >>> all_claims()[0].source
    'Remark 1'
    """
    return [*paper_claims(), *own_claims()]
