"""The error that bad input raises, and the interruption that keeps what was computed."""

from typing import Any


class InvalidInput(ValueError):
    """A field has a value outside its range; the message names field, value and range.

    Examples
    --------
    >>> import cakernel
    >>> try:
    ...     cakernel.Model(firms=0)
    ... except cakernel.InvalidInput as error:
    ...     print(error)
    firms: got 0; must be a whole number from 1 to 1,048,576
    """


class Interrupted(KeyboardInterrupt):
    """Ctrl-C during a long computation; what was finished is kept.

    Attributes
    ----------
    partial : object or None
        What the function would have returned, of what was finished: of the replications that
        every policy and scenario had met (`cakernel.coopetition.claim_verdicts`: of the markets
        solved); None if there are none.
    replications : int
        How many they were.

    Examples
    --------
    Here the progress function stands for somebody who presses Ctrl-C at once.

    >>> import cakernel
    >>> def stop(done, total):
    ...     raise KeyboardInterrupt
    >>> what = {"policies": cakernel.policies(), "scenarios": cakernel.paper_scenarios()[:1]}
    >>> try:
    ...     cakernel.simulate(cakernel.Model(chains=1, firms=1, periods=1), **what, progress=stop)
    ... except cakernel.Interrupted as stopped:
    ...     print(stopped.replications)
    0
    """

    def __init__(self, partial: Any, replications: int) -> None:
        super().__init__(f"interrupted with {replications} finished")
        self.partial = partial
        self.replications = replications

    def kept(self) -> Any:
        """Return what was finished; raise again where nothing was."""
        if self.partial is None:
            raise self
        return self.partial
