"""Report parts of the recovery model."""
