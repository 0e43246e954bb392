"""The error that bad input raises, and the interruption that keeps what was computed."""

import polars as pl


class InvalidInput(ValueError):
    """A field has a value outside its range; the message names field, value and range."""


class Interrupted(KeyboardInterrupt):
    """Ctrl-C during a simulation; what was finished is kept.

    Attributes
    ----------
    partial : polars.DataFrame or None
        The result of the replications that every policy and scenario had finished.
    replications : int
        How many they were.
    """

    def __init__(self, partial: pl.DataFrame | None, replications: int) -> None:
        super().__init__(f"interrupted after {replications} whole replications")
        self.partial = partial
        self.replications = replications
