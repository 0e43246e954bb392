"""Competing supply chains on a platform that shares cyber threat intelligence: coopetition.

The model is called coopetition everywhere but on the command line: `cakernel ctip` and the pictures
``ctip``, ``ctip-claims`` and ``ctip-where`` bear the name of what they are about, a cyber threat
intelligence platform (CTIP). ``docs/coopetition.md`` describes the model.
"""

from cakernel.coopetition.breach_states import estimate, orders
from cakernel.coopetition.claims.verdicts import claim_verdicts
from cakernel.coopetition.coupling import coupled
from cakernel.coopetition.government import best_government
from cakernel.coopetition.many_markets import equilibria
from cakernel.coopetition.market import Market
from cakernel.coopetition.one_market import equilibrium, outcome
from cakernel.coopetition.statics import comparative_statics
from cakernel.coopetition.welfare import welfare_split

__all__ = [
    "Market",
    "best_government",
    "claim_verdicts",
    "comparative_statics",
    "coupled",
    "equilibria",
    "equilibrium",
    "estimate",
    "orders",
    "outcome",
    "welfare_split",
]
