"""Groups of commands, of which each is imported when it is asked for.

A group lists its commands by their lines in the registry, so that `--help` imports none of them.
"""

import difflib
import inspect
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import typer
from typer.core import TyperGroup

from cakernel.errors import InvalidInput
from cakernel.models import Command, load

MOST_SHOWN = 200
CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


class Group(TyperGroup):
    """Commands by panel and name; ``label`` opens the help of each, and of the group."""

    def __init__(
        self,
        *,
        panels: Mapping[str, Mapping[str, Command]] | None = None,
        label: str = "",
        what: str = "command",
        **settings: Any,
    ) -> None:
        settings = {"rich_markup_mode": None, "context_settings": CONTEXT} | settings
        super().__init__(**settings)
        self.panels = panels or {}
        self.label = label
        self.what = what
        if label:
            self.help = f"{label}\n\n{self.help}"

    @property
    def listed(self) -> dict[str, Command]:
        """All commands by name."""
        return {name: each for panel in self.panels.values() for name, each in panel.items()}

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names of all commands, in order."""
        return list(self.listed)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Import a command, if there is one of that name."""
        if cmd_name not in self.listed:
            return None
        found = load(self.listed[cmd_name].place)
        if isinstance(found, TyperGroup):
            return found
        app = typer.Typer(add_completion=False, rich_markup_mode=None)
        text = f"{self.label}\n\n{inspect.cleandoc(found.__doc__)}" if self.label else None
        app.command(cmd_name, help=text)(found)
        return typer.main.get_command(app)

    def get_help_option(self, ctx: Any) -> Any:
        """Return --help, which is off: typer imports pydantic to convert what is neither."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.default = False
        return option

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Take the arguments; without any, show the help."""
        if not args and not ctx.resilient_parsing:
            print(ctx.get_help(), file=sys.stderr)
            ctx.exit(2)
        parsed: list[str] = super().parse_args(ctx, args)
        return parsed

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find a command; an unknown one ends with one line."""
        name = args[0] if args else ""
        if name not in self.listed and not name.startswith("-"):
            raise InvalidInput(
                f"{self.what}: got {name[:MOST_SHOWN]!r}; {_nearest(name, list(self.listed))}"
            )
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """List the commands, panel by panel."""
        for panel, commands in self.panels.items():
            with formatter.section(panel):
                formatter.write_dl([(name, each.summary) for name, each in commands.items()])


def _nearest(name: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    return f"did you mean {near[0]}?" if near else f"must be one of {', '.join(known)}"
