"""What the PMO sees in the Prefect UI: portfolio, one page per project, progress of the collection, health of sources.

Artifacts are views: one that fails is logged and never fails a run. Every value goes through `show`, because NaT,
timestamps and numpy numbers make a table artifact raise.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import wraps
from numbers import Integral, Real
from typing import ParamSpec

from prefect import get_run_logger
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.exceptions import PrefectException

from slipwatch.document.escape import escape_markdown
from slipwatch.engine.collect import SourceReport
from slipwatch.engine.reporting import ProjectPage, describe_run
from slipwatch.engine.run import RunReport
from slipwatch.engine.wiring import Programme

P = ParamSpec("P")

VIEW_FAULTS = (PrefectException, OSError, ValueError, TypeError, LookupError, RuntimeError)


def name_key(*parts: str) -> str:
    """An artifact key: lower-case letters, digits and dashes only.

    >>> name_key("project", "Déploiement Évry_2")
    'project-deploiement-evry-2'
    """
    plain = unicodedata.normalize("NFKD", "-".join(parts)).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def show(value: object) -> str | int | float | bool | None:
    """A value that a table artifact takes: numbers, truth and nothing as they are, all else as text."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, Integral):
        return int(value)
    if isinstance(value, Real):
        return float(value) if value == value else None  # NaN alone differs from itself
    text = str(value)
    return None if text in {"NaT", "<NA>", "nan"} else text


def keep_quiet(publish: Callable[P, None]) -> Callable[P, None]:
    """A view that cannot be shown is a line in the log."""

    @wraps(publish)
    def publish_quietly(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            publish(*args, **kwargs)
        except VIEW_FAULTS as fault:
            get_run_logger().warning("not shown: %s: %s", type(fault).__name__, fault)

    return publish_quietly


@keep_quiet
def publish_collection(report: SourceReport) -> None:
    """What became of one source in this run."""
    columns = ("stream", "state", "rows", "new", "changed", "rejects", "vanished", "reason", "detail")
    rows = [{column: show(getattr(stream, column)) for column in columns} for stream in report.streams]
    create_table_artifact(
        table=rows or [{"stream": "", "state": "nothing new"}],
        key=name_key("collection", report.source),
        description=f"**{report.source}**: what this run read",
    )


@keep_quiet
def publish_programme(programme: Programme, report: RunReport) -> None:
    """Portfolio, sources and one page per project."""
    views = describe_run(programme, report)
    overview, pages = views.overview, views.pages
    create_table_artifact(
        table=[{name: show(value) for name, value in row.items()} for row in overview.rows],
        key="portfolio",
        description=f"{overview.summary}\n{link_pages(pages)}",
    )
    create_table_artifact(
        table=[{name: show(value) for name, value in row.items()} for row in overview.sources],
        key="sources",
        description=overview.freshness,
    )
    for page in pages:
        _publish_page(page)


def link_pages(pages: Sequence[ProjectPage]) -> str:
    """A line of links to the page of each project: the side menu of Prefect has no entry for artifacts.

    They are relative, so that a reader stays in the one of Prefect's two UIs that shows them.
    """
    return " · ".join(f"[{escape_markdown(page.key)}](../key/{name_key('project', page.key)})" for page in pages)


def _publish_page(page: ProjectPage) -> None:
    create_markdown_artifact(markdown=page.markdown, key=name_key("project", page.key), description=page.summary)
