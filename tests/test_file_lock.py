"""The lock of a file: one holder, in any process, and nobody is kept out by one that is gone."""

import subprocess
import sys

import pytest

from cakernel.file_lock import FileLock

HOLDS = """
import sys, time
from pathlib import Path
from cakernel.file_lock import FileLock
print(FileLock.acquire(kept := FileLock(Path(sys.argv[1]))), flush=True)
sys.stdin.read()
"""


@pytest.fixture
def file(tmp_path):
    return tmp_path / "lock"


def test_one_holds_it_until_it_lets_go(file):
    one, other = FileLock(file), FileLock(file)
    assert one.acquire()
    assert not other.acquire()
    assert not other.acquire(seconds=0.05)
    other.release()
    assert not other.acquire()
    one.release()
    assert other.acquire(seconds=300)


def test_a_process_holds_it_until_it_is_killed(file):
    ran = subprocess.Popen(
        [sys.executable, "-c", HOLDS, str(file)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with ran:
        assert ran.stdout.readline() == "True\n"
        lock = FileLock(file)
        assert not lock.acquire()
        ran.kill()
    assert lock.acquire(seconds=300)


def test_a_removed_file_keeps_nobody_out_and_is_not_taken_for_the_lock(file, monkeypatch):
    one, other, late = FileLock(file), FileLock(file), FileLock(file)
    assert one.acquire()
    file.unlink()
    assert other.acquire()
    one.release()
    # between the opening and the locking of a third one the file goes
    import fcntl

    taken = fcntl.flock

    def removed(descriptor, how):
        monkeypatch.undo()
        file.unlink()
        other.release()
        taken(descriptor, how)

    monkeypatch.setattr(fcntl, "flock", removed)
    assert not late.acquire()
    assert late.acquire()
    assert file.exists()


def test_a_link_is_not_followed_and_an_error_names_the_file(file, tmp_path):
    file.symlink_to(tmp_path / "theirs")
    with pytest.raises(OSError, match="lock") as error:
        FileLock(file).acquire()
    assert error.value.filename == str(file)
    assert not (tmp_path / "theirs").exists()
    with pytest.raises(FileNotFoundError):
        FileLock(tmp_path / "none/lock").acquire()
