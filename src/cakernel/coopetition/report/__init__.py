"""Report parts of the coopetition model."""
