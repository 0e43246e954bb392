"""Commands of the recovery model."""
