from .breach_states import estimate, orders
from .claims.verdicts import claim_verdicts
from .coupling import coupled
from .government import best_government
from .many_markets import equilibria
from .market import Market
from .one_market import equilibrium, outcome
from .statics import comparative_statics
from .welfare import welfare_split

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
