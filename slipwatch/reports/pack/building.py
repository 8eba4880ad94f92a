"""The sheets of a project's pack in the order in which a committee reads them, as parts of a page and as sections."""

from __future__ import annotations

from dataclasses import replace

from slipwatch.document import blocks as b
from slipwatch.locales import Catalogue
from slipwatch.model.alert import Transition
from slipwatch.reports.blocks import Grid, Part, simplify
from slipwatch.reports.changes import title_changes, write_changes
from slipwatch.reports.facts import ProjectFacts
from slipwatch.reports.given import ReportInput
from slipwatch.reports.pack.decisions import write_decisions
from slipwatch.reports.pack.moved import write_lines, write_moved
from slipwatch.reports.pack.notes import note_decisions, note_lights, note_sources
from slipwatch.reports.pack.sheet import SEPARATOR, Desk, Sheet
from slipwatch.reports.pack.status import write_status, write_unjudged
from slipwatch.reports.pack.supply import write_exceptions
from slipwatch.reports.rag import Lights, judge_project
from slipwatch.reports.sections import build_words
from slipwatch.reports.substance import write_actions
from slipwatch.reports.trust import write_freshness
from slipwatch.reports.words import NOTHING, Words


def build_pack(given: ReportInput, key: str, catalogue: Catalogue, language: str) -> b.Pack:
    """The pack of a project in neutral blocks. `given` may speak of other projects too: nothing of them is said."""
    words = build_words(given, catalogue, language)
    desk = open_desk(given, key, words)
    lights = judge_project(desk.project)
    return b.Pack(
        title=title_pack(desk),
        language=words.language,
        sections=tuple(_simplify(sheet) for sheet in list_sheets(desk, lights)),
        words=list_words(desk, lights),
        more=words.say("pack.more", count="{count}"),
        page=words.say("pack.page", title="{title}", number="{number}", total="{total}"),
    )


def open_desk(given: ReportInput, key: str, words: Words) -> Desk:
    """Raises `KeyError` where no project has the key."""
    own = narrow(given, key)
    return Desk(given=own, project=own.projects[0], words=words)


def narrow(given: ReportInput, key: str) -> ReportInput:
    """What is said of one project. Raises `KeyError` where there is none of that key."""
    project = next((project for project in given.projects if project.key == key), None)
    if project is None:
        raise KeyError(key)
    return replace(
        given,
        projects=(project,),
        transitions=tuple(one for one in given.transitions if _is_about(one, project)),
        approvals=tuple(approval for approval in given.approvals if approval.project in (None, key)),
    )


def _is_about(transition: Transition, project: ProjectFacts) -> bool:
    """Of the project itself, or of a source that feeds it."""
    subject = transition.alert.subject
    if subject.project is not None:
        return subject.project == project.key
    return transition.alert.key in {alert.key for alert in project.alerts}


def title_pack(desk: Desk) -> str:
    return desk.words.say("pack.title", project=desk.project.name, day=desk.given.day)


def _simplify(sheet: Sheet) -> b.Section:
    return b.Section(
        key=sheet.key,
        title=sheet.title,
        blocks=simplify(sheet.parts),
        notes=sheet.notes,
        part_of=sheet.part_of,
        most_pages=sheet.most_pages,
    )


def list_sheets(desk: Desk, lights: Lights) -> tuple[Sheet, ...]:
    """Status, milestones with their chart, decisions, suppliers, actions, changes, and what was not judged."""
    words = desk.words
    sources = note_sources(desk)
    slips, news = (words.say("pack.note.slip"),), title_changes(desk.given, words)

    def write(key: str, parts: tuple[Part, ...], *notes: str, title: str = "") -> Sheet:
        return Sheet(key=key, title=title or words.say(f"pack.{key}"), parts=parts, notes=(*sources, *notes))

    status = write("status", write_status(desk, lights), *note_lights(words), title=_title_status(desk))
    return (
        replace(status, most_pages=1),
        write("milestones", write_moved(desk), *slips),
        replace(write("trend", write_lines(desk), *slips), part_of="milestones", most_pages=1),
        write("decisions", write_decisions(desk), *note_decisions(desk)),
        write("suppliers", write_exceptions(desk), words.say("pack.note.supply")),
        replace(write("actions", write_actions(_leave_decisions(desk.project), words)), part_of="suppliers"),
        write("changes", _leave_project(write_changes(desk.given, words), words), title=news),
        write("unjudged", _write_basis(desk, lights), words.say("pack.note.grey")),
    )


def _title_status(desk: Desk) -> str:
    return desk.words.say("pack.status", project=desk.project.name)


def _leave_decisions(project: ProjectFacts) -> ProjectFacts:
    """Overdue decisions stand among the decisions requested."""
    return replace(project, actions=tuple(action for action in project.actions if not action.is_decision))


def _leave_project(parts: tuple[Part, ...], words: Words) -> tuple[Part, ...]:
    """Tables without the column that names the project: there is only one."""
    return tuple(_drop_column(part, words.say("project")) if isinstance(part, Grid) else part for part in parts)


def _drop_column(grid: Grid, title: str) -> Grid:
    kept = [number for number, column in enumerate(grid.columns) if column.title != title]
    return replace(
        grid,
        columns=tuple(grid.columns[number] for number in kept),
        rows=tuple(replace(row, cells=tuple(row.cells[number] for number in kept)) for row in grid.rows),
    )


def _write_basis(desk: Desk, lights: Lights) -> tuple[Part, ...]:
    return (
        *write_unjudged(desk, lights),
        b.Heading(3, desk.words.say("freshness")),
        write_freshness(desk.sources, desk.words),
    )


def list_words(desk: Desk, lights: Lights) -> dict[str, str]:
    """Texts that a template may ask for by name, beside the title of each slide."""
    given, words = desk.given, desk.words
    as_of, age = words.say("as_of", at=given.at, zone=given.zone_name), tell_age(desk)
    name, day = given.next_committee or (NOTHING, None)
    return {
        "subtitle": SEPARATOR.join((as_of, age)),
        "programme": given.programme,
        "project": desk.project.name,
        "as_of": as_of,
        "data_age": age,
        "next_committee": words.say("next_committee", name=name, day=day) if day else NOTHING,
        "light": words.say(f"colour.{lights.own.colour.name.lower()}"),
        "sources": tell_sources(desk),
        "footer": words.say("pack.footer", programme=given.programme, sources=tell_sources(desk)),
    }


def tell_age(desk: Desk) -> str:
    """The oldest data that the pack rests on, and which sources are out of date."""
    words = desk.words
    dated = [(source.data_as_of, source.key) for source in desk.sources if source.data_as_of and source.rhythm_days]
    stale = [source.key for source in desk.sources if source.is_stale]
    told = words.say("pack.age.none")
    if dated:
        moment, key = min(dated)
        told = words.say("pack.age.oldest", source=key, day=words.local_day(moment))
    return f"{told} {words.say('pack.age.stale', count=len(stale), names=', '.join(stale))}" if stale else told


def tell_sources(desk: Desk) -> str:
    return ", ".join(source.key for source in desk.sources) or NOTHING
