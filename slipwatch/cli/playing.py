"""`demo`: plays the sample programme and tells it week by week."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from slipwatch.cli.call import Call
from slipwatch.cli.console import Console
from slipwatch.errors import ConfigError, SourceError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slipwatch.engine.wiring import Programme
    from slipwatch.locales import Catalogue
    from slipwatch.model.alert import Transition
    from slipwatch.model.finding import Message
    from slipwatch.model.portfolio import Portfolio
    from slipwatch.sample.demo import Demo, Week

FLOW = "flows.replay"
"""Run as a program of its own: Prefect reads its settings when it is imported."""

LANGUAGE = "en"
TITLE = "Confluence, a fictional rollout: three projects, six systems, 26 Mondays. What a PMO is told, and when."
PROMISE = "who moved which date, when, and what every system showed that day"


def play_demo(call: Call) -> int:
    """Play all polls, tell them, and say where everything is. Exit code 3 when a source failed."""
    from slipwatch.sample.demo import play

    folder = Path(call.get("folder"))
    teller = Teller(call.console, folder=folder.absolute(), quiet=bool(call.get("json")))
    teller.open()
    last_run = None if call.get("no_prefect") else _run_flow
    try:
        demo = play(
            folder.absolute(),
            environ=_strip(call),
            seed=call.get("seed"),
            polls=call.get("weeks"),
            told=teller.tell,
            last_run=last_run,
        )
    except FileExistsError as error:
        raise ConfigError(str(error), subject="--folder", cure="name an empty folder") from error
    failed = sorted({key for week in demo.weeks if week.report for key in week.report.failed_sources})
    teller.close(demo)
    if call.get("json"):
        call.console.show_json({"folder": str(demo.folder), "weeks": teller.weeks, "failed_sources": failed})
    return 3 if failed else 0


def _strip(call: Call) -> dict[str, str]:
    """The demo keeps to its own folder, whatever the environment says of the user's programme."""
    return {name: value for name, value in call.environ.items() if not name.startswith("SLIPWATCH_")}


def _run_flow(config: Path, home: Path, at: datetime) -> None:
    """The last poll as a Prefect flow run. Raises `SourceError` with the end of its output when it fails."""
    command = [sys.executable, "-m", FLOW, "--config", str(config), "--home", str(home), "--at", at.isoformat()]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SourceError(
            f"the flow run failed: {(done.stderr or done.stdout)[-1500:]}",
            subject="Prefect",
            cure="`slipwatch demo --no-prefect` plays without it",
        )


