"""Claims of the abstract on coopetition, tested on random markets."""
