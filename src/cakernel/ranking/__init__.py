"""Which alternative is best, and how sure that is: statistics of paired simulation results.

Frames in, frames out: a frame has one row an alternative (here called a policy) and replication.
"""

from cakernel.ranking.ranks import best
from cakernel.ranking.sample_size import SampleSize, sample_size

__all__ = ["SampleSize", "best", "sample_size"]
