"""The status report: facts in, neutral blocks or one self-contained HTML file out; one function per section."""

from slipwatch.reports.given import ReportInput
from slipwatch.reports.page import render_report
from slipwatch.reports.sections import build_report

__all__ = ["ReportInput", "build_report", "render_report"]
