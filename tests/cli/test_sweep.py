"""`cakernel sweep` and `cakernel status`: what they write, say and return."""

import json
import os
import subprocess
import sys
from io import StringIO

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from rich.console import Console

import cakernel as ck
from cakernel.sweep.folder import SweepFolder
from helpers.toml_sections import POLICIES_AND_SCENARIOS

SWEEP = (
    """
[sweep]
replications = 3

[design]
kind = "grid"

[axes]
supply_mild = [0.1, 0.2, 0.3]
firms = [2, 3]

[model]
chains = 2
periods = 7
"""
    + POLICIES_AND_SCENARIOS
)
RUN = ("sweep", "sweep.toml", "--out", "out")
# some blocks, rather than one
SMALL = ("--block-seconds", "1e-7")


@pytest.fixture
def cakernel(cakernel, tmp_path):
    """Run the command line in a folder with a sweep."""
    (tmp_path / "sweep.toml").write_text(SWEEP)
    return cakernel


def change(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def refused(outcome):
    """The complaint of a command that must have failed."""
    code, out, err = outcome
    assert (code, out) == (2, "")
    assert err.startswith("error: ")
    assert err.count("\n") == 1
    return err.removeprefix("error: ").rstrip()


def test_a_sweep_is_written_and_told_in_a_line(cakernel, tmp_path):
    code, out, err = cakernel(*RUN)
    assert (code, err) == (0, "")
    assert out.startswith("wrote out: 6 points, 12 rows, ")
    assert out.count("\n") == 1
    results = ck.open_sweep(tmp_path / "out", verify=True)
    assert results.damaged == []
    again = ck.run_sweep(ck.read_sweep_file(tmp_path / "sweep.toml"), tmp_path / "again")
    assert_frame_equal(results.joined().collect(), again.joined().collect(), check_exact=True)


@pytest.mark.compiled
def test_the_template_runs(cakernel, tmp_path):
    code, out, _ = cakernel("init", "template.toml", "--sweep")
    assert code == 0
    assert out == "wrote template.toml; next: cakernel sweep template.toml --out results\n"
    for old, new in (
        ("replications = 20", "replications = 2"),
        ("points = 64", "points = 4"),
        ("periods = [30, 180, 360]", "periods = [5, 10]"),
        ("high = 15 }", "high = 5 }"),
    ):
        change(tmp_path / "template.toml", old, new)
    code, out, err = cakernel("sweep", "template.toml", "--out", "results")
    assert (code, err) == (0, "")
    assert out.startswith("wrote results: 4 points, 60 rows")
    assert refused(cakernel("init", "template.toml", "--sweep")).startswith("template.toml exists")


def test_what_is_piped_is_quiet_and_ends_with_the_same_code(cakernel, tmp_path):
    command = [sys.executable, "-m", "cakernel", *RUN]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    said = [line for line in ended.stderr.splitlines() if "compiling for" not in line]
    assert (ended.returncode, said) == (0, [])
    assert ended.stdout.startswith("wrote out: 6 points")
    assert ended.stdout.count("\n") == 1


def test_a_terminal_shows_a_bar(cakernel, monkeypatch):
    screen = StringIO()
    console = Console(file=screen, force_terminal=True, width=200)
    monkeypatch.setattr("cakernel.cli.output.Console", lambda **_: console)
    code, out, err = cakernel(*RUN, *SMALL)
    assert (code, err) == (0, "")
    assert out.startswith("wrote out")
    assert "sweep.toml" in screen.getvalue()
    assert "6/6 points" in screen.getvalue()
    # and where nothing is left to do
    assert cakernel(*RUN, "--resume")[0] == 0


def test_progress_as_json_lines(cakernel):
    code, out, err = cakernel(*RUN, *SMALL, "--json-lines")
    assert (code, err) == (0, "")
    start, *shards, end = map(json.loads, out.splitlines())
    assert (start["event"], start["points_done"], start["shard"]) == ("start", 0, None)
    assert {line["event"] for line in shards} == {"shard"}
    assert len(shards) == start["blocks"] > 1
    assert [line["blocks_done"] for line in shards] == list(range(1, len(shards) + 1))
    done = [line["points_done"] for line in shards]
    assert done == sorted(done)
    assert (shards[-1]["points_done"], shards[-1]["seconds_left"]) == (6, 0)
    assert shards[-1]["replications"] == 18
    assert all((line["points"], line["failed"], line["repaired"]) == (6, 0, []) for line in shards)
    assert end["event"] == "end"
    assert end["message"].startswith("wrote out: 6 points")


IMPOSSIBLE = (
    "wrote out: 6 points, 10 rows",
    "2 of 6 points are impossible; the first is point 4: supply_severe + supply_mild: got",
)


def test_impossible_points_are_told_by_exit_code_3(cakernel, tmp_path):
    change(tmp_path / "sweep.toml", "[0.1, 0.2, 0.3]", "[0.1, 0.2, 0.99]")
    code, out, err = cakernel(*RUN)
    assert (code, err) == (3, "")
    assert len(out.splitlines()) == 2
    for line, expected in zip(out.splitlines(), IMPOSSIBLE, strict=True):
        assert line.startswith(expected)
    code, out, _ = cakernel(*RUN, "--resume", "--json-lines")
    lines = [json.loads(line) for line in out.splitlines()]
    assert code == 3
    assert [line["event"] for line in lines] == ["start", "end"]
    assert lines[0]["failed"] == 2
    for line, expected in zip(lines[-1]["message"].splitlines(), IMPOSSIBLE, strict=True):
        assert line.startswith(expected)
    code, out, _ = cakernel("status", "out")
    assert code == 0
    assert "impossible    2 points\n" in out
    failures = ck.open_sweep(tmp_path / "out").failures
    assert failures.select("point", "supply_mild", "firms").rows() == [(4, 0.99, 2), (5, 0.99, 3)]


def test_a_sweep_goes_on_with_resume_only(cakernel, tmp_path):
    assert cakernel(*RUN)[0] == 0
    message = refused(cakernel(*RUN))
    assert message == "out: holds this sweep already; say --resume to go on with it"
    change(tmp_path / "sweep.toml", "replications = 3", "replications = 5")
    assert cakernel(*RUN, "--resume")[0] == 0
    rows = ck.open_sweep(tmp_path / "out").results.collect()
    assert set(rows["replications"]) == {5}


def test_what_was_damaged_is_told_and_computed_again(cakernel, tmp_path):
    cakernel(*RUN, *SMALL)
    shard = tmp_path / "out/shards/000001-000.parquet"
    whole = shard.read_bytes()
    shard.write_bytes(whole[:-1])
    code, out, _ = cakernel("status", "out")
    assert "out: stopped\n" in out
    assert f"damaged       out/shards/{shard.name}: has {len(whole) - 1:,} bytes; must have" in out
    code, out, err = cakernel(*RUN, "--resume")
    assert code == 0
    assert err.startswith(f"out/shards/{shard.name}: has ")
    assert err.endswith("; computed again\n")
    assert shard.read_bytes() == whole
    shard.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    assert "damaged" not in cakernel("status", "out")[1]
    assert "its checksum differs" in cakernel("status", "out", "--verify")[1]


@pytest.mark.parametrize("file", ["journal.jsonl", "manifest.json", "shards/000001-000.parquet"])
def test_nothing_is_said_of_damaged_folders(cakernel, tmp_path, file):
    change(tmp_path / "sweep.toml", "[sweep]", '[sweep]\nrows = "replication"')
    cakernel(*RUN, *SMALL)
    path = tmp_path / "out" / file
    content = bytearray(path.read_bytes())
    content[90] ^= 1
    path.write_bytes(content)
    for command in (
        ("report", "out", "--out", "page.html"),
        ("sensitivity", "out"),
        ("rules", "out"),
        ("best", "--sweep", "out"),
    ):
        # a report names its argument
        message = refused(cakernel(*command)).removeprefix("folder: ")
        assert message.startswith(f"out/{file}: ")
        assert message.endswith("run the sweep again with --resume, which mends it")
    code, out, _ = cakernel("status", "out", "--verify")
    assert code == 0
    assert f"damaged       out/{file}: " in out
    code, _, err = cakernel(*RUN, "--resume")
    assert (code, err.startswith(f"out/{file}: ")) == (0, True)
    assert cakernel("report", "out", "--out", "page.html")[0] == 0


def test_another_sweep_in_the_folder_is_refused(cakernel, tmp_path):
    cakernel(*RUN)
    before = {path: path.read_bytes() for path in (tmp_path / "out").rglob("*.*")}
    change(tmp_path / "sweep.toml", "chains = 2", "chains = 3")
    for more in ((), ("--resume",)):
        assert refused(cakernel(*RUN, *more)) == (
            "out: holds another sweep: model.chains is 2 there and 3 here; name another folder"
        )
    assert {path: path.read_bytes() for path in (tmp_path / "out").rglob("*.*")} == before


def test_folders_that_cannot_be_written_to(cakernel, tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    message = refused(cakernel("sweep", "sweep.toml", "--out", "notes.txt"))
    assert message == "--out: notes.txt is a file; must be a folder"
    message = refused(cakernel("sweep", "sweep.toml", "--out", "notes.txt/out"))
    assert message == "notes.txt/out: Not a directory"
    message = refused(cakernel("sweep", "sweep.toml", "--out", "."))
    assert message == "--out: . is not empty and holds no sweep; name another folder"
    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_folders_that_are_read_only(cakernel, tmp_path):
    (tmp_path / "out").mkdir(mode=0o500)
    if os.access(tmp_path / "out", os.W_OK):
        pytest.skip("this user may write everywhere")
    assert refused(cakernel(*RUN)) == "--out: out cannot be written to"
    message = refused(cakernel("sweep", "sweep.toml", "--out", "out/deeper"))
    assert message == "out/deeper: Permission denied"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--threads", "0"), "threads: got 0; must be a whole number from 1 to"),
        (("--threads", "100000"), "threads: got 100000; must be a whole number from 1 to"),
        (("--block-seconds", "0"), "--block-seconds: got 0.0; must be above 0"),
        (("--block-seconds", "nan"), "--block-seconds: got nan; must be above 0"),
        (("--workers", "2"), "--cluster: missing; must be given with --workers or --shared"),
        (("--shared",), "--cluster: missing; must be given with --workers or --shared"),
    ],
)
def test_bad_options(cakernel, tmp_path, arguments, message):
    assert refused(cakernel(*RUN, *arguments)).startswith(message)
    assert not (tmp_path / "out").exists()


