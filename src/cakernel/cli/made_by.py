"""What a folder of results was made by: its record, its files, the command that made it."""

import shlex
from pathlib import Path
from typing import Any, NamedTuple

from cakernel.errors import InvalidInput
from cakernel.sweep.folder import SweepFolder
from cakernel.sweep.manifest import MANIFESTS
from cakernel.whole_folder import MAP, RECORD, read_record, results_in

# commands that write a folder, the same bytes each time
GROUPS = ("ctip",)
REPEATABLE = (
    *("run", "reproduce", "best", "claims", "conventions", "sweep"),
    *("sensitivity", "rules", "stability"),
    *("history", "optimal", "frontier", "robust", "critical"),
    *(f"ctip {name}" for name in ("solve", "case", "statics", "government", "recovery", "claims")),
)


class MadeBy(NamedTuple):
    """A folder's record and files; ``inside`` is where these are in what the command writes."""

    folder: Path
    record: dict[str, Any]
    files: list[str]
    inside: str

    @property
    def arguments(self) -> list[str]:
        """The command's arguments, without where its results went."""
        return list(self.record["command"]["arguments"])

    @property
    def words(self) -> list[str]:
        """The words that name the command."""
        arguments = self.arguments
        return arguments[: 2 if arguments[:1] and arguments[0] in GROUPS else 1]

    @property
    def inputs(self) -> dict[str, str]:
        """Checksums of the files that the command read, by their names as given."""
        return dict(self.record["command"]["inputs"])

    @property
    def line(self) -> str:
        """The command as one would type it."""
        return shlex.join(["cakernel", *self.arguments, "--out", self.folder.name])


def made_by(folder: Path) -> MadeBy:
    """Read what a folder was made by; raise where it holds no results of a command."""
    if (folder / RECORD).exists() or not folder.is_dir():
        record = read_record(folder)
        files, inside = list(record["files"]), ""
        if _words(record)[:1] == ["stability"]:
            inside = MAP
    elif any((folder / name).exists() for name in MANIFESTS):
        swept = SweepFolder(folder)
        record = swept.manifest
        shards = [shard.name for parts in swept.told().shards.values() for shard in parts]
        files, inside = [*(entry["file"] for entry in record["points"]), *shards], ""
    elif results_in(folder) != folder:
        return made_by(results_in(folder))
    else:
        raise InvalidInput(f"{folder}: holds no results of a command: it has no {RECORD}")
    if " ".join(_words(record)) not in REPEATABLE:
        raise InvalidInput(
            f"{folder}: does not tell which command made it; must be a folder that one of "
            f"{', '.join(REPEATABLE)} wrote"
        )
    return MadeBy(folder, record, sorted(files), inside)


def _words(record: dict[str, Any]) -> list[str]:
    """Return the words that name a record's command; none where it has none that is well formed."""
    command = record.get("command")
    arguments = command.get("arguments") if isinstance(command, dict) else None
    inputs = command.get("inputs") if isinstance(command, dict) else None
    if not isinstance(arguments, list) or not isinstance(inputs, dict):
        return []
    if not all(isinstance(word, str) for word in [*arguments, *inputs, *inputs.values()]):
        return []
    return arguments[: 2 if arguments[:1] and arguments[0] in GROUPS else 1]
