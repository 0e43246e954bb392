"""Compiled code: takes arrays and numbers, validates nothing, knows nothing of the layers above."""
