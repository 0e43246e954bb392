"""Optimal recovery: what no policy can exceed, and how far simple rules come.

`bounds` has the upper bounds, `scores` what rules of the own state earn in closed form. A problem
is a `side` of a firm, over a `segment` of a chain, to an `objective`; `relaxed` drops budgets,
`within_budgets` keeps them for a few firms and periods. docs/optimal.md has the theorems.
"""

from cakernel.recovery.optimal.bounds import upper_bounds
from cakernel.recovery.optimal.frontiers import Frontier, frontier
from cakernel.recovery.optimal.objective import Objective
from cakernel.recovery.optimal.optimum import Optimum, optimal
from cakernel.recovery.optimal.robust_choice import Robust
from cakernel.recovery.optimal.robust_rules import robust
from cakernel.recovery.optimal.scores import own_state_scores
from cakernel.recovery.optimal.winners import FAMILIES

__all__ = [
    "FAMILIES",
    "Frontier",
    "Objective",
    "Optimum",
    "Robust",
    "frontier",
    "optimal",
    "own_state_scores",
    "robust",
    "upper_bounds",
]
