"""What the repository holds: known names at the top, and no large file."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TOP = {
    *(".ci", ".gitignore", "CHANGELOG.md", "CITATION.cff", "CONTRIBUTING.md", "LICENSE"),
    *("README.md", "benchmarks", "docs", "pyproject.toml", "scripts", "src", "tests"),
}
# pictures of the documentation are the largest
MOST_BYTES = 512 * 1024


def git(root: Path, *words: str) -> str:
    """Return what git says in a folder, or skip the test where there is no git that can."""
    if shutil.which("git") is None:
        pytest.skip("needs git")
    said = subprocess.run(["git", "-C", root, *words], capture_output=True, text=True)
    if said.returncode:
        pytest.skip(f"no checkout: {said.stderr.strip()}")
    return said.stdout


def tracked(root: Path) -> list[str]:
    """Return the files that git tracks in its checkout at ``root``; skip where it is none."""
    top = git(root, "rev-parse", "--show-toplevel").strip()
    if Path(top).resolve() != root.resolve():
        # unpacked from an archive, within something else's checkout
        pytest.skip("no checkout of its own")
    return git(root, "ls-files", "-z").split("\0")[:-1]


def strange(root: Path) -> list[str]:
    """Return what does not belong there: names at the top, and large files."""
    files = tracked(root)
    large = [f for f in files if (root / f).is_file() and (root / f).stat().st_size > MOST_BYTES]
    return sorted({Path(name).parts[0] for name in files} - TOP) + large


def test_nothing_is_tracked_that_does_not_belong_there():
    assert {Path(name).parts[0] for name in tracked(ROOT)} >= {"src", "tests", "pyproject.toml"}
    assert strange(ROOT) == []


def test_a_stray_file_and_a_large_one_are_found(tmp_path):
    git(tmp_path, "init", "--quiet")
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "large.bin").write_bytes(bytes(MOST_BYTES + 1))
    for name in ("README.md", "tool.whl", "untracked"):
        (tmp_path / name).write_text("")
    git(tmp_path, "add", "README.md", "tool.whl", "docs")
    assert strange(tmp_path) == ["tool.whl", "docs/large.bin"]


def test_folders_within_another_checkout_are_left_alone(tmp_path):
    git(tmp_path, "init", "--quiet")
    (tmp_path / "inside").mkdir()
    with pytest.raises(pytest.skip.Exception, match="no checkout of its own"):
        strange(tmp_path / "inside")
