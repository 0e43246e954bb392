"""Options of the reproduction."""

from typing import Annotated

import typer

from cakernel.paper.deviations import DEVIATIONS

Without = Annotated[
    list[str] | None,
    typer.Option(
        help="Switch off a deviation of printed rows from Table 1, may be repeated: "
        f"{', '.join(DEVIATIONS)}.",
        show_default="none",
    ),
]
