"""Folders of results are replaced whole: whenever a run is killed, the old or the new one is there.

The kills are before each operation on files in turn, in processes that Python's audit hook ends.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cakernel.errors import InvalidInput
from cakernel.whole_folder import WholeFolder, read_record, whole_record, write_folder

KILLED = """
import os, signal, sys
from pathlib import Path
from cakernel import whole_folder
from cakernel.whole_folder import WholeFolder, whole_record, write_folder

out, exchange = Path(sys.argv[1]), sys.argv[2] == "exchange"


def killed_before(step, write):
    # write in a process that is killed before some operation on files; say if it was
    child = os.fork()
    if child == 0:
        left = [step]

        def hook(event, arguments):
            files = event.startswith(("open", "os.", "shutil.", "ctypes."))
            if files and event != "os.kill":
                left[0] -= 1
                if left[0] < 0:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(hook)
        write()
        os._exit(0)
    ended = os.waitpid(child, 0)[1]
    assert ended in (0, signal.SIGKILL)
    return ended != 0
"""
REPLACED = """
if not exchange:
    whole_folder._exchanged = lambda first, second: False
# the import of these must not count
whole_folder.FileLock(out.parent / "other").acquire()


def write(words):
    folder = WholeFolder(out, overwrite=True)
    for name in ("a", "b"):
        folder.write(name, f"{words} {name}".encode())
    folder.complete({"words": words})


def found():
    record = whole_record(out)
    words = {(out / name).read_text() for name in ("a", "b")}
    assert words == {f"{record['words']} a", f"{record['words']} b"}, words
    assert {path.name for path in out.iterdir()} == {"a", "b", "provenance.json"}
    return record["words"]


write("old")
seen, between = {"old": 0, "new": 0}, 0
for last in range(1000):
    killed = killed_before(last, lambda: write("new"))
    if exchange or out.exists():
        seen[found()] += 1
    else:
        between += 1
    # the next run puts in order what was left, also one that gives up
    next_run = WholeFolder(out, overwrite=True)
    del next_run
    assert found() in ("old", "new")
    assert not (out.parent / ".out.partial").exists()
    if not killed:
        break
    write("old")
print(last, seen["old"], seen["new"], between)
"""
NEW = """
# the import of these must not count
whole_folder.FileLock(out.parent / "other").acquire()
(out.parent / "other").unlink()
files = {"a": b"1", "b": b"2"}
seen = {"none": 0, "all": 0}
for last in range(1000):
    killed = killed_before(last, lambda: write_folder(out, files, option="--network"))
    seen["all" if out.exists() else "none"] += 1
    if not out.exists():
        write_folder(out, files, option="--network")
        assert list(out.parent.iterdir()) == [out]
    assert {path.name: path.read_bytes() for path in out.iterdir()} == files
    if not killed:
        break
    whole_folder.shutil.rmtree(out)
print(last, seen["none"], seen["all"])
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills processes that were forked")
@pytest.mark.parametrize("way", ["exchange", "two renames"])
def test_a_kill_leaves_the_old_folder_or_the_new_one(tmp_path, way):
    if way == "exchange" and sys.platform != "linux":
        pytest.skip("needs Linux")
    command = [sys.executable, "-W", "ignore", "-c", KILLED + REPLACED, str(tmp_path / "out"), way]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    kills, old, new, between = map(int, done.stdout.split())
    assert kills > 30
    assert min(old, new) > 3
    assert between == (0 if way == "exchange" else 1)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills processes that were forked")
