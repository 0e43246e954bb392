"""What several test files share."""

import shutil
import sys

import pytest

from cakernel.cli import main


@pytest.fixture
def cakernel(monkeypatch, tmp_path, capsys):
    """Run the command line in an empty folder; return exit code, standard output and error."""
    monkeypatch.chdir(tmp_path)

    def call(*arguments):
        monkeypatch.setattr(sys, "argv", ["cakernel", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        captured = capsys.readouterr()
        return ended.value.code or 0, captured.out, captured.err

    return call


@pytest.fixture(scope="session")
def reports(tmp_path_factory):
    """Small folders of results by kind, each with its report beside it, as FOLDER.html."""
    import report_folders
    from cakernel.report import write_report

    root = tmp_path_factory.mktemp("reports")
    folders = {kind: write(root / kind) for kind, write in report_folders.FOLDERS.items()}
    for kind, folder in folders.items():
        write_report(folder, root / f"{kind}.html")
    return folders


@pytest.fixture
def copied(reports, tmp_path):
    """Copy the folder of a kind, to be changed."""

    def call(kind):
        return shutil.copytree(reports[kind], tmp_path / "copy", dirs_exist_ok=True)

    return call
