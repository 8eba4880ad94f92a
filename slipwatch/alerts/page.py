"""A letter as a document: headline, what is new, worse and over, and beneath it what was not judged and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from slipwatch.alerts.card import TEXT_LIMIT, tell, tell_change, write_card
from slipwatch.alerts.inventory import GreyGroup, InventoryGroup
from slipwatch.alerts.routing import Letter, Line
from slipwatch.alerts.wording import NAME_LIMIT, Wording
from slipwatch.document import blocks as b
from slipwatch.document.escape import clean_line, clean_url
from slipwatch.model.alert import ENDINGS, Change

MOST_CARDS = 10
MOST_ROWS = 100
MOST_KEYS = 40
MOST_NAMES = 5

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
    """What matters most, and how much else there is."""
    if letter.lines:
        leading, more = find_leading(letter), len(letter.lines) - 1
        names = {
            "subject": clean_line(_name(leading, wording), NAME_LIMIT),
            "change": wording.name_word(leading.transition.change),
            "rule": wording.name_rule(leading.reasons[0].rule),
            "figure": wording.measure_finding(leading.reasons[0].finding, short=False),
        }
        is_over = leading.transition.change in ENDINGS or not names["figure"]
        first = wording.say(f"mail.headline.{'over' if is_over else 'line'}", **names)
        return wording.say("mail.headline.more", first=first, count=more) if more else first
    if letter.inventory:
        return wording.say("mail.headline.inventory", count=sum(len(group.keys) for group in letter.inventory))
    return wording.say("mail.headline.notes" if letter.notes else "mail.headline.heartbeat")


def find_leading(letter: Letter) -> Line:
    """The line that matters most; `letter` has lines."""
    return (*letter.new, *letter.worse, *letter.better, *letter.reminded, *letter.ended)[0]


def write_counts(letter: Letter, wording: Wording) -> str:
    """Changes and their numbers in the order of `Change`: 2 new, 1 worse, 1 resolved."""
    counts = Counter(line.transition.change for line in letter.lines)
    return ", ".join(wording.say(f"count.{change}", count=counts[change]) for change in Change if counts[change])


def _write_preview(letter: Letter, wording: Wording) -> str:
    """The sentence of what matters most; none where it is over, because it is no longer true."""
    if not letter.lines or find_leading(letter).transition.change in ENDINGS:
        return ""
    return tell(find_leading(letter).reasons[0], wording)


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
            (str(count), wording.say(f"mail.counter.{name}", count=count), tone if count else "neutral")
            for count, name, tone in figures
            if count or name != "better"
        )
    )


def _write_inventory(letter: Letter, wording: Wording, _draft: DraftName) -> Iterator[b.Block]:
    if not letter.inventory:
        return
    if letter.lines:
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
                b.Column(wording.say("mail.column.cure")),
            ),
            rows=tuple(_write_grey_row(group, wording) for group in letter.grey),
            most_rows=MOST_ROWS,
            more=wording.say("mail.more.rows", count="{count}"),
        )
    if letter.grey_as_before:
        yield b.Paragraph(wording.say("mail.grey_as_before", count=letter.grey_as_before), muted=True)


def _write_grey_row(group: GreyGroup, wording: Wording) -> tuple[b.Text, ...]:
    """What lacks, with its names where they are few; how many; and what would make it judgeable."""
    what = [b.Span(clean_line(wording.tell(group.text), TEXT_LIMIT) or wording.say(f"grey.{group.reason}"))]
    if len(group.counted) <= MOST_NAMES:
        names = ", ".join(clean_line(name, 60) for name in group.counted)
        what.append(b.Span(f" ({names})", muted=True))
    cure = clean_line(wording.tell(group.cure), TEXT_LIMIT) if group.cure else ""
    return (tuple(what), str(len(group.counted)), cure)


def _write_links(links: Links, wording: Wording) -> Iterator[b.Block]:
    if clean_url(links.prefect_url):
        yield b.Link(wording.say("mail.link.prefect"), links.prefect_url or "")
    if clean_url(links.report):
        yield b.Link(wording.say("mail.link.report"), links.report or "")
    elif links.report:
        yield b.Paragraph(wording.say("mail.report.path", path=clean_line(links.report, 200)))
