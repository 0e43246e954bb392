"""Reports: one page of HTML from a folder of results, every number traced to its rows.

Needs the extra `report`.
"""

from cakernel.extras import library

for _module in ("altair", "vl_convert", "jinja2"):
    library(_module, extra="report", what="a report")

from cakernel.report.html_page import ReportPage, report_page, write_report  # noqa: E402
from cakernel.report.verification import mismatches  # noqa: E402

__all__ = ["ReportPage", "mismatches", "report_page", "write_report"]
