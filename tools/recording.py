"""Records `slipwatch start` on the first week of the sample programme as a picture of the terminal.

    python -m tools.recording

Writes the week's files into a folder that is removed again, lets somebody who knows the programme answer
(tests/week_one.py), and draws what the terminal showed as docs/pictures/week-one.svg. Nothing is edited, but the fonts
are those of the reader.
"""

import io
import os
import re
import sys
import tempfile
from datetime import UTC
from pathlib import Path
from unittest.mock import patch

from rich.console import Console
from rich.text import Text

from slipwatch.cli import run_command
from slipwatch.engine.start import Session
from slipwatch.sample.programme import POLLS, write_poll
from tests.week_one import MONDAY, answer_all

PICTURE = Path(__file__).parent.parent / "docs" / "pictures" / "week-one.svg"
SHOWN = ("plan", "erp", "tracker")
"""The folders that are read: enough to see how it goes."""
WIDTH = 176


class Screen(io.StringIO):
    """What the terminal shows."""

    def isatty(self) -> bool:
        return True


class Side(io.StringIO):
    """The second stream of the same screen; no terminal, so that no spinner is drawn."""

    def __init__(self, screen: Screen) -> None:
        super().__init__()
        self.screen = screen

    def write(self, text: str) -> int:
        return self.screen.write(text)


class Typist(io.StringIO):
    """Types one line after the other, and the screen shows it."""

    def __init__(self, lines: list[str], screen: Screen) -> None:
        super().__init__()
        self.lines, self.screen = lines, screen

    def isatty(self) -> bool:
        return True

    def readline(self, _size: int = -1) -> str:
        line = self.lines.pop(0) if self.lines else ""
        self.screen.write(f"{line}\n")
        return f"{line}\n"


def record(folder: Path) -> str:
    """What the terminal shows from the command to the report, colours included."""
    write_poll(folder / "drop", 1)
    paths = sorted(path for name in SHOWN for path in (folder / "drop" / name).iterdir())
    rehearsal = Session(paths=paths, config=folder / "none", now=lambda: POLLS[0].at.astimezone(UTC))
    answers = [rehearsal.answers[question.id] for question in answer_all(rehearsal)]
    command = ["start", "--name", "Confluence", "--on", MONDAY, *(f"drop/{name}" for name in SHOWN)]
    screen = Screen()
    screen.write(f"$ slipwatch {' '.join(command)}\n")
    before = Path.cwd()
    os.chdir(folder)
    try:
        with patch.dict(os.environ, {"COLUMNS": str(WIDTH), "TERM": "xterm-256color"}):
            typist = Typist([*answers, "y"], screen)
            code = run_command(command, out=screen, err=Side(screen), environ={}, stdin=typist)
    finally:
        os.chdir(before)
    if code != 0:
        raise SystemExit(screen.getvalue())
    return screen.getvalue().replace(str(folder), "~/programme")


def draw(said: str) -> str:
    """The picture, with the reader's own fonts: nothing is fetched from anywhere."""
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True)
    console.print(Text.from_ansi(said))
    picture = console.export_svg(title="slipwatch start", clear=True, unique_id="week-one")
    return re.sub(r"@font-face \{.*?\}\s*", "", picture, flags=re.DOTALL)


def main() -> int:
    with tempfile.TemporaryDirectory() as place:
        said = record(Path(place))
    PICTURE.write_text(draw(said), encoding="utf-8", newline="\n")
    print(f"{PICTURE}: {said.count(chr(10))} lines")
    return 0


if __name__ == "__main__":
    sys.exit(main())
