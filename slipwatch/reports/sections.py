"""The report as pages: portfolio, one page per project, annex."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from slipwatch.document import blocks as b
from slipwatch.locales import Catalogue
from slipwatch.model.alert import Alert, AlertState
from slipwatch.model.finding import Concern
from slipwatch.reports.annex import write_approvals, write_light_rules, write_provenance, write_rules
from slipwatch.reports.blocks import Notes, Page, Part, simplify_page
from slipwatch.reports.changes import title_changes, write_changes
from slipwatch.reports.facts import ProjectFacts
from slipwatch.reports.given import ReportInput
from slipwatch.reports.lights import count_colours, explain_lights, mark_light, name_anchor, write_lights
from slipwatch.reports.milestones import write_milestones, write_stories
from slipwatch.reports.opening import write_opening
from slipwatch.reports.rag import Colour, Lights, judge_project
from slipwatch.reports.spoken import write_spoken
from slipwatch.reports.standing import list_open, write_alerts, write_proposals
from slipwatch.reports.substance import write_actions, write_budget, write_scope
from slipwatch.reports.supply import write_supply
from slipwatch.reports.trend import write_trend
from slipwatch.reports.trust import write_freshness, write_grey, write_rejects, write_windows
from slipwatch.reports.words import Words


def build_words(given: ReportInput, catalogue: Catalogue, language: str) -> Words:
    return Words(catalogue=catalogue, language=catalogue.choose_language(language), zone=given.zone, roles=given.roles)


def build_report(given: ReportInput, catalogue: Catalogue, language: str) -> b.Document:
    """The whole report in neutral blocks, for any renderer of documents."""
    words = build_words(given, catalogue, language)
    blocks = tuple(block for page in build_pages(given, words) for block in simplify_page(page))
    return b.Document(title=title_report(given, words), language=words.language, blocks=blocks)


def title_report(given: ReportInput, words: Words) -> str:
    return words.say("title", programme=given.programme, day=given.day)


def build_pages(given: ReportInput, words: Words) -> tuple[Page, ...]:
    lights = {project.key: judge_project(project) for project in given.projects}
    return (
        build_portfolio(given, lights, words),
        *(build_project(project, given, lights[project.key], words) for project in given.projects),
        build_annex(given, words),
    )


def build_portfolio(given: ReportInput, lights: Mapping[str, Lights], words: Words) -> Page:
    """What a committee reads first: where all stands, what changed, what is asked of it, what the figures rest on."""
    parts: tuple[Part, ...] = (
        *write_summary(given, lights, words),
        write_lights(given, lights, words),
        b.Heading(2, title_changes(given, words)),
        *write_changes(given, words),
        b.Heading(2, words.say("proposals")),
        *write_proposals(given, words),
        b.Heading(2, words.say("freshness")),
        write_freshness(given.sources, words),
        *_write_source_alerts(given, words),
        b.Heading(2, words.say("grey")),
        *write_grey(given.grey, words),
        *write_opening(given, words),
    )
    return Page(anchor="portfolio", title=words.say("portfolio"), parts=parts)


def write_summary(given: ReportInput, lights: Mapping[str, Lights], words: Words) -> tuple[b.Block, ...]:
    """Three sentences: the lights, the alerts, and what the figures rest on."""
    counted = count_colours(lights.values())
    order = (Colour.RED, Colour.AMBER, Colour.GREY, Colour.GREEN)
    colours = ", ".join(
        words.say(f"summary.{colour.name.lower()}", count=counted[colour]) for colour in order if counted[colour]
    )
    alerts = {alert.key: alert for project in given.projects for alert in project.alerts}
    stale = [source.key for source in given.sources if source.is_stale]
    sentences = [
        words.say("summary.lights", colours=colours),
        _count_open(list_open(alerts.values()), words),
        *_compare_original(given, words),
        words.say("summary.stale", count=len(stale), names=", ".join(stale))
        if stale
        else words.say("summary.fresh", count=len(given.sources)),
        words.say("summary.unjudged", count=sum(len(entry.names) for entry in given.grey)),
    ]
    return (b.Paragraph(" ".join(sentences)),)


def _count_open(alerts: Sequence[Alert], words: Words) -> str:
    return words.say("summary.alerts", count=len(alerts)) if alerts else words.say("summary.no_alert")


def _compare_original(given: ReportInput, words: Words) -> list[str]:
    """Milestones ahead that only a new baseline made punctual: a moved target is drift too."""
    points = [point for project in given.projects for point in project.milestones]
    moved = [point for point in points if len(point.baselines) > 1 and not point.accepted_on]
    late = [(slip, point.name) for point in moved if (slip := point.original_slip_wd or 0) > (point.tolerance_wd or 0)]
    if not late:
        return []
    slip, name = max(late)
    return [words.say("summary.original", count=len(late), slip=slip, name=name, unit="wd")]


def _write_source_alerts(given: ReportInput, words: Words) -> tuple[Part, ...]:
    """Alerts about sources concern several projects: their evidence stands here once."""
    found = {
        alert.key: alert for project in given.projects for alert in project.alerts if alert.subject.entity == "source"
    }
    return write_alerts(found.values(), given, words) if list_open(found.values()) else ()


def build_project(project: ProjectFacts, given: ReportInput, lights: Lights, words: Words) -> Page:
    """Everything about one project, from its lights to its overdue actions."""
    own = [alert for alert in project.alerts if alert.subject.entity != "source"]
    parts: tuple[Part, ...] = (
        Notes(explain_lights(lights, words)),
        *_describe(project, words),
        b.Heading(3, words.say("milestones")),
        write_milestones(project, words),
        *write_trend(project.milestones, given.day, words),
        b.Heading(3, words.say("stories")),
        *write_stories(project, words),
        *write_spoken(project, given, words),
        b.Heading(3, words.say("alerts")),
        *write_alerts(own, given, words),
        *_write_known(project, words),
        b.Heading(3, words.say("supply")),
        *write_supply(project.supply, words),
        b.Heading(3, words.say("scope")),
        *write_scope(project.scope, words),
        b.Heading(3, words.say("budget")),
        *write_budget(project.budget, words),
        b.Heading(3, words.say("actions")),
        *write_actions(project, words),
    )
    title = f"{project.key} · {project.name}"
    return Page(anchor=name_anchor(project), title=title, parts=parts, mark=mark_light(lights.own.colour, words))


def _describe(project: ProjectFacts, words: Words) -> tuple[Part, ...]:
    names = [
        (words.say("accountable"), words.name_role(project.manager)),
        (words.say("integrator"), words.name_role(project.integrator)),
    ]
    if project.claimed:
        names.append((words.say("claimed"), project.claimed))
    return (b.Facts(tuple(names)),)


def _write_known(project: ProjectFacts, words: Words) -> tuple[Part, ...]:
    """What the opening inventory holds, and what was accepted from it: counted, never listed as news."""
    sentences = [
        words.say(f"alerts.{state}", count=count)
        for state in (AlertState.INVENTORY, AlertState.ACCEPTED)
        if (count := sum(alert.state is state and alert.key.concern is not Concern.QUALITY for alert in project.alerts))
    ]
    return (b.Paragraph(" ".join(sentences), muted=True),) if sentences else ()


def build_annex(given: ReportInput, words: Words) -> Page:
    parts: tuple[Part, ...] = (
        b.Heading(3, words.say("light_rules")),
        *write_light_rules(words),
        b.Heading(3, words.say("approvals")),
        *write_approvals(given, words),
        b.Heading(3, words.say("windows")),
        write_windows(given.windows, words),
        b.Heading(3, words.say("rejects")),
        *write_rejects(given, words),
        b.Heading(3, words.say("rules_in_force")),
        write_rules(given, words),
        b.Heading(3, words.say("provenance")),
        b.Paragraph(words.say("provenance.intro")),
        write_provenance(given, words),
    )
    return Page(anchor="annex", title=words.say("annex"), parts=parts)
