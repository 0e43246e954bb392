"""Compiled code of optimal recovery: arrays and numbers, float64; validated above."""
