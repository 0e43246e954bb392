"""The model of one regime: grid, horizon, risks and conventions."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from cakernel.checks import Allowed, Amount, Checked, Plain, Probability, whole
from cakernel.errors import InvalidInput
from cakernel.recovery.kernel.shocks import MAX_CHAINS, MAX_FIRMS, MAX_PERIODS
from cakernel.recovery.kernel.states import HIGH, LOW

State = Annotated[int, Plain, Field(ge=LOW, le=HIGH), Allowed("a state: 0, 1 or 2")]
Recovery = Annotated[Literal["every-period", "when-hit"], Allowed("'every-period' or 'when-hit'")]
Boundary = Annotated[Literal["open", "periodic"], Allowed("'open' or 'periodic'")]

# sums of states over firms and periods stay exact in float64, and a run ends within a lifetime
MAX_FIRM_PERIODS = 1 << 40


class Model(Checked):
    """Parallel supply chains under supply and cyber risk.

    Every default is the paper's base case under the conventions that reproduce its tables
    ("published"); `cakernel.regime` makes the other named ones.

    Parameters
    ----------
    chains : int, default 5
        K, parallel chains, 1 to 4,096.
    firms : int, default 5
        N, firms in a line in each chain, 1 to 1,048,576.
    periods : int, default 180
        T, days simulated, 1 or more.
    supply_severe, supply_mild : float, default 17/365, 50/365
        f_x, g_x: probabilities a period that a firm's operational state falls to 0, or by one.
        Their sum is at most 1.
    cyber_severe, cyber_mild : float, default 17/365, 50/365
        f_y, g_y: the same for the intangibles states of a whole chain at once.
    recovery : {"every-period", "when-hit"}
        Whether a firm tries to recover in every period, or only in one in which it is hit.
    boundary_ends, boundary_across : {"open", "periodic"}
        Whether the ends of a chain, and the outer chains, have no neighbour or the opposite one.
        Periodic indices wrap: in a length of 1 a firm is its own neighbour.
    initial_operational, initial_intangibles : int, default 2
        x and y of every firm before the first period: 0, 1 or 2. Under CRD-0 y is always 1.
    initial_resources : float, default 3
        R of every firm before the first period, 0 or more.

    Raises
    ------
    InvalidInput
        If a field is unknown, of the wrong type or outside its range.

    References
    ----------
    Chen, L.-M. and Chang, W.-L. (2021), "Supply- and cyber-related disruptions in cloud supply
    chain firms: Determining the best recovery speeds", Transportation Research Part E 151, 102347,
    doi 10.1016/j.tre.2021.102347.

    Examples
    --------
    >>> base = Model()
    >>> base.chains, base.firms, base.periods
    (5, 5, 180)
    >>> longer = base.replace(firms=15, boundary_ends="periodic")
    >>> longer.firms
    15
    """

    chains: whole(1, MAX_CHAINS) = 5  # type: ignore[valid-type]
    firms: whole(1, MAX_FIRMS) = 5  # type: ignore[valid-type]
    periods: whole(1, MAX_PERIODS) = 180  # type: ignore[valid-type]
    supply_severe: Probability = 17 / 365
    supply_mild: Probability = 50 / 365
    cyber_severe: Probability = 17 / 365
    cyber_mild: Probability = 50 / 365
    recovery: Recovery = "every-period"
    boundary_ends: Boundary = "open"
    boundary_across: Boundary = "open"
    initial_operational: State = HIGH
    initial_intangibles: State = HIGH
    initial_resources: Amount = 3.0

    @model_validator(mode="after")
    def _check_together(self) -> Self:
        for side in ("supply", "cyber"):
            severe, mild = getattr(self, f"{side}_severe"), getattr(self, f"{side}_mild")
            if severe + mild > 1:
                raise InvalidInput(
                    f"{side}_severe + {side}_mild: got {severe} + {mild} = {severe + mild}; "
                    "must be at most 1"
                )
        size = self.chains * self.firms * self.periods
        if size > MAX_FIRM_PERIODS:
            raise InvalidInput(
                f"chains * firms * periods: got {size:,}; must be at most {MAX_FIRM_PERIODS:,}"
            )
        return self
