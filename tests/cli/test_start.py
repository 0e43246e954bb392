"""Help of every command: what it says, and that no large library is imported for it."""

import inspect
import os
import re
import subprocess
import sys

import pytest

from cakernel.cli.app import panels
from cakernel.cli.groups import Group
from cakernel.models import load
from cakernel.sweep.blocks import WORK_A_SECOND, WORK_OF_BLOCK

LARGE = ("numba", "polars", "altair", "numpy", "scipy", "rich", "pydantic")


def listed(commands, path=()):
    """Yield all commands, those of groups included, with the words that call them."""
    for name, command in commands.items():
        yield (*path, name), command
        if isinstance(found := load(command.place), Group):
            yield from listed(found.listed, (*path, name))


COMMANDS = list(listed({name: one for each in panels().values() for name, one in each.items()}))
NAMES = [" ".join(words) for words, _ in COMMANDS]


def loaded(*arguments, cwd=None):
    """Return which large libraries a command has imported when it ends, and what it printed."""
    ran = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "cakernel", *arguments],
        capture_output=True,
        text=True,
        cwd=cwd,
        env=os.environ | {"COLUMNS": "100"},
    )
    assert ran.returncode == 0, ran.stderr
    found = re.findall(r"^import time:.*\| +([\w.]+)$", ran.stderr, re.MULTILINE)
    return {name.partition(".")[0] for name in found} & set(LARGE), ran.stdout


@pytest.mark.parametrize("words", [(), *(words for words, _ in COMMANDS)], ids=["", *NAMES])
def test_help_imports_no_large_library(words):
    large, printed = loaded(*words, "--help")
    assert not large
    assert printed.startswith(" ".join(["Usage: cakernel", *words]))


def test_status_imports_no_large_library(tmp_path, cakernel):
    sweep = '[sweep]\nmodel = "coopetition"\n[design]\nkind = "grid"\n[axes]\nchains = [2]\n'
    (tmp_path / "sweep.toml").write_text(sweep)
    assert cakernel("sweep", "sweep.toml", "--out", "swept")[0] == 0
    large, printed = loaded("status", "swept", cwd=tmp_path)
    assert not large
    assert "swept: finished" in printed


def test_version_imports_no_large_library():
    assert loaded("--version")[0] == set()


@pytest.mark.parametrize(("words", "command"), COMMANDS, ids=NAMES)
def test_a_command_is_listed_with_its_first_line(words, command):
    found = load(command.place)
    if isinstance(found, Group):
        assert command.summary.removesuffix(".") in found.help
    else:
        first = inspect.getdoc(found).partition("\n\n")[0]
        assert command.summary == " ".join(first.split())


@pytest.mark.parametrize("words", [words for words, _ in COMMANDS], ids=NAMES)
def test_help_says_each_thing_once_in_the_width_of_the_terminal(words, cakernel, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    _, printed, _ = cakernel(*words, "--help")
    assert all(len(line) <= 80 for line in printed.splitlines())
    assert printed.lower().count("not a reproduction") <= 1
    assert printed.count("Inspired by") == ("ctip" in f"{words[0]} {words[-1]}")


def test_groups_list_their_commands_by_panel(cakernel):
    _, printed, _ = cakernel("--help")
    for panel in panels():
        assert f"\n{panel}:\n" in printed
    assert cakernel("ctip")[::2] == (2, cakernel("ctip", "--help")[1])


def test_defaults_are_shown(cakernel):
    _, printed, _ = cakernel("sweep", "--help")
    assert f"[default: {WORK_OF_BLOCK / WORK_A_SECOND}]" in " ".join(printed.split())
    assert "[default: (all cores)]" in printed


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["no-such"], "command: got 'no-such'; must be one of run, history, trace, "),
        (["stat"], "command: got 'stat'; did you mean "),
        (["plot", "mapp", "--out", "a.svg"], "kind: got 'mapp'; did you mean map?"),
        (["run"], "missing argument 'scenario'; see cakernel run --help"),
        (
            ["run", "a.toml", "--nosuch"],
            "no such option: --nosuch (possible options: --out); see cakernel run --help",
        ),
        (["reproduce", "table8"], "invalid value for "),
        (["best", "--replications", "many"], "invalid value for "),
        (
            ["frontier", "--convention", "c"],
            "invalid value for '--convention': 'c' is not one of 'published', 'text'; see cakernel "
            "frontier --help",
        ),
        (["ctip", "claims", "--points", "x"], "invalid value for "),
    ],
)
def test_usage_errors_are_one_line(cakernel, arguments, told):
    code, out, err = cakernel(*arguments)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.lower().startswith(f"error: {told}")


@pytest.mark.parametrize("words", [words for words, _ in COMMANDS], ids=NAMES)
def test_every_option_shows_its_default_or_is_required(words, cakernel, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    _, printed, _ = cakernel(*words, "--help")
    _, _, told = printed.partition("\nOptions:\n")
    options = re.split(r"^  (?=-)", told, flags=re.MULTILINE)[1:]
    assert options
    for option in options:
        with_value = re.match(r"--[\w-]+ +<", option)
        assert not with_value or "[default:" in option or "[required]" in option, option
