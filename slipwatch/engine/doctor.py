"""Examines an installation without running it: configuration, plug-ins, secrets, ledger, sources, mail, Prefect."""

from __future__ import annotations

import stat
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from slipwatch.alerts.transports import ChecksItself
from slipwatch.engine.assess import choose_thresholds, list_checks
from slipwatch.engine.retention import SPOOL, describe_archive
from slipwatch.engine.wiring import Programme, open_programme
from slipwatch.errors import SlipwatchError
from slipwatch.registry import find_broken
from slipwatch.settings import explain
from slipwatch.store.archive import measure_spool

if TYPE_CHECKING:
    from slipwatch.connector import CheckReport

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
QUIET = {"PREFECT_SERVER_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1"}
OFF = {"false": frozenset({"false", "0"}), "1": frozenset({"1", "true"})}
"""Words that mean the same, by the one that we recommend."""

PRIVATE = ("ledger.db", "pseudonym.key", "prefect/prefect.db")
MOST_SKEW_SECONDS = 60


@dataclass(frozen=True, kw_only=True)
class Examined:
    """One thing that was looked at: its area (a file, a source, `mail`), whether it is well, words with the cure."""

    area: str
    ok: bool
    text: str


@dataclass(frozen=True, kw_only=True)
class Examination:
    """Everything that was looked at, in the order in which a person would correct it."""

    findings: tuple[Examined, ...]

    @property
    def ok(self) -> bool:
        return all(finding.ok for finding in self.findings)

    def as_json(self) -> dict[str, object]:
        return {"ok": self.ok, "findings": [asdict(finding) for finding in self.findings]}


def examine(
    config: Path,
    *,
    environ: Mapping[str, str],
    now: Callable[[], datetime],
    home: Path | None = None,
    offline: bool = False,
) -> Examination:
    """Look at everything that can be looked at; with `offline`, sources and mail server are not called.

    Nothing is changed in any source. Never raises for what is wrong: that is in the answer.
    """
    findings = [*_examine_plugins(), *_examine_prefect(environ)]
    try:
        programme = open_programme(config, environ=environ, now=now, home=home)
    except SlipwatchError as error:
        wrong = [Examined(area="configuration", ok=False, text=line) for line in explain(error).splitlines()]
        return Examination(findings=(*wrong, *findings))
    try:
        findings = [*_examine_programme(programme, offline=offline), *findings]
    finally:
        programme.close()
    return Examination(findings=tuple(findings))


def _examine_programme(programme: Programme, *, offline: bool) -> Iterator[Examined]:
    files = len(programme.settings.texts)
    yield Examined(area="configuration", ok=True, text=f"{files} files, {len(programme.settings.sources)} sources")
    yield Examined(area="ledger", ok=True, text=programme.ledger.address)
    yield Examined(area="archive", ok=True, text=describe_archive(programme, measure_spool(programme.home / SPOOL)))
    yield from _examine_files(programme.home)
    yield _try("rules", partial(_count_rules, programme))
    for source in programme.settings.sources:
        yield from _examine_source(programme, source, offline=offline)
    yield _try("mail", partial(_examine_mail, programme, offline=offline), programme.redact)


def _try(area: str, look: Callable[[], str], redact: Callable[[str], str] = str) -> Examined:
    try:
        return Examined(area=area, ok=True, text=redact(look()))
    except SlipwatchError as error:
        return Examined(area=area, ok=False, text=redact(str(error)))


def _count_rules(programme: Programme) -> str:
    checks = list_checks(programme)
    for check in checks:
        choose_thresholds(programme, check)
    return f"{len(checks)} rules, thresholds inside their bounds"


def _examine_mail(programme: Programme, *, offline: bool) -> str:
    mail = programme.settings.programme.mail
    transport = programme.open_transport()
    try:
        if offline:
            found = "options are valid; not called"
        elif isinstance(transport, ChecksItself):
            found = f"{transport.check()}; nothing was sent"
        else:
            found = "options are valid; it cannot be tried without sending"
    finally:
        transport.close()
    return f"{mail.transport}, from {mail.sender}: {found}"


def _examine_source(programme: Programme, source: str, *, offline: bool) -> Iterator[Examined]:
    try:
        connector = programme.open_connector(source)
    except SlipwatchError as error:
        yield Examined(area=source, ok=False, text=str(error))
        return
    try:
        if offline:
            yield Examined(area=source, ok=True, text="options are valid; not called")
        else:
            yield from _tell_check(source, connector.check())
    except SlipwatchError as error:
        yield Examined(area=source, ok=False, text=programme.redact(str(error)))
    finally:
        connector.close()


def _tell_check(source: str, report: CheckReport) -> Iterator[Examined]:
    for stream, problem in report.problems:
        yield Examined(area=f"{source}.{stream}" if stream else source, ok=False, text=problem)
    if report.ok:
        yield Examined(area=source, ok=True, text=report.version or "can be read")
    if abs(report.clock_skew_seconds) > MOST_SKEW_SECONDS:
        text = f"its clock differs by {report.clock_skew_seconds:.0f} s; set the clock of one of the two"
        yield Examined(area=source, ok=False, text=text)


def _examine_files(home: Path) -> Iterator[Examined]:
    """Files that hold facts or keys must not be readable for others; Windows keeps that in the profile's rights."""
    if sys.platform == "win32":
        return
    for name in PRIVATE:
        path = home / name
        if not path.exists() or not stat.S_IMODE(home.stat().st_mode) & 0o077:
            continue
        shared = bool(stat.S_IMODE(path.stat().st_mode) & 0o077)
        words = f"others may read it: chmod 600 {path}" if shared else "private"
        yield Examined(area=name, ok=not shared, text=words)


def _examine_plugins() -> Iterator[Examined]:
    for sentence in find_broken():
        yield Examined(area="plug-ins", ok=False, text=sentence)


def _examine_prefect(environ: Mapping[str, str]) -> Iterator[Examined]:
    """Prefect has one shared password and no roles: without it, its address must stay on this machine."""
    host = environ.get("PREFECT_SERVER_API_HOST", "127.0.0.1")
    guarded = bool(environ.get("PREFECT_SERVER_API_AUTH_STRING"))
    if host not in LOOPBACK and not guarded:
        text = (
            f"the server would listen on {host} without a password; set PREFECT_SERVER_API_AUTH_STRING or use 127.0.0.1"
        )
        yield Examined(area="prefect", ok=False, text=text)
    api = environ.get("PREFECT_API_URL", "")
    if api.startswith("http://") and urlsplit(api).hostname not in LOOPBACK:
        yield Examined(area="prefect", ok=False, text="PREFECT_API_URL is not encrypted; use https")
    loud = [f"{name}={value}" for name, value in QUIET.items() if environ.get(name, "").lower() not in OFF[value]]
    if loud:
        text = f"`slipwatch up` switches it off; for a Prefect server of your own set {' and '.join(loud)}"
        yield Examined(area="telemetry", ok=True, text=text)
