"""Which alternative is best, and how sure that is: statistics of paired simulation results.

Frames in, frames out: a frame has one row an alternative (here called a policy) and replication.
"""

from cakernel.ranking.power_analysis import SampleSize, sample_size
from cakernel.ranking.ranks import best

__all__ = ["SampleSize", "best", "sample_size"]
