"""Pictures of the reproduction."""

from cakernel.paper.pictures.scatter import agreement
from cakernel.paper.pictures.speed_map import recommended_speed_map

__all__ = ["agreement", "recommended_speed_map"]
