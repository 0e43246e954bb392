"""The market of the coopetition model: every parameter of it, with default and range."""

from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Final, NamedTuple, Self

from pydantic import BeforeValidator, Field, model_validator

from cakernel.checks import Allowed, Checked, plain, reject_unknown, whole
from cakernel.coopetition.kernel.game import MOST_CHAINS
from cakernel.errors import InvalidInput
from cakernel.files import read_toml, section, within
from cakernel.wording import shown

MAX_CHAINS: Final = MOST_CHAINS
# larger amounts, or rates nearer to 0, would drown all others of the model in rounding
LARGEST, SMALLEST = 1e9, 1e-9


class Bounds(NamedTuple):
    """The range of a number; the greatest value itself is out if ``open_end``."""

    low: float
    high: float
    open_end: bool = False

    @property
    def words(self) -> str:
        """The range in words, for an error message."""
        return f"a number from {self.low:g} to {'below ' * self.open_end}{self.high:g}"


_SHARE, _AMOUNT = Bounds(0, 1), Bounds(0, LARGEST)
_RATE = Bounds(SMALLEST, LARGEST)

# the numbers that all chains have in common, as the kernel's MARKET names them
COMMON = {
    "threat_probability": _SHARE,
    "delivery_loss": _SHARE,
    "discount": _SHARE,
    "discount_threshold": _RATE,
    "security_effectiveness": _RATE,
    "security_elasticity": Bounds(1, 100),
    "substitutability": _SHARE,
    "demand_intercept": _RATE,
    "demand_slope": _RATE,
    "wholesale_price": _AMOUNT,
    "supplier_cost": _AMOUNT,
    "sharing_level": _SHARE,
    "spillover": _SHARE,
    "disclosure_cost": _AMOUNT,
    "subsidy_rate": Bounds(0, 1, open_end=True),
    "harm_per_unit": _AMOUNT,
    "minimum_order": _AMOUNT,
}
# the numbers that chains may each have of their own, as the kernel's CHAIN names them
EACH = {"vulnerability": _SHARE, "breach_cost": _AMOUNT, "essential_need": _AMOUNT}


def _field(bounds: Bounds) -> Any:
    ends: dict[str, Any] = {"ge": bounds.low, "lt" if bounds.open_end else "le": bounds.high}
    return Field(**ends)


def number_type(name: str) -> Any:
    """Return the checked type of a number that all chains have in common."""
    bounds = COMMON[name]
    return Annotated[float, BeforeValidator(plain), _field(bounds), Allowed(bounds.words)]


def _numbers(name: str) -> Any:
    one = Annotated[float, _field(EACH[name])]
    words = f"{EACH[name].words}, or one such number a chain"
    return Annotated[one | tuple[one, ...], BeforeValidator(plain), Allowed(words)]


AMOUNTS = Annotated[
    tuple[Annotated[float, _field(_AMOUNT)], ...],
    BeforeValidator(plain),
    Allowed(f"numbers from 0 to {LARGEST:g}"),
]


