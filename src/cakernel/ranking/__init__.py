"""Which recovery speed is best, and how sure that is: statistics of paired simulation results."""

from cakernel.ranking.ranking import best
from cakernel.ranking.sample_size import Settling, replications_to_settle
from cakernel.recovery.paired import paired_outcomes

__all__ = ["Settling", "best", "paired_outcomes", "replications_to_settle"]
