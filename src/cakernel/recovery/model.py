"""The model: grid, horizon, risks and conventions; the seven regimes that the paper reports."""

from typing import Annotated, Literal, NamedTuple, Self

from pydantic import model_validator

from cakernel.arguments import checked_arguments
from cakernel.checks import Allowed, Amount, Checked, Probability, Whole, whole
from cakernel.errors import InvalidInput
from cakernel.recovery.kernel.shocks import MAX_CHAINS, MAX_FIRMS, MAX_PERIODS
from cakernel.recovery.kernel.states import HIGH, LOW
from cakernel.wording import shown

State = Annotated[int, Allowed("a state: 0, 1 or 2"), Whole(LOW, HIGH)]
Recovery = Annotated[Literal["every-period", "when-hit"], Allowed("'every-period' or 'when-hit'")]
Boundary = Annotated[Literal["open", "periodic"], Allowed("'open' or 'periodic'")]

# sums of states over firms and periods stay exact in float64, and a run ends within a lifetime
MAX_FIRM_PERIODS = 1 << 40

DAYS_A_YEAR = 365
# severe and mild supply disruptions a year, by the paper's name for the risk
SUPPLY_RISKS = {"low": (7, 10), "base": (17, 50), "high": (17, 134)}
# the same of cyber disruptions, in every regime
CYBER_RISK = (17, 50)

# what the tables imply, and what the text says (docs/reproduction.md, "Conventions")
CONVENTIONS: dict[str, dict[str, float | str]] = {
    "published": {"chains": 5, "recovery": "every-period", "initial_resources": 3.0},
    "text": {"chains": 3, "recovery": "when-hit", "initial_resources": 0.0},
}


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
        R of every firm before the first period, 0 to 1e15.

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


class Regime(NamedTuple):
    """A setting that a ``table`` of the paper reports; ``risk`` is a key of ``SUPPLY_RISKS``."""

    table: int
    firms: int
    periods: int
    risk: str


REGIMES = {
    "base": Regime(3, 5, 180, "base"),
    "high": Regime(4, 5, 180, "high"),
    "low": Regime(4, 5, 180, "low"),
    "n3": Regime(5, 3, 180, "base"),
    "n15": Regime(5, 15, 180, "base"),
    "t30": Regime(6, 5, 30, "base"),
    "t360": Regime(6, 5, 360, "base"),
}


@checked_arguments
def regime(name: str, *, convention: str = "published") -> Model:
    """Return the model of one of the paper's seven regimes under a named set of conventions.

    Parameters
    ----------
    name : {"base", "high", "low", "n3", "n15", "t30", "t360"}
        Base is Table 3; high and low supply risk Table 4; chains of 3 and 15 firms Table 5; 30
        and 360 periods Table 6.
    convention : {"published", "text"}, default "published"
        What reproduces the printed tables, or the literal reading of the paper's text.

    Raises
    ------
    InvalidInput
        If either name is unknown.

    References
    ----------
    Chen and Chang (2021), doi:10.1016/j.tre.2021.102347.

    Examples
    --------
    >>> regime("n15").firms
    15
    >>> regime("base", convention="text").chains
    3
    """
    if name not in REGIMES:
        raise InvalidInput(f"regime: got {shown(name)}; must be one of {', '.join(REGIMES)}")
    _, firms, periods, risk = REGIMES[name]
    return setting(risk=risk, firms=firms, periods=periods, convention=convention)


def setting(*, risk: str, firms: int, periods: int, convention: str) -> Model:
    """Return the model of a supply risk ("low", "base", "high"), chain length and horizon."""
    if convention not in CONVENTIONS:
        raise InvalidInput(
            f"convention: got {shown(convention)}; must be one of {', '.join(CONVENTIONS)}"
        )
    severe, mild = SUPPLY_RISKS[risk]
    return Model(
        firms=firms,
        periods=periods,
        supply_severe=severe / DAYS_A_YEAR,
        supply_mild=mild / DAYS_A_YEAR,
        cyber_severe=CYBER_RISK[0] / DAYS_A_YEAR,
        cyber_mild=CYBER_RISK[1] / DAYS_A_YEAR,
        **CONVENTIONS[convention],  # type: ignore[arg-type]
    )
