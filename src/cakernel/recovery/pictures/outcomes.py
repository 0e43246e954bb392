"""How outcomes of the recovery model vary from replication to replication."""

from typing import Final

import altair as alt
import polars as pl

from cakernel.pictures import distribution
from cakernel.pictures.theme import counted
from cakernel.recovery.outcomes import OUTCOME_WORDS
from cakernel.recovery.policy import POLICY_PARTS

COLUMNS: Final = {f"mean_{name}": OUTCOME_WORDS[name] for name in ("x", "y", "resources")}


def outcome_distribution(outcomes: pl.DataFrame, *, note: str = "") -> alt.HConcatChart:
    """Draw how x, y and R are distributed over replications, a row a policy.

    Parameters
    ----------
    outcomes : polars.DataFrame
        Rows of `cakernel.simulate` with ``by="replication"``, of at most 40 policies. Without
        the column ``scenario`` a row is taken as a replication's mean over resource scenarios.
    note : str, default ""
        What the frame cannot tell, such as the seed; stands under the title.

    Returns
    -------
    altair.HConcatChart
        As of `cakernel.pictures.distribution`.

    Raises
    ------
    InvalidInput
        If a column is missing, there is no row or the policies are too many.

    Examples
    --------
    >>> import polars as pl
    >>> from cakernel.recovery import pictures
    >>> outcomes = pl.DataFrame(
    ...     {"supply_rule": "SRD-5", "cyber_rule": "CRD-5", "principle": "P", "replication": [0, 1]}
    ...     | {"mean_x": [1.5, 1.7], "mean_y": [1.8, 1.9], "mean_resources": [40.0, 60.0]}
    ... )
    >>> chart = pictures.outcome_distribution(outcomes, note="seed 1")
    >>> chart.title.subtitle[-1]
    '2 replications, each the mean over resource scenarios; seed 1.'
    """
    scenarios = outcomes["scenario"].n_unique() if "scenario" in outcomes.columns else None
    each = (
        ", each the mean over resource scenarios"
        if scenarios is None
        else f" of {counted(scenarios, 'resource scenario')}"
    )
    return distribution(
        outcomes, outcomes=COLUMNS, keys=list(POLICY_PARTS), replication_of=each, note=note
    )
