"""Pictures of the coopetition model."""

from cakernel.coopetition.pictures.claims import claim_bars, claim_map
from cakernel.coopetition.pictures.over_risk import advantage_by_risk

__all__ = ["advantage_by_risk", "claim_bars", "claim_map"]
