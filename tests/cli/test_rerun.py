"""Every folder that a command wrote is made again to the same bytes; what differs is told."""

import json
import shutil
import sys

import polars as pl
import pytest

from cakernel.called import without_place
from cakernel.checksums import hash_of, sealed, unsealed
from cakernel.cli import main
from helpers.small_runs import COMMANDS, FILES, NETWORK

pytestmark = pytest.mark.compiled


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """Run every command into a folder of its name; return where."""
    root = tmp_path_factory.mktemp("folders")
    (root / "net").mkdir()
    for name, content in {**FILES, **NETWORK}.items():
        (root / name).write_text(content)
    with pytest.MonkeyPatch.context() as patched:
        patched.chdir(root)
        for name, command in COMMANDS.items():
            patched.setattr(sys, "argv", ["cakernel", *command, "--out", name])
            with pytest.raises(SystemExit) as ended:
                main()
            assert not ended.value.code, name
    return root


@pytest.fixture
def copied(folders, tmp_path, cakernel):
    """Copy all folders and files into the working folder."""
    return shutil.copytree(folders, tmp_path, dirs_exist_ok=True)


def changed_record(folder, change):
    path = folder / "provenance.json"
    record = unsealed(path.read_bytes())
    change(record)
    path.write_bytes(sealed(record, indent=2))


@pytest.mark.parametrize("name", [*COMMANDS, "stability/map"])
def test_the_same_bytes_come_out(cakernel, copied, name):
    code, out, err = cakernel("rerun", name)
    assert (code, err) == (0, ""), out
    first, last = out.splitlines()
    assert first.startswith("running again: cakernel ")
    made = last.split(" of ")
    assert made[0] == made[1].removesuffix(" files are the same to the byte") != "0"


def test_what_differs_is_told_and_why(cakernel, copied):
    table = copied / "run" / "policies.csv"
    table.write_text(table.read_text().replace("SRD-1", "SRD-7"))
    rows = copied / "run" / "scenarios.parquet"
    pl.read_parquet(rows).write_parquet(rows, compression="uncompressed")
    changed_record(copied / "run", lambda record: record["versions"].update(numba="0.1"))
    (copied / "scenario.toml").write_text(FILES["scenario.toml"] + "# other\n")
    code, out, _ = cakernel("rerun", "run")
    assert code == 1
    lines = out.splitlines()
    assert lines[1:4] == [
        "policies.csv: differs",
        "scenarios.parquet: equal values in other bytes",
        "2 of 4 files are the same to the byte",
    ]
    assert lines[4].startswith(
        "what is not as it was: scenario.toml has changed; numba was 0.1, is"
    )


def test_a_file_that_is_gone_is_told(cakernel, copied):
    (copied / "run" / "policies.csv").unlink()
    code, out, _ = cakernel("rerun", "run")
    assert (code, out.splitlines()[1]) == (1, "policies.csv: is not there")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda record: record.pop("command"), "run: does not tell which command made it"),
        (lambda record: record.update(command={"arguments": "run"}), "run: does not tell which"),
        (
            lambda record: record["command"].update(arguments=["plot", "map"]),
            "run: does not tell which command made it",
        ),
        (lambda record: record.update(interrupted=True), "run: was interrupted; must be"),
        (
            lambda record: record["command"]["arguments"].append("--no-such"),
            "run: its command ended with exit code 2: error: No such option",
        ),
        (
            lambda record: record["command"]["inputs"].update({"gone.csv": "0"}),
            "gone.csv, which the command read: cannot be read: No such file or directory",
        ),
    ],
)
def test_what_cannot_be_run_again_is_refused(cakernel, copied, change, told):
    changed_record(copied / "run", change)
    code, _, err = cakernel("rerun", "run")
    assert (code, err.count("\n")) == (2, 1)
    assert err.lower().startswith(f"error: {told}".lower())


def test_folders_that_hold_no_results_are_refused(cakernel, tmp_path):
    (tmp_path / "empty").mkdir()
    for folder in ("empty", "nosuch"):
        for command in ("rerun", "crate"):
            code, _, err = cakernel(command, folder)
            assert (code, err.count("\n")) == (2, 1)
            assert "provenance.json" in err


def test_a_strangers_folder_writes_nothing_elsewhere(cakernel, copied):
    def redirect(record):
        record["command"]["arguments"] += ["--out", "elsewhere", "--out=elsewhere", "--overwrite"]

    changed_record(copied / "run", redirect)
    cakernel("rerun", "run")
    assert not (copied / "elsewhere").exists()


def test_the_record_does_not_tell_where_results_went():
    given = ["sweep", "a.toml", "--out", "b", "--resume", "--threads", "2", "--out=c"]
    assert without_place(given) == ["sweep", "a.toml", "--threads", "2"]


@pytest.mark.parametrize("name", ["run", "sweep", "best of a sweep"])
def test_a_crate_is_read_back_and_has_every_file(cakernel, copied, name):
    rocrate = pytest.importorskip("rocrate.rocrate")
    folder = copied / name
    before = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    code, out, _ = cakernel("crate", name, "--license", "CC-BY-4.0")
    assert (code, out.count("\n")) == (0, 1)
    crate = rocrate.ROCrate(folder)
    held = {entity.id: entity for entity in crate.data_entities}
    assert set(held) == before - {"journal.jsonl", ".lock"}
    for path, entity in held.items():
        content = (folder / path).read_bytes()
        assert entity["sha256"] == hash_of(content)
        assert int(entity["contentSize"]) == len(content)
    assert crate.license.id == "https://spdx.org/licenses/CC-BY-4.0"
    run = crate.get("#run")
    assert run.type == "CreateAction"
    assert {entity.id for entity in run["result"]} == set(held)
    software = run["instrument"]
    assert software["license"].id == "https://spdx.org/licenses/BSD-3-Clause"
    assert {"#numba", "#numpy", "#polars", "#Python"} <= {
        entity.id for entity in software["softwareRequirements"]
    }
    given = {entity["name"]: entity for entity in run["object"]}
    read = [*COMMANDS[name]][1] if name != "best of a sweep" else "journal.jsonl"
    assert "sha256" in given[read].properties()
    assert json.loads(given["seed"]["value"]) if "seed" in given else name == "best of a sweep"


def test_a_folder_with_a_crate_is_whole_and_replaced(cakernel, copied):
    pytest.importorskip("rocrate")
    assert cakernel("crate", "run")[0] == 0
    assert cakernel("rerun", "run")[0] == 0
    assert cakernel("run", "scenario.toml", "--out", "run", "--overwrite")[0] == 0
    assert not (copied / "run" / "ro-crate-metadata.json").exists()


def test_a_damaged_folder_gets_no_crate(cakernel, copied):
    (copied / "run" / "policies.csv").write_text("other")
    code, _, err = cakernel("crate", "run")
    assert (code, err) == (2, "error: run/policies.csv is damaged: its checksum differs\n")
