"""What a sweep leaves out: impossible points and damaged files."""

from typing import Final

from cakernel.report.folder import RunFolder
from cakernel.report.page import Prose, Section, simple_grid

MOST: Final = 20
"""Impossible points that are listed."""


def left_out_sections(folder: RunFolder) -> list[Section]:
    """Return sections on points that are impossible and files that are damaged, where there are."""
    sections = []
    failures = folder.sweep.failures
    if failures.height:
        listed = failures.head(MOST)
        rows = [[str(row["point"]), row["error"]] for row in listed.iter_rows(named=True)]
        grid = simple_grid(
            "failures-table", "Impossible points, twenty at most.", ["point", "reason"], rows,
            kind="wordy",
        )  # fmt: skip
        sections.append(Section("failures", "Impossible points", [grid]))
    if folder.sweep.damaged:
        words = [f"Left out, damaged: {reason}." for reason in folder.sweep.damaged]
        sections.append(Section("damaged", "Damaged files", [Prose(words, finding=False)]))
    return sections