def test_a_kill_leaves_a_new_folder_whole_or_not_there(tmp_path):
    command = [sys.executable, "-W", "ignore", "-c", KILLED + NEW, str(tmp_path / "out"), "new"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    kills, none, whole = map(int, done.stdout.split())
    assert kills > 20
    assert none > 15
    assert whole > 1


def test_a_new_folder_replaces_nothing(tmp_path):
    write_folder(tmp_path / "a/out", {"a": b"1"}, option="--network")
    with pytest.raises(InvalidInput, match=r"^--network: .*a/out is not empty; name another f"):
        write_folder(tmp_path / "a/out", {"b": b"2"}, option="--network")
    with pytest.raises(InvalidInput, match=r"^--network: .*a/out/a is a file; must be a folder$"):
        write_folder(tmp_path / "a/out/a", {"b": b"2"}, option="--network")
    assert [path.name for path in (tmp_path / "a/out").iterdir()] == ["a"]
    assert list((tmp_path / "a").iterdir()) == [tmp_path / "a/out"]


def test_a_folder_of_files_where_one_stands(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_folder(Path("."), {"a": b"1", "b": b"2"}, option="--network")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a": b"1", "b": b"2"}
    with pytest.raises(InvalidInput, match=r"^--network: \. is not empty; name another folder$"):
        write_folder(Path("."), {"c": b"3"}, option="--network")


def written(out: Path, *, overwrite: bool = False, **files: str) -> None:
    folder = WholeFolder(out, overwrite=overwrite)
    for name, text in files.items():
        folder.write(name, text.encode())
    folder.complete({"seed": 1})


def test_a_folder_is_there_when_it_is_whole(tmp_path):
    out = tmp_path / "a/out"
    folder = WholeFolder(out, overwrite=False)
    folder.write("a", b"1")
    assert not out.exists()
    with pytest.raises(InvalidInput, match=r"another process is writing to .*a/out; wait"):
        WholeFolder(out, overwrite=False)
    folder.complete({"seed": 1})
    assert list(out.parent.iterdir()) == [out]
    assert (out / "a").read_bytes() == b"1"
    assert whole_record(out)["seed"] == 1


def test_a_run_that_gives_up_leaves_nothing(tmp_path):
    folder = WholeFolder(tmp_path / "out", overwrite=False)
    folder.write("a", b"1")
    del folder
    assert list(tmp_path.iterdir()) == []


def test_nothing_of_the_earlier_run_is_left(tmp_path):
    written(tmp_path / "out", a="1", b="2")
    (tmp_path / "out").chmod(0o750)
    with pytest.raises(InvalidInput, match="is not empty; name another folder, or say --overwrite"):
        written(tmp_path / "out", a="3")
    written(tmp_path / "out", a="3", overwrite=True)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["a", "provenance.json"]
    assert (tmp_path / "out").stat().st_mode & 0o777 == 0o750
    assert list(tmp_path.iterdir()) == [tmp_path / "out"]


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda out: (out / "thesis.tex").touch(), "holds thesis.tex, which the run to be repl"),
        (lambda out: (out / "sub").mkdir(), "holds sub, which the run to be replaced did not"),
        (lambda out: (out / "provenance.json").unlink(), "is incomplete: it has no provenance"),
        (lambda out: (out / "provenance.json").write_text("{}"), "is damaged: its checksum"),
        (lambda out: (out / "link").symlink_to("/etc"), "link: is a link; a folder of results"),
    ],
)
def test_what_no_run_wrote_is_not_removed(tmp_path, change, complaint):
    written(tmp_path / "out", a="1")
    change(tmp_path / "out")
    before = sorted((tmp_path / "out").iterdir())
    with pytest.raises(InvalidInput, match=complaint):
        WholeFolder(tmp_path / "out", overwrite=True)
    assert sorted((tmp_path / "out").iterdir()) == before
    assert list(tmp_path.iterdir()) == [tmp_path / "out"]


def test_folders_that_cannot_be_replaced_are_refused_at_once(tmp_path, monkeypatch):
    (tmp_path / "a/b").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "a/b")
    for out in (".", "..", tmp_path / "a"):
        with pytest.raises(InvalidInput, match="cannot be replaced as a whole; name a folder in"):
            WholeFolder(Path(out), overwrite=False)
    with pytest.raises(InvalidInput, match="cannot be replaced as a whole"):
        WholeFolder(Path("/proc"), overwrite=True)


def test_a_loop_of_links_is_refused(tmp_path):
    (tmp_path / "loop").symlink_to("loop")
    for out in (tmp_path / "loop", tmp_path / "loop/below"):
        with pytest.raises(InvalidInput, match="is a loop of links; name another folder"):
            WholeFolder(out, overwrite=False)


def test_links_laid_beside_are_refused(tmp_path):
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    (theirs / "run").mkdir()
    (tmp_path / ".out.partial").symlink_to(theirs)
    with pytest.raises(InvalidInput, match=r"\.out\.partial: is a link"):
        WholeFolder(tmp_path / "out", overwrite=False)
    (tmp_path / ".out.partial").unlink()
    (tmp_path / ".out.partial").mkdir()
    (tmp_path / ".out.partial/lock").symlink_to(theirs / "lock")
    with pytest.raises(InvalidInput, match=r"lock: is a link"):
        WholeFolder(tmp_path / "out", overwrite=False)
    assert [path.name for path in theirs.iterdir()] == ["run"]


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda out: (out / "a").write_text("2"), "out/a is damaged: its checksum differs"),
        (lambda out: (out / "a").unlink(), "out is incomplete: it has no a"),
        (lambda out: (out / "provenance.json").unlink(), "out is incomplete: it has no provena"),
        (lambda out: (out / "provenance.json").write_text("[" * 99999), "provenance.json is dam"),
        (lambda out: (out / "more").symlink_to("/etc"), "more: is a link"),
        (lambda out: out.rename(f"{out}2"), "out: is not there; must be a folder with prov"),
    ],
)
def test_folders_that_are_not_whole_are_refused(tmp_path, change, complaint):
    written(tmp_path / "out", a="1")
    change(tmp_path / "out")
    with pytest.raises(InvalidInput, match=complaint):
        whole_record(tmp_path / "out")


def test_a_flipped_bit_of_the_record_is_found(tmp_path):
    written(tmp_path / "out", a="1")
    path = tmp_path / "out/provenance.json"
    whole = path.read_bytes()
    for place in range(len(whole)):
        flipped = bytearray(whole)
        flipped[place] ^= 1
        if bytes(flipped).split() != whole.split():
            path.write_bytes(flipped)
            with pytest.raises(InvalidInput, match=r"provenance\.json is damaged"):
                read_record(tmp_path / "out")


def test_a_swap_that_fails_says_where_the_results_are(tmp_path, monkeypatch):
    written(tmp_path / "out", a="1")
    folder = WholeFolder(tmp_path / "out", overwrite=True)
    folder.write("a", b"2")

    def fail(self):
        raise OSError(16, "Device or resource busy")

    monkeypatch.setattr(WholeFolder, "_swap", fail)
    with pytest.raises(OSError, match=r"busy; the results are in .*\.out\.partial/run"):
        folder.complete({})
    assert (tmp_path / ".out.partial/run/a").read_bytes() == b"2"
    assert (tmp_path / "out/a").read_bytes() == b"1"
