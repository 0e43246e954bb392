"""Pictures of the recovery model."""

from cakernel.recovery.pictures.bound_gaps import gaps
from cakernel.recovery.pictures.changed_firms import critical_firms
from cakernel.recovery.pictures.frontier_curve import frontier
from cakernel.recovery.pictures.histories import history, outcome_distribution, over_time
from cakernel.recovery.pictures.networks import network_graph, network_player
from cakernel.recovery.pictures.replication import replication_player, replication_strip
from cakernel.recovery.pictures.robust_candidates import candidates

__all__ = [
    "candidates",
    "critical_firms",
    "frontier",
    "gaps",
    "history",
    "network_graph",
    "network_player",
    "outcome_distribution",
    "over_time",
    "replication_player",
    "replication_strip",
]
