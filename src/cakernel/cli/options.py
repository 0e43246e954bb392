"""Options that several commands take."""

from pathlib import Path
from typing import Annotated

import typer

SweepArgument = Annotated[Path, typer.Argument(help="Folder of a sweep.")]
Replications = Annotated[int, typer.Option(help="Replications of each resource scenario.")]
Seed = Annotated[int, typer.Option(help="Equal seeds give equal results.")]
Threads = Annotated[int | None, typer.Option(help="Threads to use.", show_default="all cores")]
Confidence = Annotated[float, typer.Option(help="Of the intervals.")]
Out = Annotated[
    Path | None,
    typer.Option(help="Folder for results, as Parquet and CSV.", show_default="none, only shown"),
]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Write over files of an earlier run.")]
Target = Annotated[
    float | None,
    typer.Option(help="An outcome to stay above; says how probable that is.", show_default="none"),
]
Tail = Annotated[
    float, typer.Option(help="Share of the worst replications that the shortfall is the mean of.")
]
Quantiles = Annotated[
    list[float] | None,
    typer.Option(
        help="Quantile over replications, such as 0.01; once or more.",
        show_default="0.05, 0.25, 0.5, 0.75, 0.95",
    ),
]
OverwriteFile = Annotated[bool, typer.Option("--overwrite", help="Replace the file.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object instead.")]
