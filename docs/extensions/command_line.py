"""The directive `command-line`: a section for each command, made from the command itself."""

from collections.abc import Iterator
from typing import Any

import typer
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from cakernel.cli.app import commands


def walk(command: Any, name: str, parent: Any = None) -> Iterator[tuple[Any, Any]]:
    """Yield all commands below a group, in the order of its help, each with its context."""
    context = command.context_class(command, info_name=name, parent=parent)
    if hasattr(command, "list_commands"):
        for each in command.list_commands(context):
            yield from walk(command.get_command(context, each), each, context)
    else:
        yield command, context


def paragraphs(text: str) -> list[nodes.Node]:
    """Return a help's paragraphs; what stands in backticks is literal."""
    made: list[nodes.Node] = []
    for block in text.replace("\b\n", "").split("\n\n"):
        paragraph = nodes.paragraph()
        for place, part in enumerate(" ".join(block.split()).split("`")):
            paragraph += nodes.literal(text=part) if place % 2 else nodes.Text(part)
        made.append(paragraph)
    return made


def options(command: Any, context: Any) -> nodes.definition_list:
    """Return arguments and options with their helps."""
    listed = nodes.definition_list()
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context)
        if record is None:
            continue
        names, text = record
        listed += nodes.definition_list_item(
            "",
            nodes.term("", "", nodes.literal(text=names)),
            nodes.definition("", *paragraphs(text)),
        )
    return listed


class CommandLine(SphinxDirective):
    """All commands of `cakernel`."""

    def run(self) -> list[nodes.Node]:
        """Make the sections."""
        made: list[nodes.Node] = []
        for command, context in walk(typer.main.get_command(commands()), "cakernel"):
            path = context.command_path
            section = nodes.section(ids=[nodes.make_id(path)], names=[path])
            section += nodes.title(text=path)
            section += paragraphs(command.help or "")
            usage = command.get_usage(context).removeprefix("Usage: ")
            section += nodes.literal_block(usage, usage, language="none")
            section += options(command, context)
            made.append(section)
        return made


def setup(app: Sphinx) -> dict[str, bool]:
    """Add the directive."""
    app.add_directive("command-line", CommandLine)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
