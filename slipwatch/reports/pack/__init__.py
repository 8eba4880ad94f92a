"""The pack of a committee: the facts of one project on a few slides, in a document and on a page."""

from slipwatch.reports.pack.building import build_pack, list_sheets, narrow
from slipwatch.reports.pack.page import render_pack

__all__ = ["build_pack", "list_sheets", "narrow", "render_pack"]
