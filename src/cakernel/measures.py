"""What an outcome may be besides its mean over replications: names such as shortfall_5_resources.

The numbers behind the names are computed by `cakernel.ranking.influence`.
"""

import difflib
import math
import re
from collections.abc import Iterable
from typing import Final, Literal, NamedTuple, Self

from cakernel.errors import InvalidInput

Kind = Literal["quantile", "shortfall", "above"]
_NAME: Final = re.compile(r"(quantile|shortfall|above)_(-?\d+(?:\.\d+)?)_(\w+)")
_NUMBER: Final = re.compile(r"-?\d+(?:\.\d+)?")
FEWEST_BEYOND: Final = 10
"""Replications in the tail of a measure from which its intervals are trusted."""
PREFIXES: Final = ("quantile_", "shortfall_", "above_")
"""With which the columns of measures begin."""


class Measure(NamedTuple):
    """A number that says of an outcome more than its mean.

    ``kind`` is a "quantile", the "shortfall" (mean of the worst, which are the lowest) or "above"
    (the probability to exceed a target); ``number`` the percentage of the first two, or the target,
    as it was written; ``of`` the outcome's short name.
    """

    kind: Kind
    number: str
    of: str

    @classmethod
    def named(cls, name: str) -> Self | None:
        """Return the measure of this name; None of another name.

        Raises
        ------
        InvalidInput
            If its percentage is outside its range.

        Examples
        --------
        >>> Measure.named("quantile_5_resources")
        Measure(kind='quantile', number='5', of='resources')
        >>> Measure.named("mean_resources")
        """
        found = _NAME.fullmatch(name)
        if found is None:
            return None
        kind, number, of = found.groups()
        if kind != "above" and not 0 < float(number) < 100:
            raise InvalidInput(
                f"{kind}: got {number} percent in {name!r}; must be above 0 and below 100 percent"
            )
        # "5.0" and "5" are one measure
        written = f"{float(number):.12g}"
        plain = written if "e" not in written else number
        return cls(kind, plain, of.removeprefix("mean_"))  # type: ignore[arg-type]

    @property
    def name(self) -> str:
        """The name, which is also that of its column."""
        return f"{self.kind}_{self.number}_{self.of}"

    @property
    def value(self) -> float:
        """The quantile or the share of the worst, above 0 and below 1; or the target."""
        # read as a decimal: 0.07 is not exactly 7 / 100 for all such numbers
        return float(self.number if self.kind == "above" else f"{self.number}e-2")

    @property
    def fewest(self) -> int:
        """The replications from which enough lie beyond a quantile, or among the worst."""
        if self.kind == "above":
            return 0
        beyond = self.value if self.kind == "shortfall" else min(self.value, 1 - self.value)
        return math.ceil(FEWEST_BEYOND / beyond - 1e-9)

    def words(self, outcome: str) -> str:
        """Say what it is, of an outcome in words.

        Examples
        --------
        >>> Measure("shortfall", "5", "profit").words("profit (million)")
        'profit (million) in the worst 5% of replications'
        """
        if self.kind == "shortfall":
            return f"{outcome} in the worst {self.number}% of replications"
        if self.kind == "above":
            return f"probability that {outcome} is above {self.number}"
        at = "median" if self.number == "50" else f"{self.number}% quantile"
        return f"{at} of {outcome}"


def measure_among(name: str, outcomes: Iterable[str]) -> Measure | None:
    """Return the measure of this name if it is of one of the ``outcomes``, by their short names."""
    found = Measure.named(name)
    return found if found is not None and found.of in outcomes else None


def unknown_outcome(name: str, known: Iterable[str], *, other: str = "") -> InvalidInput:
    """Return the error for an outcome that there is not; it tells the nearest that there is.

    ``other`` is what else could have been named.
    """
    listed = list(known)
    shorts = [column.removeprefix("mean_") for column in listed]
    words = f"{other} or one of" if other else "one of"
    hint = _hint(name, [*listed, *shorts], shorts)
    return InvalidInput(
        f"outcome: got {name or repr(name)}; must be {words} {', '.join(listed)}{hint}"
    )


def unknown_measure(name: str, outcomes: Iterable[str]) -> InvalidInput:
    """Return the error for a name that is no measure of the ``outcomes``."""
    listed = list(outcomes)
    forms = "quantile_5_NAME, shortfall_5_NAME or above_97_NAME"
    return InvalidInput(
        f"got {name or repr(name)}; must be such as {forms}, NAME one of {', '.join(listed)}"
        f"{_hint(name, [], listed)}"
    )


def _hint(name: str, known: list[str], outcomes: list[str]) -> str:
    """Return the nearest name that is known or a measure of one of the ``outcomes``."""
    number = _NUMBER.search(name)
    measures = [f"{start}{number[0]}_{of}" for start in PREFIXES for of in outcomes if number]
    # of a measure without an outcome: that of the leading one
    begun = [measure for measure in measures if measure.startswith(f"{name.rstrip('_')}_")][:1]
    near = begun or difflib.get_close_matches(name, [*known, *measures], n=1, cutoff=0.7)
    return f"; did you mean {near[0]}?" if near else ""
