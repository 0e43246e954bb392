"""`cakernel ctip`: the coopetition model, a second model beside that of recovery."""

from collections.abc import Callable

import typer

from cakernel.coopetition.cli import claims, markets, recovery
from cakernel.coopetition.words import LABEL

COMMANDS: dict[Callable[..., None], str] = {
    markets.solve_command: "Find the equilibria of one market under contracts and regimes.",
    markets.case_command: (
        "Solve the case study of health and medical procurement: the three contracts side by side. "
        "Its numbers are from the surveys that case.toml names, none of them Australian, or "
        "assumed."
    ),
    markets.statics_command: "How do investments, profits and welfare move with each parameter?",
    markets.government_command: "Find the best subsidy, sharing level and pooled minimum order.",
    recovery.recovery_command: "Which recovery speeds are best under a platform and contract?",
    claims.claims_command: "In what share of random markets do the abstract's claims hold?",
}

app = typer.Typer(
    name="ctip",
    no_args_is_help=True,
    help=f"{LABEL} Competing chains that share cyber threat intelligence, and their contracts.",
)
for command, words in COMMANDS.items():
    name = command.__name__.removesuffix("_command")
    app.command(name, help=f"{LABEL} {words}")(command)
