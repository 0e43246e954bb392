"""Resource scenarios: what firms acquire in each state, and what upgrades cost (Table 2)."""

from itertools import product
from typing import Annotated

from pydantic import Field

from cakernel.checks import MOST_AMOUNT, Allowed, Checked, Plain

# one a state, or one an upgrade
_One = Annotated[float, Field(ge=0, le=MOST_AMOUNT)]
ThreeAmounts = Annotated[tuple[_One, _One, _One], Plain, Allowed("three numbers from 0 to 1e15")]

NOTHING = (0.0, 0.0, 0.0)
ACQUISITIONS = ((0.5, 0.75, 1.0), (0.25, 0.5, 0.75), (0.5, 1.0, 1.5), (0.25, 0.375, 0.4375))
COSTS = (
    (1.0, 5.0, 9.0),
    (1.0, 10.0, 22.0),
    (2.0, 5.0, 7.0),
    (5.0, 1.0, 6.0),
    (10.0, 1.0, 11.0),
    (5.0, 2.0, 7.0),
)


class ResourceScenario(Checked):
    """Resources that a firm acquires a period, and that it pays for an upgrade.

    Parameters
    ----------
    operational_acquisition : tuple of 3 floats
        r_x: resources a period when the lowest operational state of the firm and its neighbours
        upstream and downstream is 0, 1, 2.
    intangibles_acquisition : tuple of 3 floats
        r_y: resources a period when the firm's own intangibles state is 0, 1, 2.
    operational_cost, intangibles_cost : tuple of 3 floats
        c_x, c_y: what upgrades from 0 to 1, from 1 to 2 and from 0 to 2 cost.
    operational_terminal_value, intangibles_terminal_value : tuple of 3 floats, optional
        What it is worth to a firm to be in state 0, 1, 2 after the last period. The paper has no
        such values: its firms stop to invest in the last periods, since a state is worth what it
        earns before the end. Where either is given (the other is then 0), results have the outcome
        ``value``, R at the end with what the final states are worth, beside the paper's R.

    Raises
    ------
    InvalidInput
        If a number is not from 0 to 1e15.

    Examples
    --------
    >>> scenario = ResourceScenario(
    ...     operational_acquisition=(0.5, 0.75, 1.0), intangibles_acquisition=(0.5, 0.75, 1.0),
    ...     operational_cost=(1.0, 5.0, 9.0), intangibles_cost=(1.0, 5.0, 9.0),
    ... )
    >>> scenario.replace(intangibles_cost=(2, 5, 7)).intangibles_cost
    (2.0, 5.0, 7.0)
    >>> scenario.replace(operational_terminal_value=(0, 2, 5)).valued
    True
    """

    operational_acquisition: ThreeAmounts
    intangibles_acquisition: ThreeAmounts
    operational_cost: ThreeAmounts
    intangibles_cost: ThreeAmounts
    operational_terminal_value: ThreeAmounts | None = None
    intangibles_terminal_value: ThreeAmounts | None = None

    @property
    def valued(self) -> bool:
        """Whether terminal values are given."""
        return (self.operational_terminal_value, self.intangibles_terminal_value) != (None, None)

    @property
    def amounts(self) -> dict[str, tuple[float, float, float]]:
        """All amounts by field; terminal values that are not given are 0."""
        return {name: getattr(self, name) or NOTHING for name in type(self).model_fields}

    @property
    def given(self) -> dict[str, tuple[float, float, float]]:
        """The amounts by field, terminal values only where either is given."""
        return self.amounts if self.valued else self.model_dump(exclude_none=True)


def paper_scenarios() -> list[ResourceScenario]:
    """Return the 576 resource scenarios of Table 2: 4 x 4 acquisitions by 6 x 6 costs.

    Returns
    -------
    list of ResourceScenario
        Intangibles costs vary fastest, then operational costs, then intangibles acquisition.

    References
    ----------
    Chen and Chang (2021), doi:10.1016/j.tre.2021.102347.

    Examples
    --------
    >>> scenarios = paper_scenarios()
    >>> len(scenarios)
    576
    >>> scenarios[0].operational_cost
    (1.0, 5.0, 9.0)
    """
    listed = product(ACQUISITIONS, ACQUISITIONS, COSTS, COSTS)
    # terminal values, the last fields, are not the paper's
    names = list(ResourceScenario.model_fields)[:4]
    return [ResourceScenario(**dict(zip(names, amounts, strict=True))) for amounts in listed]
