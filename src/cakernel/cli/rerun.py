"""`cakernel rerun`: the command that made a folder once more, and whether its results are the same.

A folder may come from a stranger: only commands that write one folder are run, into a folder of
our own, and none connects to a cluster.
"""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cakernel.called import without_place
from cakernel.cli.exit_codes import DIFFERS, SOME_FAILED
from cakernel.errors import InvalidInput

if TYPE_CHECKING:
    from cakernel.cli.made_by import MadeBy

# options that say where work runs
WHERE = ("--cluster", "--workers", "--device")


def rerun_command(
    folder: Annotated[Path, typer.Argument(help="What a command wrote to --out.")],
) -> None:
    """Run the command that made a folder of results again, and compare the files byte by byte.

    The results go to a temporary folder. Call it where the command was called: names of files that
    it read are as they were given. Exit code 0: all files are the same; 1: some differ.
    """
    from cakernel.cli.made_by import made_by

    before = made_by(folder)
    changed = list(_changed_inputs(before))
    if before.record.get("interrupted"):
        raise InvalidInput(f"{folder}: was interrupted; must be of a command that came to its end")
    print(f"running again: {before.line}")
    with tempfile.TemporaryDirectory() as temporary:
        place = Path(temporary) / "again"
        _run(before, place)
        after = made_by(place / before.inside)
        differing = [*_differing(before, after)]
        reasons = [*changed, *_other_circumstances(before, after)]
    for line in differing:
        print(line)
    files = len(before.files)
    print(f"{files - len(differing):,} of {files:,} files are the same to the byte")
    if reasons or differing:
        print("what is not as it was: " + ("; ".join(reasons) or "nothing that the record tells"))
    if not differing:
        return
    raise typer.Exit(DIFFERS)


def _changed_inputs(before: "MadeBy") -> Iterator[str]:
    """Name the files that the command read and that have changed; raise where one is missing."""
    from cakernel.checksums import hash_of
    from cakernel.files import read_content, within

    for name, checksum in before.inputs.items():
        with within(f"{name}, which the command read: "):
            content = read_content(Path(name))
        if hash_of(content) != checksum:
            yield f"{name} has changed"


def _run(before: "MadeBy", place: Path) -> None:
    """Run the command into a new folder."""
    # the record may be forged: again without a place
    rest = _without_where(without_place(before.arguments[len(before.words) :]))
    command = [sys.executable, "-m", "cakernel", *before.words, "--out", str(place), *rest]
    ran = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    if ran.returncode not in (0, SOME_FAILED):
        told = ran.stderr.decode(errors="replace").strip().splitlines()
        raise InvalidInput(
            f"{before.folder}: its command ended with exit code {ran.returncode}"
            f"{': ' if told else ''}{''.join(told[-1:])}"
        )


def _without_where(arguments: list[str]) -> list[str]:
    """Leave out what says where work runs: results do not depend on it."""
    kept = []
    given = iter(arguments)
    for argument in given:
        if argument in WHERE:
            next(given, None)
        elif (
            not argument.startswith(tuple(f"{name}=" for name in WHERE)) and argument != "--shared"
        ):
            kept.append(argument)
    return kept


def _differing(before: "MadeBy", after: "MadeBy") -> Iterator[str]:
    """Say which files differ, and how."""
    for name in sorted({*before.files, *after.files}):
        first, second = before.folder / name, after.folder / name
        if name not in before.files or not first.exists():
            yield f"{name}: is not there"
        elif name not in after.files:
            yield f"{name}: is not made again"
        elif first.read_bytes() != second.read_bytes():
            same = name.endswith(".parquet") and _equal_tables(first, second)
            yield f"{name}: {'equal values in other bytes' if same else 'differs'}"


def _equal_tables(first: Path, second: Path) -> bool:
    """Say whether two files hold the same table."""
    from cakernel.table_files import read_table

    try:
        return read_table(first).equals(read_table(second))
    except InvalidInput:
        return False


def _other_circumstances(before: "MadeBy", after: "MadeBy") -> Iterator[str]:
    """Name the versions, and what of the machine, that are not as they were."""
    then, now = _circumstances(before), _circumstances(after)
    for name in dict.fromkeys([*then, *now]):
        if then.get(name) != now.get(name):
            yield f"{name} was {then.get(name, 'not there')}, is {now.get(name, 'not there')}"


def _circumstances(made: "MadeBy") -> dict[str, Any]:
    """Return what results may depend on beside the arguments."""
    record = made.record
    alone = {"kernel": record.get("kernel"), "Python": record.get("python")}
    return alone | (record.get("versions") or {}) | (record.get("machine") or {})
