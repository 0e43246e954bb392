"""Reports: one page of HTML from a folder of results, every number traced to its rows.

Needs the extra `report`.
"""

from cakernel.errors import InvalidInput

try:
    import jinja2  # noqa: F401
except ModuleNotFoundError:
    raise InvalidInput(
        "report: got no library jinja2, which it needs; install cakernel[report]"
    ) from None

from cakernel.report.html_page import write_report
from cakernel.report.verification import mismatches

__all__ = ["mismatches", "write_report"]
