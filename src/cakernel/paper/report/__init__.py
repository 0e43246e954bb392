"""Report parts of the reproduction."""