@dataclass
class Teller:
    """Tells each week in a few lines, and remembers what the last lines need."""

    console: Console
    folder: Path
    quiet: bool = False
    weeks: list[dict[str, Any]] = field(default_factory=list)
    told: list[tuple[date, Transition]] = field(default_factory=list)

    @cached_property
    def portfolio(self) -> Portfolio:
        from slipwatch.settings import load_settings

        return load_settings(self.folder / "config").build_portfolio()

    @cached_property
    def catalogue(self) -> Catalogue:
        from slipwatch.locales import Catalogue
        from slipwatch.registry import find_catalogues

        return Catalogue(find_catalogues())

    def open(self) -> None:
        self._say(TITLE)
        self._say()

    def tell(self, week: Week) -> None:
        """One week. A poll that was run elsewhere is read from the ledger afterwards."""
        if week.report is not None and week.report.told is not None:
            self._tell(week.poll.number, week.poll.day, week.report.told.outcome.transitions)

    def _tell(self, number: int, day: date, transitions: Sequence[Transition]) -> None:
        from slipwatch.model.alert import Change

        self.told += [(day, transition) for transition in transitions]
        known = [t for t in transitions if t.change is Change.INVENTORIED]
        news = [t for t in transitions if t.change is not Change.INVENTORIED]
        self._say(f"W{number:<2} {day:%a %d %b %Y}{'' if transitions else '   nothing to tell'}")
        if known:
            self._say(f"    known        {len(known)} in the opening inventory: listed once, never an alert")
        for transition in sorted(news, key=lambda t: (list(Change).index(t.change), -t.alert.severity)):
            for line in self._describe(day, transition):
                self._say(line)
        changes = [
            {"change": t.change, "key": t.alert.subject.key, "concern": t.alert.key.concern} for t in transitions
        ]
        self.weeks.append({"poll": number, "day": day.isoformat(), "changes": changes})

    def _describe(self, day: date, transition: Transition) -> list[str]:
        from slipwatch.model.alert import ENDINGS, Change

        alert = transition.alert
        name = f"{alert.subject.key} {alert.subject.name}".strip()
        head = f"    {_WORDS.get(transition.change.name, transition.change):<12} {name}"
        if transition.change in ENDINGS:
            return [f"{head}, open since {alert.opened_at:%d %b}"]
        lines = [f"{head}: {self._say_reasons(transition)}"]
        if transition.change is Change.OPENED:
            lines.append(f"                 {self._say_next(day, alert.accountable)}")
        return lines

    def _say_reasons(self, transition: Transition) -> str:
        """What is new: the rules that joined or rose; all of them where that is not told."""
        chosen = {*transition.joined, *transition.raised} & set(transition.alert.reasons) or transition.alert.reasons
        return " ".join(self._translate(transition.alert.reasons[rule].finding.text) for rule in sorted(chosen))

    def _say_next(self, day: date, role: str | None) -> str:
        from slipwatch.sample.demo import next_committee

        known = self.portfolio.roles.get(role or "")
        meeting = next_committee(day)
        asked = f"draft for {known.name}" if known else "nobody to ask"
        wait = f"; the steering committee meets in {(meeting - day).days} days" if meeting else ""
        return f"{asked}{wait}"

    def _translate(self, message: Message) -> str:
        return self.catalogue.translate(message, LANGUAGE)

    def close(self, demo: Demo) -> None:
        """The last poll where it ran elsewhere, the proof behind the headline, and where everything is."""
        from slipwatch.engine.wiring import open_programme

        last = demo.weeks[-1].poll
        programme = open_programme(demo.config, environ={}, now=lambda: last.at, home=demo.home)
        try:
            if demo.weeks[-1].report is None:
                self._tell_from_ledger(programme, last.number, last.at)
            self._say()
            self._say_proof(programme)
        finally:
            programme.close()
        self._say_places(demo)

    def _tell_from_ledger(self, programme: Programme, number: int, at: datetime) -> None:
        from slipwatch.store.alerts import read_transitions

        found = [transition for transition in read_transitions(programme.ledger) if transition.at >= at]
        self._tell(number, at.date(), found)

    def _say_proof(self, programme: Programme) -> None:
        """How long before the committee the first alert came whose milestone was re-baselined in the end."""
        from slipwatch.model.alert import Change

        moved = [transition.alert for _, transition in self.told if transition.change is Change.REBASELINED]
        if not moved:
            return
        first = min(moved, key=lambda alert: alert.opened_at)
        heard, name, new = _find_decision(programme, [alert.subject.key for alert in moved])
        proof = first.opened_at.astimezone(programme.zone).date()
        self._say_moves(programme, first.subject.key)
        early = f"{proof.day} {proof:%B}, {(heard - proof).days} days earlier"
        self._say(
            f"The steering committee heard on {heard.day} {heard:%B} that {name} moves to {new:%B}; "
            f"the first proof was there on {early}: {PROMISE}."
        )

    def _say_moves(self, programme: Programme, key: str) -> None:
        from slipwatch.engine.history import trace

        for history in trace(programme, key):
            self._say(f"{history.key} {history.name}, as the systems stated it:")
            for stated in history.statements:
                if stated.moved_days:
                    self._say(
                        f"    {stated.known_at.astimezone(programme.zone):%d %b %Y %H:%M}  {stated.source:<5}"
                        f"{stated.old} → {stated.new}  {stated.moved_days:+d} days  {stated.stated_by or ''}".rstrip()
                    )
            self._say()

    def _say_places(self, demo: Demo) -> None:
        mails, drafts = _count(demo.home / "mails"), _count(demo.home / "drafts")
        self._say()
        self._say_counts(demo)
        self._say(f"report   {_name(demo.report)}" if demo.report else "no report was written")
        self._say(f"mails    {_name(demo.home / 'mails')}   {mails} to the PMO, as .eml")
        self._say(
            f"drafts   {_name(demo.home / 'drafts')}   {drafts} ready to send, one per accountable role and alert"
        )
        self._say(f"ask      slipwatch --config {_name(demo.config)} --home {_name(demo.home)} history EC-40")

    def _say_counts(self, demo: Demo) -> None:
        """Noise is a figure too: messages, and the most new lines in one of them."""
        from slipwatch.model.alert import ENDINGS, Change

        opened = [day for day, transition in self.told if transition.change is Change.OPENED]
        ended = sum(transition.change in ENDINGS for _, transition in self.told)
        most = max((opened.count(day) for day in set(opened)), default=0)
        self._say(
            f"{len(opened)} alerts in {len(demo.weeks)} weeks, at most {most} new ones in a message; "
            f"{ended} ended, {len(opened) - ended} open"
        )
        self._say()

    def _say(self, text: str = "") -> None:
        if not self.quiet:
            self.console.say(text)


_WORDS = {"OPENED": "new", "WORSENED": "worse"}


def _find_decision(programme: Programme, keys: Sequence[str]) -> tuple[date, str, date]:
    """Day, name and new date of the milestone that the last baseline moved furthest, among these."""
    from slipwatch.settings.baselines import ScheduleProposal

    plans = [proposal for proposal in programme.settings.baselines if isinstance(proposal, ScheduleProposal)]
    dates = {item.milestone: item.date for plan in plans[:-1] for item in plan.items}
    moved = [item for item in plans[-1].items if item.milestone in keys]
    furthest = max(moved, key=lambda item: item.date - dates[item.milestone])
    return plans[-1].effective_on, programme.portfolio.milestones[furthest.milestone].name, furthest.date


def _count(folder: Path) -> int:
    return sum(1 for _ in folder.rglob("*.eml"))


def _name(path: Path) -> str:
    """A path as short as it can be from here."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
