"""Options by which commands name what they simulate."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

import typer

BASE = "base"


class Convention(StrEnum):
    """The named sets of conventions."""

    PUBLISHED = "published"
    TEXT = "text"


_WHICH = "What the printed tables imply, or what the text says"
ConventionOption = Annotated[Convention, typer.Option(help=f"{_WHICH}.")]
RegimeConvention = Annotated[
    Convention | None,
    typer.Option(
        help=f"Of a regime of the paper: {_WHICH[0].lower()}{_WHICH[1:]}.",
        show_default=Convention.PUBLISHED.value,
    ),
]
"""Where a scenario file may stand instead of a regime, beside which none may be named."""


class Outcome(StrEnum):
    """What can be compared; high is good."""

    RESOURCES = "resources"
    X = "x"
    Y = "y"


ScenarioArgument = Annotated[
    Path | None,
    typer.Argument(help="A scenario file.", show_default="a regime of the paper"),
]
ScenarioOrNetwork = Annotated[
    Path | None,
    typer.Argument(
        help="A scenario file, or the folder of a network.", show_default="a regime of the paper"
    ),
]
PartsOption = Annotated[
    Literal["all", "group", "tier", "firm"],
    typer.Option(help="Of a network: of which firms each mean is."),
]
RegimeName = Annotated[str | None, typer.Option(help="The paper's regime.", show_default=BASE)]
RegimeOrFile = Annotated[
    str, typer.Option(help="A regime of Chen and Chang (2021), or a scenario file (.toml).")
]
FileSeed = Annotated[
    int | None, typer.Option(help="Seed.", show_default="the scenario file's, else 1")
]
ReplicationsTwice = Annotated[
    int, typer.Option(help="Of each resource scenario: to choose by, and as many to value with.")
]
ScenarioIndex = Annotated[int, typer.Option(help="Which resource scenario, from 0.")]
OnePolicy = Annotated[
    str | None,
    typer.Option(
        "--policy",
        help="Such as 'SRD-5 CRD-5 P', of which P may be left out; of a scenario file also words "
        "that no other policy has.",
        show_default="the scenario file's first, else SRD-5 CRD-5",
    ),
]
Policies = Annotated[
    list[str] | None,
    typer.Option(
        "--policy",
        help="Such as 'SRD-5 CRD-5 P', of which P may be left out; of a scenario file also words "
        "that no other policy has; may be repeated.",
        show_default="the scenario file's first, else some under CRD-5",
    ),
]
# the policies that are shown over time where none is named
PLOTTED = ("SRD-2 CRD-5", "SRD-4 CRD-5", "SRD-5 CRD-5")
