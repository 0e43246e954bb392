"""The coopetition model in a sweep file: its keys of [sweep], and its own section."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from cakernel.checks import Allowed, Checked
from cakernel.coopetition.columns import CONTRACTS
from cakernel.coopetition.market import Market
from cakernel.coopetition.study import Coopetition
from cakernel.sweep.description import StudySections
from cakernel.toml_file import section, within


class Settings(Checked):
    """The section [sweep] of a file on the coopetition model, in which nothing is drawn."""

    model: Literal["coopetition"]
    replications: Annotated[
        int, Field(ge=1, le=1, strict=True), Allowed("1, or left out: nothing is drawn")
    ] = 1
    # `Coopetition` checks them
    contracts: Any = CONTRACTS
    regimes: Any = ("nash",)


def _study(settings: Settings, content: Mapping[str, Any], folder: Path) -> Coopetition:
    with within("market."):
        market = Market(**section(content, "market"))
    with within("sweep."):
        return Coopetition(market, contracts=settings.contracts, regimes=settings.regimes)


SECTIONS = StudySections(("market",), Settings, _study)
