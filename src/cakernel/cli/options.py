"""Options that several commands take."""

from pathlib import Path
from typing import Annotated, Any, Literal

import typer

SweepArgument = Annotated[Path, typer.Argument(help="Folder of a sweep.")]
Replications = Annotated[int, typer.Option(help="Replications of each resource scenario.")]
Seed = Annotated[int, typer.Option(help="Equal seeds give equal results.")]
Threads = Annotated[int | None, typer.Option(help="Threads to use.", show_default="all cores")]


def _choose(context: typer.Context, device: Any) -> Any:
    """Let a command run on a device, from before it begins until it has ended."""
    from cakernel.devices import on_device

    context.with_resource(on_device(device))
    return device


_Devices = Literal["cpu", "gpu", "auto"] | None
_DEVICE: dict[str, Any] = {
    "help": "Where to simulate: auto takes a graphics card where one answers and the work is worth "
    "it.",
    "show_default": "CAKERNEL_DEVICE, else auto",
}
# chosen by its option alone: a command does nothing with its value
Device = Annotated[_Devices, typer.Option(**_DEVICE, callback=_choose)]
# of what may run on other machines: whether a card answers is known there
DeviceOfWorkers = Annotated[_Devices, typer.Option(**_DEVICE)]
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
