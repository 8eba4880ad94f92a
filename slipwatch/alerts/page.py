"""A letter as a document: headline, what is new, worse and over, and beneath it what was not judged and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from slipwatch.alerts.card import MOST_REASONS, TEXT_LIMIT, tell, tell_change, write_card
from slipwatch.alerts.inventory import GreyGroup, InventoryGroup
from slipwatch.alerts.routing import Letter, Line
from slipwatch.alerts.wording import Wording
from slipwatch.document import blocks as b
from slipwatch.document.escape import clean_line, clean_url
from slipwatch.model.alert import Change

MOST_CARDS = 10
MOST_ROWS = 100
MOST_KEYS = 40

DraftName = Callable[[Line], str | None]


@dataclass(frozen=True, kw_only=True)
class Links:
    """Where a reader can look further; `report` is an address or a path."""

    prefect_url: str | None = None
    report: str | None = None


def write_letter(letter: Letter, wording: Wording, *, links: Links, name_draft: DraftName) -> b.Document:
    """The document of one letter. `name_draft` gives the file name of a line's draft, None where there is none."""
    blocks: list[b.Block] = []
    if letter.lines:
        blocks.append(_count_changes(letter, wording))
    for write in (
        _write_inventory,
        _write_opened,
        _write_worse,
        _write_smaller,
        _write_ended,
        _write_notes,
        _write_grey,
    ):
        blocks += write(letter, wording, name_draft)
    blocks += _write_links(links, wording)
    return b.Document(
        title=write_headline(letter, wording),
        language=wording.language,
        blocks=tuple(blocks),
        preview=_write_preview(letter, wording),
    )


def write_headline(letter: Letter, wording: Wording) -> str:
    """What happened, in a few words."""
    if letter.lines:
        return wording.say("mail.headline.changes", changes=write_counts(letter, wording))
    if letter.inventory:
        return wording.say("mail.headline.inventory")
    return wording.say("mail.headline.notes" if letter.notes else "mail.headline.heartbeat")


def write_counts(letter: Letter, wording: Wording) -> str:
    """Changes and their numbers in the order of `Change`: 2 new, 1 worse, 1 resolved."""
    counts = Counter(line.transition.change for line in letter.lines)
    return ", ".join(wording.say(f"count.{change}", count=counts[change]) for change in Change if counts[change])


def _write_preview(letter: Letter, wording: Wording) -> str:
    leading = (*letter.new, *letter.worse, *letter.better, *letter.reminded, *letter.ended)
    return tell(leading[0].reasons[0], wording) if leading and leading[0].reasons else ""


def _count_changes(letter: Letter, wording: Wording) -> b.Counters:
    figures: tuple[tuple[int, str, b.Tone], ...] = (
        (len(letter.new) + len(letter.more), "opened", "critical"),
        (len(letter.worse), "worsened", "warning"),
        (len(letter.better), "better", "good"),
        (len(letter.ended), "ended", "good"),
        (letter.still_open, "open", "neutral"),
    )
    return b.Counters(
        tuple(
            (str(count), wording.say(f"mail.counter.{name}"), tone if count else "neutral")
            for count, name, tone in figures
            if count or name != "better"
        )
    )


def _write_inventory(letter: Letter, wording: Wording, _draft: DraftName) -> Iterator[b.Block]:
    if not letter.inventory:
        return
    yield b.Heading(2, wording.say("mail.section.inventory"))
    yield b.Paragraph(wording.say("mail.inventory.intro"))
    yield b.Table(
        columns=(
            b.Column(wording.say("mail.column.finding")),
            b.Column(wording.say("mail.column.count"), "right"),
            b.Column(wording.say("mail.column.worst"), "right"),
        ),
        rows=tuple(
            (wording.name_rule(group.rule), str(len(group.keys)), wording.measure(group.worst, group.unit))
            for group in letter.inventory
        ),
    )
    for group in letter.inventory:
        yield from _write_group(group, wording)


def _write_group(group: InventoryGroup, wording: Wording) -> Iterator[b.Block]:
    keys = [clean_line(key, 60) for key in group.keys[:MOST_KEYS]]
    if len(group.keys) > MOST_KEYS:
        keys.append(wording.say("mail.more.rows", count=len(group.keys) - MOST_KEYS))
    yield b.Heading(3, wording.name_rule(group.rule))
    yield b.Paragraph(wording.say("mail.inventory.keys", keys=", ".join(keys)))
    yield b.Paragraph(wording.say("mail.inventory.action", action=clean_line(wording.tell(group.action), TEXT_LIMIT)))