def test_bad_files(cakernel, tmp_path):
    message = refused(cakernel("sweep", "none.toml", "--out", "out"))
    assert message == "none.toml: cannot be read: No such file or directory"
    change(tmp_path / "sweep.toml", "firms = [2, 3]", "fims = [2, 3]")
    assert refused(cakernel(*RUN)) == "sweep.toml: axes.fims: unknown key; did you mean firms?"
    change(tmp_path / "sweep.toml", "fims = [2, 3]", "firms = { low = 2, high = 3 }")
    message = refused(cakernel(*RUN))
    assert message == "sweep.toml: axes.firms.count: missing; must be how many levels the grid has"
    assert not (tmp_path / "out").exists()


def test_missing_arguments_are_bad_input(cakernel):
    for arguments in (("sweep",), ("sweep", "sweep.toml"), ("status",), (*RUN, "--what")):
        code, out, err = cakernel(*arguments)
        assert (code, out) == (2, "")
        assert "Traceback" not in err


@pytest.mark.parametrize("json_lines", [True, False])
def test_an_interruption_says_how_to_go_on(cakernel, monkeypatch, json_lines):
    more = ("--json-lines",) if json_lines else ()

    def said(out):
        last = out.splitlines()[-1]
        return json.loads(last)["message"] if json_lines else last

    def stop(*_, **__):
        raise KeyboardInterrupt

    with monkeypatch.context() as stopped:
        stopped.setattr("cakernel.sweep.description.read_sweep_file", stop)
        code, out, _ = cakernel(*RUN, *more)
    assert (code, said(out)) == (130, "interrupted before anything was written")
    keep, kept = SweepFolder.keep, []

    def stop_late(folder, shard, content):
        if len(kept) == 2:
            raise KeyboardInterrupt
        kept.append(shard)
        keep(folder, shard, content)

    with monkeypatch.context() as stopped:
        stopped.setattr(SweepFolder, "keep", stop_late)
        code, out, _ = cakernel(*RUN, *SMALL, *more)
    assert code == 130
    done = sum(shard.points for shard in kept)
    assert said(out) == (
        f"interrupted with {done} of 6 points done; "
        "go on with: cakernel sweep sweep.toml --out out --resume"
    )
    assert "out: stopped" in cakernel("status", "out")[1]
    code, out, _ = cakernel(*said(out).split("cakernel ")[1].split())
    assert (code, out[:21]) == (0, "wrote out: 6 points, ")