class Market(Checked):
    """Competing supply chains on a platform that shares cyber threat intelligence (CTIP).

    The model is ours, from standard parts (``docs/coopetition.md``); every default is an
    assumption, openly made. Quantities and money are in units of demand: with ``demand_intercept``
    = ``demand_slope`` = 1 a single seller without costs would sell 1/2 at a price of 1/2.

    Parameters
    ----------
    chains : int, default 2
        n, competing chains, 2 to 20.
    threat_probability : float, default 0.7
        tau, probability of an attack, 0 to 1. Default: 69 to 75% of large firms report a breach or
        attack in a year (a UK survey).
    vulnerability : float or one a chain, default 0.2
        v, probability that an attack breaches a chain without investment, 0 to 1. Default: one firm
        in five lost money or data.
    delivery_loss : float, default 0.4
        loss, share of its order that a breached chain fails to deliver, 0 to 1.
    breach_cost : float or one a chain, default 0.1
        L, what a breach costs besides deliveries, 0 or more.
    discount : float, default 0.15
        delta, share taken off the wholesale price when the pooled minimum order reaches the
        threshold, 0 to 1. Default: pooled procurement 13 to 20% cheaper (a study of 2025).
    discount_threshold : float, default 0.5
        Mbar, the pooled minimum order that earns the discount, above 0.
    security_effectiveness : float, default 100
        alpha, in B = tau v / (alpha Z + 1)^beta, above 0, per unit of money.
    security_elasticity : float, default 1
        beta, 1 to 100.
    substitutability : float, default 0.6
        gamma, 0 (separate markets) to 1 (one market).
    demand_intercept, demand_slope : float, default 1
        a and b, in p_j = a - b (q_j + gamma * rivals' q), above 0.
    wholesale_price : float, default 0.3
        w, of a unit ordered, 0 or more.
    supplier_cost : float, default 0.2
        c_s, of a unit produced, 0 to ``wholesale_price``.
    sharing_level : float, default 0.5
        theta, how much the platform shares, 0 to 1.
    spillover : float, default 0.5
        lambda, how much shared intelligence helps rivals, 0 to 1. Where theta lambda is above
        0.95 equilibria are labelled "not unique".
    disclosure_cost : float, default 0.001
        kappa; sharing costs each chain kappa theta^2, 0 or more.
    subsidy_rate : float, default 0.2
        sigma, share of investment that the government pays, 0 to below 1.
    essential_need : float or one a chain, default 0.25
        d, quantity of each chain's product that must not be missing, 0 or more.
    harm_per_unit : float, default 1
        h, harm of a unit of unmet essential need, beyond consumer surplus, 0 or more.
    minimum_order : float, default 0.5
        M, pooled minimum order; each chain pays for M / n at least, 0 or more.

    Raises
    ------
    InvalidInput
        If a field is unknown, of the wrong type or outside its range.

    References
    ----------
    Arisian, Halat, Hafezalkotob and Maskey (2025), Transportation Research Part E 197, 104043
    (abstract); Gordon and Loeb (2002), class I, doi 10.1145/581271.581274; Gal-Or and Ghose
    (2005), doi 10.1287/isre.1050.0053; Singh and Vives (1984), doi 10.2307/2555525.

    Examples
    --------
    >>> market = Market(chains=3, vulnerability=(0.1, 0.2, 0.3))
    >>> market.replace(subsidy_rate=0.5).subsidy_rate
    0.5
    >>> Market(subsidy_rate=1.0)
    Traceback (most recent call last):
    cakernel.errors.InvalidInput: subsidy_rate: got 1.0; must be a number from 0 to below 1
    """

    chains: whole(2, MAX_CHAINS) = 2  # type: ignore[valid-type]
    threat_probability: number_type("threat_probability") = 0.7  # type: ignore[valid-type]
    vulnerability: _numbers("vulnerability") = 0.2  # type: ignore[valid-type]
    delivery_loss: number_type("delivery_loss") = 0.4  # type: ignore[valid-type]
    breach_cost: _numbers("breach_cost") = 0.1  # type: ignore[valid-type]
    discount: number_type("discount") = 0.15  # type: ignore[valid-type]
    discount_threshold: number_type("discount_threshold") = 0.5  # type: ignore[valid-type]
    security_effectiveness: number_type("security_effectiveness") = 100.0  # type: ignore[valid-type]
    security_elasticity: number_type("security_elasticity") = 1.0  # type: ignore[valid-type]
    substitutability: number_type("substitutability") = 0.6  # type: ignore[valid-type]
    demand_intercept: number_type("demand_intercept") = 1.0  # type: ignore[valid-type]
    demand_slope: number_type("demand_slope") = 1.0  # type: ignore[valid-type]
    wholesale_price: number_type("wholesale_price") = 0.3  # type: ignore[valid-type]
    supplier_cost: number_type("supplier_cost") = 0.2  # type: ignore[valid-type]
    sharing_level: number_type("sharing_level") = 0.5  # type: ignore[valid-type]
    spillover: number_type("spillover") = 0.5  # type: ignore[valid-type]
    disclosure_cost: number_type("disclosure_cost") = 0.001  # type: ignore[valid-type]
    subsidy_rate: number_type("subsidy_rate") = 0.2  # type: ignore[valid-type]
    essential_need: _numbers("essential_need") = 0.25  # type: ignore[valid-type]
    harm_per_unit: number_type("harm_per_unit") = 1.0  # type: ignore[valid-type]
    minimum_order: number_type("minimum_order") = 0.5  # type: ignore[valid-type]

    @model_validator(mode="after")
    def _check_together(self) -> Self:
        if self.supplier_cost > self.wholesale_price:
            raise InvalidInput(
                f"supplier_cost: got {self.supplier_cost}; must be at most wholesale_price, "
                f"{self.wholesale_price}"
            )
        for name in EACH:
            value = getattr(self, name)
            if isinstance(value, tuple) and len(value) != self.chains:
                raise InvalidInput(
                    f"{name}: got {len(value)} numbers; must be one, or one for each of the "
                    f"{self.chains} chains"
                )
        return self


def read_market(path: Path | None, *, changes: Sequence[str] = ()) -> Market:
    """Read a market: a file's section [market] over the defaults, then single changes.

    Each change is "field=value", or "field=value,value,..." for a field that chains have of their
    own.
    """
    fields: dict[str, Any] = {}
    if path is not None:
        with within(f"{path}: "):
            content = read_toml(path)
            reject_unknown(content, ["market"])
            fields = section(content, "market")
            Market(**fields)
    for change in changes:
        name, equals, text = change.partition("=")
        if not equals:
            raise InvalidInput(f"--set: got {shown(change)}; must be field=value")
        fields[name.strip()] = _read_number(name.strip(), text)
    return Market(**fields)


def case_market() -> Market:
    """Return the market of the case study: two chains in health and medical procurement.

    The abstract's setting is Australia's procurement, whose data are not public to us. The numbers
    are those of ``case.toml``, each with its source or "assumed" beside it, and none is Australian.
    """
    with resources.as_file(resources.files("cakernel.coopetition").joinpath("case.toml")) as path:
        return read_market(path)


def _read_number(name: str, text: str) -> Any:
    """Return the number, or numbers, that a text stands for; the text itself if it is none."""
    try:
        numbers = [int(part) if name == "chains" else float(part) for part in text.split(",")]
    except ValueError:
        return text
    return tuple(numbers) if name in EACH and len(numbers) > 1 else numbers[0]
