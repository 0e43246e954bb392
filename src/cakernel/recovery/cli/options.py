"""Options by which commands name what they simulate."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Convention(StrEnum):
    """The named sets of conventions."""

    PUBLISHED = "published"
    TEXT = "text"


class Outcome(StrEnum):
    """What can be compared; high is good."""

    RESOURCES = "resources"
    X = "x"
    Y = "y"


ScenarioArgument = Annotated[
    Path | None,
    typer.Argument(help="A scenario file; without one, a regime of the paper is simulated."),
]
RegimeName = Annotated[str, typer.Option(help="The paper's regime.")]
RegimeOrFile = Annotated[
    str, typer.Option(help="A regime of Chen and Chang (2021), or a scenario file (.toml).")
]
FileSeed = Annotated[
    int | None, typer.Option(help="Seed.", show_default="the scenario file's, else 1")
]
ScenarioIndex = Annotated[int, typer.Option(help="Which resource scenario, from 0.")]
Policies = Annotated[
    list[str] | None, typer.Option("--policy", help="Such as 'SRD-5 CRD-5 P'; may be repeated.")
]
