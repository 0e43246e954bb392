"""Coopetition on a platform that shares cyber threat intelligence (CTIP).

Inspired by the abstract of Arisian et al. (2025); not a reproduction. The model is described in
``docs/ctip.md``.
"""

from cakernel.ctip.equilibria import equilibria
from cakernel.ctip.equilibrium import equilibrium, outcome
from cakernel.ctip.estimate import estimate
from cakernel.ctip.government import best_government
from cakernel.ctip.market import Market
from cakernel.ctip.states import orders
from cakernel.ctip.statics import comparative_statics
from cakernel.ctip.welfare_split import welfare_split

__all__ = [
    "Market",
    "best_government",
    "comparative_statics",
    "equilibria",
    "equilibrium",
    "estimate",
    "orders",
    "outcome",
    "welfare_split",
]
