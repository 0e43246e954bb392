"""Options that several commands on the recovery model take."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Convention(StrEnum):
    """The named sets of conventions."""

    PUBLISHED = "published"
    TEXT = "text"


ScenarioArgument = Annotated[
    Path | None,
    typer.Argument(help="A scenario file; without one, a regime of the paper is simulated."),
]
RegimeName = Annotated[str, typer.Option(help="The paper's regime.")]
CaseSeed = Annotated[
    int | None, typer.Option(help="Seed.", show_default="the scenario file's, else 1")
]
ScenarioIndex = Annotated[int, typer.Option(help="Which resource scenario, from 0.")]
Policies = Annotated[
    list[str] | None, typer.Option("--policy", help="Such as 'SRD-5 CRD-5 P'; may be repeated.")
]