def test_the_status_of_a_sweep(cakernel, tmp_path):
    cakernel(*RUN, *SMALL)
    code, out, err = cakernel("status", "out")
    assert (code, err) == (0, "")
    blocks = ck.sweep_status(tmp_path / "out").blocks
    assert blocks > 1
    state, *lines = out.splitlines()
    assert state == "out: finished"
    assert lines[:3] == [
        "  points        6 of 6",
        f"  blocks        {blocks} of {blocks}",
        "  replications  18 of points",
    ]
    assert lines[3].startswith("  rows          12 in ")
    assert lines[4].startswith("  on the CPU    ")
    assert len(lines) == 5


def test_the_status_as_json(cakernel, tmp_path):
    cakernel(*RUN)
    code, out, err = cakernel("status", "out", "--json")
    assert (code, err) == (0, "")
    found = json.loads(out)
    assert {name: found[name] for name in ("points", "points_done", "rows", "replications")} == {
        "points": 6,
        "points_done": 6,
        "rows": 12,
        "replications": 18,
    }
    assert (found["finished"], found["running"], found["damaged"]) == (True, False, [])
    shards = (tmp_path / "out/shards").iterdir()
    assert found["bytes"] == sum(path.stat().st_size for path in shards)


def test_the_status_of_a_sweep_half_done(cakernel, tmp_path):
    cakernel(*RUN, *SMALL)
    journal = tmp_path / "out/journal.jsonl"
    lines = journal.read_text().splitlines(keepends=True)
    journal.write_text("".join(lines[:3]))
    _, out, _ = cakernel("status", "out")
    found = json.loads(cakernel("status", "out", "--json")[1])
    assert out.startswith("out: stopped\n")
    assert f"points        {found['points_done']} of 6\n" in out
    assert 0 < found["points_done"] < 6
    assert not found["finished"]


def test_the_status_of_no_sweep(cakernel, tmp_path):
    (tmp_path / "empty").mkdir()
    for name in ("empty", "none", "sweep.toml"):
        assert refused(cakernel("status", name)) == f"{name}: holds no sweep"
    assert not (tmp_path / "none").exists()


def test_results_can_be_read_by_other_programs(cakernel, tmp_path):
    cakernel(*RUN, *SMALL)
    rows = pl.read_parquet(tmp_path / "out/shards/*.parquet")
    assert rows.height == 12
    assert set(rows["point"]) == set(range(6))
