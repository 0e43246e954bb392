"""Pictures of the coopetition model."""

from cakernel.coopetition.pictures.claims import ctip_claims
from cakernel.coopetition.pictures.over_risk import ctip
from cakernel.coopetition.pictures.where import ctip_where

__all__ = ["ctip", "ctip_claims", "ctip_where"]
