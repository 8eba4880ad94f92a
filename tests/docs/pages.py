"""Reads a page of the docs as what it tells a reader to do, and does it."""

import io
import os
import re
import shlex
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

from slipwatch.cli import run_command

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
FENCE = re.compile(r"^```(?P<language>\w*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
NAMED = re.compile(r"^File `(?P<path>[^`]+)`:$")
MAIL = "The newest mail says:"
ANYTHING = "..."
TIME = re.compile(r"\b[0-2][0-9]:[0-5][0-9]\b")


@dataclass(frozen=True)
class Block:
    """A fenced block: `before` is the last line of text above it, `heading` its section, `place` where it stands."""

    language: str
    text: str
    before: str
    heading: str
    place: str

    @property
    def path(self) -> str | None:
        """Name of the file that the block shows, where the text says so."""
        found = NAMED.match(self.before)
        return found["path"] if found else None


@dataclass(frozen=True)
class Command:
    """One line after a `$`, and what it is said to print."""

    line: str
    expected: str
    place: str


def read_blocks(page: Path) -> list[Block]:
    """Every fenced block of a page, in order."""
    text = page.read_text(encoding="utf-8")
    blocks = []
    for found in FENCE.finditer(text):
        above = text[: found.start()]
        before = above.rstrip().rpartition("\n")[2]
        heading = (HEADING.findall(FENCE.sub("", above)) or [""])[-1]
        place = f"{page.name}, line {above.count(chr(10)) + 1}"
        blocks.append(Block(found["language"], found["text"], before, heading, place))
    return blocks


def read_commands(block: Block) -> list[Command]:
    """The commands of a console block, each with the lines that follow it."""
    assert block.text.startswith("$ "), f"{block.place}: a console block begins with a command"
    return [
        Command(line, expected, block.place)
        for line, _, expected in (
            part.partition("\n") for part in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]
        )
    ]


def build_pattern(expected: str) -> re.Pattern[str]:
    """`...` stands for anything within its line; alone on a line for any lines, or none."""
    lines = []
    for line in expected.splitlines(keepends=True):
        if line.strip() == ANYTHING:
            lines.append(r"(?:.*\n)*?")
        else:
            lines.append(".*".join(map(re.escape, line.split(ANYTHING))))
    return re.compile("".join(lines))


def expect(said: str, expected: str, place: str) -> None:
    """Fail with both texts where they differ by more than the time of day and what `...` stands for."""
    pattern = build_pattern(TIME.sub("hh:mm", expected))
    assert pattern.fullmatch(TIME.sub("hh:mm", said)), f"{place}\n--- the page says\n{expected}\n--- it is\n{said}"


@dataclass
class Reader:
    """Somebody who follows a page in an empty folder: saves its files, types its commands, reads the mails.

    The clock begins on a working morning and moves a minute with every act; the files carry its time. Slipwatch is
    called in this process, so that it can be given that clock.
    """

    folder: Path
    now: datetime = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
    environ: dict[str, str] = field(default_factory=dict)
    done: list[str] = field(default_factory=list)

    def follow(self, page: Path, *, heading: str | None = None) -> None:
        """Everything that a page, or one section of it, tells, in its order."""
        blocks = [block for block in read_blocks(page) if heading in (None, block.heading)]
        assert blocks, f"{page.name} has nothing to do under {heading!r}"
        for block in blocks:
            if block.path:
                self.save(block.path, block.text)
            elif block.language == "console":
                for command in read_commands(block):
                    expect(self.type(command.line), command.expected, f"{command.place}: {command.line}")
            elif block.before == MAIL:
                expect(self.read_newest_mail(), block.text, block.place)

    def save(self, path: str, text: str) -> None:
        self._tick()
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
        self.stamp(target)

    def stamp(self, path: Path) -> None:
        """Give a file the time of this reader's clock."""
        os.utime(path, (self.now.timestamp(),) * 2)

    def type(self, line: str) -> str:
        """What a command prints, errors too. Its exit code must be 0."""
        self._tick()
        self.done.append(line)
        said = io.StringIO()
        code = run_command(shlex.split(line)[1:], out=said, err=said, environ=self.environ, now=lambda: self.now)
        assert code == 0, said.getvalue()
        return said.getvalue()

    def read_newest_mail(self) -> str:
        """The plain text of the message that was written last."""
        path = max((self.folder / "slipwatch-home" / "mails").glob("*.eml"), key=lambda one: one.name)
        message = message_from_bytes(path.read_bytes(), policy=policy.default)
        return message.get_body(("plain",)).get_content().replace("\r\n", "\n").rstrip("\n") + "\n"

    def _tick(self) -> None:
        self.now += timedelta(minutes=1)
