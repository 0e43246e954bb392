"""Pages of the newsvendor."""

from cakernel.report.folder import FolderKind, ReportParts
from cakernel.report.sweep import sweep_contents

PARTS = ReportParts(
    sweep=FolderKind(
        title="How much to order",
        made_by="sweep",
        contents=sweep_contents,
        methods=lambda folder: ["A newsvendor orders before demand is known."],
    ),
)