def _write_opened(letter: Letter, wording: Wording, name_draft: DraftName) -> Iterator[b.Block]:
    if letter.new:
        yield b.Heading(2, wording.say("mail.section.opened"))
        yield from (write_card(line, wording, draft=name_draft(line)) for line in letter.new)
    if letter.more:
        yield b.Paragraph(wording.say("mail.more.opened", count=len(letter.more)))


def _write_worse(letter: Letter, wording: Wording, name_draft: DraftName) -> Iterator[b.Block]:
    if letter.worse:
        yield b.Heading(2, wording.say("mail.section.worsened"))
        yield from (write_card(line, wording, draft=name_draft(line)) for line in letter.worse[:MOST_CARDS])
    if len(letter.worse) > MOST_CARDS:
        yield b.Paragraph(wording.say("mail.more.lines", count=len(letter.worse) - MOST_CARDS))


def _write_smaller(letter: Letter, wording: Wording, _draft: DraftName) -> Iterator[b.Block]:
    """Changes that ask for nothing new: a row each."""
    for section, lines in (("better", letter.better), ("reminded", letter.reminded)):
        if lines:
            yield b.Heading(2, wording.say(f"mail.section.{section}"))
            yield _list_lines(lines, wording)


def _list_lines(lines: Sequence[Line], wording: Wording) -> b.Table:
    columns = ("subject", "changed", "accountable")
    return b.Table(
        columns=tuple(b.Column(wording.say(f"mail.column.{name}")) for name in columns),
        rows=tuple(
            (
                (b.Span(_name(line, wording), strong=True),),
                tell_change(line, wording),
                wording.name_role(line.transition.alert.accountable),
            )
            for line in lines
        ),
        most_rows=MOST_ROWS,
        more=wording.say("mail.more.rows", count="{count}"),
    )


def _name(line: Line, wording: Wording) -> str:
    alert = line.transition.alert
    return wording.name_subject(alert.subject, alert.key.concern)


def _write_ended(letter: Letter, wording: Wording, _draft: DraftName) -> Iterator[b.Block]:
    if not letter.ended:
        return
    yield b.Heading(2, wording.say("mail.section.ended"))
    columns = ("subject", "concern", "ended", "since")
    yield b.Table(
        columns=tuple(b.Column(wording.say(f"mail.column.{name}")) for name in columns),
        rows=tuple(_write_ending(line, wording) for line in letter.ended),
        most_rows=MOST_ROWS,
        more=wording.say("mail.more.rows", count="{count}"),
    )


def _write_ending(line: Line, wording: Wording) -> tuple[b.Text, ...]:
    alert = line.transition.alert
    opened = alert.opened_at.astimezone(wording.zone).date()
    return (
        (b.Span(_name(line, wording), strong=True),),
        wording.name_word(alert.key.concern),
        wording.name_word(line.transition.change),
        wording.say("format.day", day=opened),
    )


def _write_notes(letter: Letter, wording: Wording, _draft: DraftName) -> Iterator[b.Block]:
    if letter.notes:
        yield b.Heading(2, wording.say("mail.section.notes"))
        yield b.Bullets(tuple(clean_line(wording.tell(note), TEXT_LIMIT) for note in letter.notes[:MOST_ROWS]))


def _write_grey(letter: Letter, wording: Wording, _draft: DraftName) -> Iterator[b.Block]:
    if letter.grey:
        yield b.Heading(2, wording.say("mail.section.grey"))
        yield b.Table(
            columns=(
                b.Column(wording.say("mail.column.what")),
                b.Column(wording.say("mail.column.count"), "right"),
                b.Column(wording.say("mail.column.why")),
            ),
            rows=tuple(_write_grey_row(group, wording) for group in letter.grey),
            most_rows=MOST_ROWS,
            more=wording.say("mail.more.rows", count="{count}"),
        )


def _write_grey_row(group: GreyGroup, wording: Wording) -> tuple[b.Text, ...]:
    rules = ", ".join(wording.name_rule(rule) for rule in group.rules[:MOST_REASONS])
    why = wording.say(f"grey.{group.reason}")
    text = clean_line(wording.tell(group.text), TEXT_LIMIT)
    cure = clean_line(wording.tell(group.cure), TEXT_LIMIT) if group.cure else ""
    detail = " ".join(filter(None, (text, wording.say("mail.grey.cure", cure=cure) if cure else "")))
    return (rules, str(len(group.counted)), (b.Span(f"{why} ", strong=True), b.Span(detail)))


def _write_links(links: Links, wording: Wording) -> Iterator[b.Block]:
    if clean_url(links.prefect_url):
        yield b.Link(wording.say("mail.link.prefect"), links.prefect_url or "")
    if clean_url(links.report):
        yield b.Link(wording.say("mail.link.report"), links.report or "")
    elif links.report:
        yield b.Paragraph(wording.say("mail.report.path", path=clean_line(links.report, 200)))
