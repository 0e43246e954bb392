"""Resource scenarios: what firms acquire in each state, and what upgrades cost (Table 2)."""

from itertools import product
from typing import Annotated

from pydantic import Field

from cakernel.checks import MOST_AMOUNT, Allowed, Checked, Plain

# one a state, or one an upgrade
_One = Annotated[float, Field(ge=0, le=MOST_AMOUNT)]
ThreeAmounts = Annotated[tuple[_One, _One, _One], Plain, Allowed("three numbers from 0 to 1e15")]

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
    """

    operational_acquisition: ThreeAmounts
    intangibles_acquisition: ThreeAmounts
    operational_cost: ThreeAmounts
    intangibles_cost: ThreeAmounts


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
    names = list(ResourceScenario.model_fields)
    return [ResourceScenario(**dict(zip(names, amounts, strict=True))) for amounts in listed]
