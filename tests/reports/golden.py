"""What the report says, word for word. `python -m tests.reports.golden` writes the files anew after a wanted change."""

from pathlib import Path

from slipwatch.document.text import render_text
from slipwatch.reports import build_report
from slipwatch.reports.sections import build_words
from slipwatch.reports.trend import write_trend
from tests.reports import story

FOLDER = Path(__file__).parent / "golden"
MOMENTS = {"may": story.MAY, "june": story.JUNE}
LANGUAGES = ("en", "fr")


def write_words(name: str, language: str) -> str:
    """The whole report as plain text."""
    return render_text(build_report(story.tell_story(MOMENTS[name]), story.open_catalogue(), language))


def draw_core(name: str) -> str:
    """The wide trend chart of ERP-CORE."""
    given = story.tell_story(MOMENTS[name])
    words = build_words(given, story.open_catalogue(), "en")
    (chart,) = write_trend(given.projects[0].milestones, given.day, words)
    return chart.wide + "\n"


GOLDEN = {f"{name}-{language}.txt": (write_words, name, language) for name in MOMENTS for language in LANGUAGES}
GOLDEN |= {f"{name}-erp-core.svg": (draw_core, name) for name in MOMENTS}


def make(file: str) -> str:
    function, *arguments = GOLDEN[file]
    return function(*arguments)


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for file in GOLDEN:
        (FOLDER / file).write_text(make(file), encoding="utf-8")
