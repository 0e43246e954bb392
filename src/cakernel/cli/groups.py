"""Groups of commands, of which each is imported when it is asked for.

A group lists its commands by their lines in the registry, so that `--help` imports none of them.
"""

import difflib
import inspect
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, get_type_hints

import typer
from typer.core import TyperCommand, TyperGroup

from cakernel.errors import InvalidInput
from cakernel.models import Command, load

MOST_SHOWN = 200
CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


class _HelpIsOff:
    """Commands whose --help is off where it is not asked for: typer imports pydantic for None."""

    def get_help_option(self, ctx: Any) -> Any:
        """Return --help."""
        option = super().get_help_option(ctx)  # type: ignore[misc]
        if option is not None:
            option.default = False
        return option


class Single(_HelpIsOff, TyperCommand):
    """A command of a group."""


class Group(_HelpIsOff, TyperGroup):
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
        app.command(cmd_name, cls=Single, help=text)(found)
        command = typer.main.get_command(app)
        _take_paths(command, found)
        return command

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


def _take_paths(command: Any, function: Callable[..., None]) -> None:
    """Make paths of arguments here: typer imports pydantic for that."""
    kinds = get_type_hints(function)
    for parameter in command.params:
        if kinds.get(parameter.name) is Path:
            parameter.process_value = partial(_path_of, parameter.process_value)


def _path_of(otherwise: Callable[[Any, Any], Any], ctx: Any, value: Any) -> Any:
    return Path(value) if isinstance(value, str) else otherwise(ctx, value)


def _nearest(name: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    return f"did you mean {near[0]}?" if near else f"must be one of {', '.join(known)}"
