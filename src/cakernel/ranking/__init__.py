"""Which alternative is best, and how sure that is: statistics of paired simulation results.

Frames in, frames out: a frame has one row an alternative (here called a policy) and replication.
"""

from cakernel.ranking.power_analysis import SampleSize, sample_size
from cakernel.ranking.ranks import best
from cakernel.ranking.risk import risk_measures

__all__ = ["SampleSize", "best", "risk_measures", "sample_size"]
