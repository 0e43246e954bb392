"""Pictures of the recovery model."""

from cakernel.recovery.pictures.history import history
from cakernel.recovery.pictures.replication import replication_player, replication_strip

__all__ = ["history", "replication_player", "replication_strip"]
