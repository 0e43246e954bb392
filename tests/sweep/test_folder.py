"""Folders of sweeps from strangers, under odd names, and of other versions of the package."""

import os
import sys

import pytest

import cakernel as ck
from cakernel.checksums import sealed, unsealed
from cakernel.sweep import resuming
from helpers.recovery_sweeps import contents, few_at_a_time, small


@pytest.mark.parametrize(
    "name",
    [
        "manifest.json",
        "manifest-copy.json",
        "journal.jsonl",
        "points-000.parquet",
        "shards/000000-000.parquet",
        ".lock",
        "shards/more",
        "more",
    ],
)
def test_links_in_a_folder_are_refused(tmp_path, name):
    out, theirs = tmp_path / "out", tmp_path / "theirs"
    ck.run_sweep(small(), out)
    path = out / name
    theirs.write_bytes(path.read_bytes() if path.exists() else b"theirs")
    path.unlink(missing_ok=True)
    path.symlink_to(theirs)
    before = theirs.read_bytes()
    for read in (
        ck.open_sweep,
        ck.sweep_status,
        lambda folder: ck.run_sweep(small(replications=8), folder, resume=True),
        lambda folder: ck.run_sweep(small(), folder),
    ):
        with pytest.raises(ck.InvalidInput) as error:
            read(out)
        assert str(error.value) == f"{path}: is a link; a folder of results may not hold it"
    assert theirs.read_bytes() == before


def test_a_folder_of_shards_elsewhere_is_refused(tmp_path):
    ck.run_sweep(small(), tmp_path / "out")
    (tmp_path / "out/shards").rename(tmp_path / "theirs")
    (tmp_path / "out/shards").symlink_to(tmp_path / "theirs")
    with pytest.raises(ck.InvalidInput, match="shards: is a link"):
        ck.run_sweep(small(), tmp_path / "out", resume=True)


def test_a_link_to_a_folder_is_the_users_own(tmp_path):
    (tmp_path / "large disk").mkdir()
    (tmp_path / "out").symlink_to(tmp_path / "large disk")
    ck.run_sweep(small(), tmp_path / "out")
    assert ck.open_sweep(tmp_path / "out").damaged == []


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_does_not_hang(tmp_path):
    ck.run_sweep(small(), tmp_path)
    (tmp_path / "journal.jsonl").unlink()
    os.mkfifo(tmp_path / "journal.jsonl")
    with pytest.raises(ck.InvalidInput, match="is neither a file nor a folder"):
        ck.sweep_status(tmp_path)


@pytest.mark.parametrize("name", ["a[1]", "*", "a?b{c}", "%20 ünï"])
def test_names_are_no_patterns(tmp_path, name):
    sweep = small()
    (tmp_path / "a1").mkdir()
    ck.run_sweep(sweep, tmp_path / name, block_work=few_at_a_time(sweep))
    ck.run_sweep(sweep, tmp_path / "plain", block_work=few_at_a_time(sweep))
    assert contents(tmp_path / name) == contents(tmp_path / "plain")
    results = ck.open_sweep(tmp_path / name)
    assert results.damaged == []
    assert results.results.collect().equals(ck.open_sweep(tmp_path / "plain").results.collect())


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere all names are text")
def test_names_that_are_no_text_are_read(tmp_path):
    sweep = small()
    folder = tmp_path / os.fsdecode(b"caf\xe9")
    ck.run_sweep(sweep, folder, block_work=few_at_a_time(sweep))
    rows = ck.run_sweep(sweep, tmp_path / "plain").results.collect()
    assert (
        ck.open_sweep(folder).results.collect().sort(rows.columns).equals(rows.sort(rows.columns))
    )


def test_another_version_reads_a_sweep_and_does_not_go_on_with_it(tmp_path, monkeypatch):
    ck.run_sweep(small(), tmp_path)
    before = contents(tmp_path)
    rows = ck.open_sweep(tmp_path).results.collect()
    monkeypatch.setattr(resuming, "cakernel_version", lambda: "9.9")
    with pytest.raises(ck.InvalidInput, match=r"was computed by cakernel \S+, this is 9\.9; resul"):
        ck.run_sweep(small(replications=8), tmp_path, resume=True)
    assert contents(tmp_path) == before
    assert ck.open_sweep(tmp_path).results.collect().equals(rows)
    assert ck.sweep_status(tmp_path).finished


def test_what_a_later_version_adds_to_a_manifest_is_left_alone(tmp_path):
    ck.run_sweep(small(), tmp_path)
    for name in ("manifest.json", "manifest-copy.json"):
        held = unsealed((tmp_path / name).read_bytes())
        (tmp_path / name).write_bytes(sealed(held | {"more": [1]}, indent=2))
    assert ck.open_sweep(tmp_path).undamaged().manifest["more"] == [1]
