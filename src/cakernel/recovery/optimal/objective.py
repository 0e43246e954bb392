"""What is to be made large: resources at the end, and what else a firm or a planner values."""

from cakernel.checks import Amount, Checked


class Objective(Checked):
    """The mean over firms of R at the end, with weights on mean states.

    What the last states are worth is a resource scenario's own (its terminal values), and is added.

    Parameters
    ----------
    operational_weight, intangibles_weight : float, default 0
        What one state more is worth, on average over firms and periods 1..T: the objective is R +
        operational_weight * mean x + intangibles_weight * mean y. With weights as multipliers a
        bound on it gives bounds on R under floors on mean states.

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
