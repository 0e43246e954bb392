"""`cakernel ctip`: the coopetition model, a second model beside that of recovery."""

from collections.abc import Callable

import typer

from cakernel.cli.ctip.claims import claims
from cakernel.cli.ctip.government import government
from cakernel.cli.ctip.recovery import recovery
from cakernel.cli.ctip.solve import case, solve
from cakernel.cli.ctip.statics import statics
from cakernel.ctip.label import LABEL

COMMANDS: dict[Callable[..., None], str] = {
    solve: "Find the equilibria of one market under contracts and regimes.",
    case: (
        "Solve the case study of health and medical procurement: the three contracts side by side. "
        "Its numbers are from the surveys that case.toml names, none of them Australian, or "
        "assumed."
    ),
    statics: "How do investments, profits and welfare move with each parameter?",
    government: "Find the best subsidy, sharing level and pooled minimum order.",
    recovery: "Which recovery speeds are best under a platform and contract?",
    claims: "In what share of random markets do the abstract's claims hold?",
}

app = typer.Typer(
    no_args_is_help=True,
    help=f"{LABEL} Competing chains that share cyber threat intelligence, and their contracts.",
)
for command, words in COMMANDS.items():
    app.command(help=f"{LABEL} {words}")(command)
