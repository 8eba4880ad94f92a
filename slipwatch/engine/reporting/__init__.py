"""Reports of a programme: gathered from the ledger and a judgement, written as a file or shown as pages."""

from slipwatch.engine.reporting.gather import gather_report
from slipwatch.engine.reporting.views import Overview, ProjectPage, Views, describe_run
from slipwatch.engine.reporting.writing import write_report

__all__ = [
    "Overview",
    "ProjectPage",
    "Views",
    "describe_run",
    "gather_report",
    "write_report",
]
