"""Compiled code of the recovery model: takes arrays and numbers, validates nothing."""
