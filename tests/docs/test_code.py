"""Code in the documentation runs, prints what stands below it, and has options that exist."""

import pytest
import typer

from cakernel.cli.app import commands as app
from helpers.doc_pages import PAGES, ROOT, RUN, blocks, commands, is_printed, run_page


@pytest.mark.compiled
@pytest.mark.parametrize("page", RUN, ids=lambda page: page.stem)
def test_what_a_page_says_is_printed(page, cakernel, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    pages_text = 0
    for expected, printed in run_page(page, cakernel, capsys):
        assert is_printed(expected, printed), f"printed:\n{printed}"
        pages_text += 1
    assert pages_text


CALLS = [
    pytest.param(words, id=f"{page.stem}: {' '.join(words)[:60]}")
    for page in [ROOT / "README.md", *PAGES]
    for _, text in blocks(page)
    for words in commands(text)
]


@pytest.mark.parametrize("words", CALLS)
def test_commands_and_options_exist(words):
    command = typer.main.get_command(app())
    context = command.context_class(command, info_name="cakernel")
    rest = list(words)
    while hasattr(command, "list_commands") and rest and not rest[0].startswith("-"):
        name = rest.pop(0)
        if name == "COMMAND":
            return
        command = command.get_command(context, name)
        assert command is not None, name
    known = {option for each in command.get_params(context) for option in each.opts}
    assert {word for word in rest if word.startswith("--")} <= known
