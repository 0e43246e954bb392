"""Pictures of the coopetition model."""

from cakernel.coopetition.pictures.claims import claim_bars
from cakernel.coopetition.pictures.over_risk import advantage_by_risk
from cakernel.coopetition.pictures.where import claim_map

__all__ = ["advantage_by_risk", "claim_bars", "claim_map"]
