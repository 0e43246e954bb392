"""Coopetition on a platform that shares cyber threat intelligence (CTIP).

The model is described in ``docs/ctip.md``.
"""

from cakernel.coopetition.equilibria import equilibria
from cakernel.coopetition.equilibrium import equilibrium, outcome
from cakernel.coopetition.estimate import estimate
from cakernel.coopetition.government import best_government
from cakernel.coopetition.market import Market
from cakernel.coopetition.states import orders
from cakernel.coopetition.statics import comparative_statics
from cakernel.coopetition.welfare_split import welfare_split

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
