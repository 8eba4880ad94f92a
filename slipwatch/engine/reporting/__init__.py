"""Reports of a programme: gathered from the ledger and a judgement, written as a file or shown as pages."""

from slipwatch.engine.reporting.gather import gather_report
from slipwatch.engine.reporting.views import Overview, ProjectPage, describe_portfolio, list_project_pages
from slipwatch.engine.reporting.writing import write_report

__all__ = [
    "Overview",
    "ProjectPage",
    "describe_portfolio",
    "gather_report",
    "list_project_pages",
    "write_report",
]
