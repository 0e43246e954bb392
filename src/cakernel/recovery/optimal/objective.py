"""What is to be made large: resources at the end, and what else a firm or a planner values."""

from cakernel.checks import Amount, Checked
from cakernel.recovery.scenario import ThreeAmounts

NOTHING = (0.0, 0.0, 0.0)


class Objective(Checked):
    """The mean over firms of R at the end, and weights on mean states and on the last states.

    Parameters
    ----------
    operational_weight, intangibles_weight : float, default 0
        What one state more is worth, on average over firms and periods 1..T: the objective is R +
        operational_weight * mean x + intangibles_weight * mean y. With weights as multipliers a
        bound on it gives bounds on R under floors on mean states.
    operational_terminal, intangibles_terminal : tuple of 3 floats, default (0, 0, 0)
        What a firm's states 0, 1, 2 are worth at the end of period T. The paper has none: near its
        horizon repairs no longer pay.

    Raises
    ------
    InvalidInput
        If a number is not from 0 to 1e15.

    Examples
    --------
    >>> Objective(operational_weight=20).operational_weight
    20.0
    """

    operational_weight: Amount = 0.0
    intangibles_weight: Amount = 0.0
    operational_terminal: ThreeAmounts = NOTHING
    intangibles_terminal: ThreeAmounts = NOTHING
