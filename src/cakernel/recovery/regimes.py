"""The paper's seven regimes, and the two named sets of conventions."""

from typing import NamedTuple

from cakernel.errors import InvalidInput
from cakernel.recovery.model import Model

DAYS_A_YEAR = 365
# severe and mild supply disruptions a year, by the paper's name for the risk
SUPPLY_RISKS = {"low": (7, 10), "base": (17, 50), "high": (17, 134)}
# the same of cyber disruptions, in every regime
CYBER_RISK = (17, 50)

# what the tables imply, and what the text says (README, "Conventions")
CONVENTIONS: dict[str, dict[str, float | str]] = {
    "published": {"chains": 5, "recovery": "every-period", "initial_resources": 3.0},
    "text": {"chains": 3, "recovery": "when-hit", "initial_resources": 0.0},
}


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
        raise InvalidInput(f"regime: got {name!r}; must be one of {', '.join(REGIMES)}")
    _, firms, periods, risk = REGIMES[name]
    return setting(risk=risk, firms=firms, periods=periods, convention=convention)


def setting(*, risk: str, firms: int, periods: int, convention: str) -> Model:
    """Return the model of a supply risk ("low", "base", "high"), chain length and horizon."""
    if convention not in CONVENTIONS:
        raise InvalidInput(
            f"convention: got {convention!r}; must be one of {', '.join(CONVENTIONS)}"
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
