"""Compiled code of the coopetition model: orders, payoffs, equilibria of investment."""
