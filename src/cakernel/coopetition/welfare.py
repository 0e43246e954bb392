"""What the flexible contract adds to welfare: by timing, and by commitment and discount."""

from typing import Annotated

import polars as pl

from cakernel.arguments import Columns, checked_arguments
from cakernel.coopetition.words import CONTRACTS
from cakernel.errors import InvalidInput


@checked_arguments
def welfare_split(
    equilibria: Annotated[
        pl.DataFrame,
        Columns(("point", "regime", "contract", "economic_welfare", "welfare_without_risk")),
    ],
) -> pl.DataFrame:
    """Split the welfare that the flexible contract adds to the fixed one.

    EW(flexible MOQ) - EW(fixed) = [EW(flexible MOQ) - EW(fixed MOQ): the value of timing] +
    [EW(fixed MOQ) - EW(fixed): the value of commitment and discount]. Most of the total exists at
    zero risk, so claims about risk are about the first part, and about the change from tau = 0.

    Parameters
    ----------
    equilibria : polars.DataFrame
        Rows of `equilibria` under all three contracts.

    Returns
    -------
    polars.DataFrame
        One row a point and regime: ``welfare_gain``, its parts ``timing_value`` and
        ``commitment_value``, what remains of them at tau = 0 (``gain_without_risk``, all of it
        commitment: without risk, orders can as well be made before), and ``gain_by_risk``, the
        change from there. Null where one of the three is no equilibrium.

    Raises
    ------
    InvalidInput
        If a contract is missing.

    Examples
    --------
    Without risk, orders can as well be made before breaches: timing is worth nothing.

    >>> from cakernel.coopetition import Market, equilibria
    >>> parts = welfare_split(equilibria([Market(threat_probability=0.0), Market()]))
    >>> (parts["timing_value"] > 1e-9).to_list()
    [False, True]
    """
    present = set(equilibria["contract"].drop_nulls().unique())
    missing = [name for name in CONTRACTS if name not in present]
    if missing:
        raise InvalidInput(f"equilibria: got none under {missing[0]}; must have all contracts")
    key, values = ["point", "regime"], ["economic_welfare", "welfare_without_risk"]
    table = equilibria.drop_nulls("contract").pivot("contract", index=key, values=values)
    (fixed, fixed_moq, flexible), (calm_fixed, _, calm_flexible) = (
        [pl.col(f"{value}_{name}") for name in CONTRACTS] for value in values
    )
    calm = calm_flexible - calm_fixed
    return table.select(
        *key,
        (flexible - fixed).alias("welfare_gain"),
        (flexible - fixed_moq).alias("timing_value"),
        (fixed_moq - fixed).alias("commitment_value"),
        calm.alias("gain_without_risk"),
        (flexible - fixed - calm).alias("gain_by_risk"),
    )
