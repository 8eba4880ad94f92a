"""What the docs name exists: commands and options, make targets, links, pictures."""

import contextlib
import io
import re
import shlex
from pathlib import Path
from urllib.parse import unquote

import pytest

from slipwatch.cli.commands import COMMANDS
from slipwatch.cli.declarations import Command
from slipwatch.cli.parser import SHARED, build_parser
from tests.docs.pages import DOCS, FENCE, ROOT, read_blocks, read_commands

PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *DOCS.glob("*.md"), *DOCS.glob("decisions/*.md")])
MENTIONING = [*PAGES, ROOT / "prefect.yaml", *ROOT.glob("slipwatch/defaults/*.yaml")]
INLINE = re.compile(r"`([^`\n]+)`")
IN_COMMENT = re.compile(r"#.*?\b(slipwatch [a-z][^)`\n]*)")
MENTION = re.compile(r"(?:^|[\s$/\\])slipwatch(?= +(?P<rest>.*))")
LINK = re.compile(r"\]\((?!https?://|mailto:)([^)\s#]+)(#[^)\s]*)?\)")
STOP = {"|", ">", ">>", "2>&1", "#", ";", "&&", "..."}
MOST_BYTES = 300_000


def find_mentions(path: Path) -> list[str]:
    """What stands after `slipwatch` in code, of a line or of a block, and in comments of the configuration."""
    text = path.read_text(encoding="utf-8")
    pieces = [line for found in FENCE.finditer(text) for line in found["text"].splitlines()]
    pieces += INLINE.findall(FENCE.sub("", text))
    if path.suffix == ".yaml":
        pieces += IN_COMMENT.findall(text)
    return [found["rest"] for piece in pieces if (found := MENTION.search(piece.strip()))]


def find_faults(words: list[str]) -> list[str]:
    """Words of a mentioned call that no parser knows; placeholders and values pass."""
    at: tuple[Command, ...] = COMMANDS
    shared = {name for option in SHARED for name in option.names} | {"--help", "-h", "--version"}
    known, found = set(shared), None
    for word in words:
        if word in STOP:
            break
        name = word.partition("=")[0]
        if name.startswith("-"):
            if name not in known:
                return [f"no option {name}"]
        elif at:
            found = next((command for command in at if command.name == word), None)
            if found is None:
                return [] if words.index(word) and words[words.index(word) - 1] in shared else [f"no command {word}"]
            at = found.commands
            known = shared | {name for argument in found.arguments for name in argument.names}
    return []


def split(rest: str) -> list[str]:
    """Words as a shell sees them; a stray quotation mark is a word like others."""
    try:
        return shlex.split(rest, comments=True)
    except ValueError:
        return rest.split()


@pytest.mark.parametrize("path", MENTIONING, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_command_that_is_named_exists(path):
    mentions = find_mentions(path)
    faults = [f"slipwatch {rest}: {fault}" for rest in mentions for fault in find_faults(drop_values(split(rest)))]

    assert not faults


def drop_values(words: list[str]) -> list[str]:
    """Without the values of the options that stand before a command's name."""
    while len(words) > 1 and words[0] in {"--config", "--home"}:
        words = words[2:]
    return words


def test_the_pages_name_most_commands():
    """The search finds what it should: a pattern that matches nothing would find no fault either."""
    named = {split(rest)[0] for path in PAGES for rest in find_mentions(path) if split(rest)}

    assert {command.name for command in COMMANDS} - named <= {"docs", "schema", "migrate"}


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ("histories KEY", "no command histories"),
        ("alerts lst", "no command lst"),
        ("run --onyl ERP", "no option --onyl"),
    ],
)
def test_a_word_that_is_none_is_found(words, fault):
    assert find_faults(words.split()) == [fault]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_what_is_typed_can_be_parsed(path):
    typed = [
        command.line for block in read_blocks(path) if block.language == "console" for command in read_commands(block)
    ]
    for line in typed:
        words = shlex.split(line)
        if words[0] != "slipwatch":
            continue
        said = io.StringIO()
        with contextlib.redirect_stderr(said):
            try:
                build_parser().parse_args(words[1:])
            except SystemExit:
                pytest.fail(f"{line}\n{said.getvalue()}")


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(path):
    text = FENCE.sub("", path.read_text(encoding="utf-8"))
    missing = [target for target, _ in LINK.findall(text) if not (path.parent / unquote(target)).exists()]

    assert not missing


def test_every_make_target_that_is_named_exists():
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = {
        name
        for path in PAGES
        for piece in [*INLINE.findall(path.read_text(encoding="utf-8")), path.read_text(encoding="utf-8")]
        for name in re.findall(r"(?:^|\$ )make ([a-z]+)", piece, re.MULTILINE)
    }

    assert {"demo", "test"} <= named <= targets


def test_pictures_are_small_and_shown():
    pictures = sorted((DOCS / "pictures").glob("*.png"))
    text = "".join(path.read_text(encoding="utf-8") for path in PAGES)

    assert pictures
    for picture in pictures:
        assert picture.stat().st_size < MOST_BYTES, picture.name
        assert f"pictures/{picture.name}" in text, f"{picture.name} is shown nowhere"


def test_no_page_speaks_of_the_machine_it_was_written_on():
    for path in PAGES:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"(?<![\w.-])/(root|work|tmp|home/\w+)/", text), path.name
