"""What several test files share and is made once."""

import pytest


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
