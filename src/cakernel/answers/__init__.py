"""Which recovery speed is best, and how sure that is: statistics of paired simulation results."""

from cakernel.answers.outcomes import paired_outcomes
from cakernel.answers.selection import best
from cakernel.answers.settling import Settling, replications_to_settle

__all__ = ["Settling", "best", "paired_outcomes", "replications_to_settle"]
