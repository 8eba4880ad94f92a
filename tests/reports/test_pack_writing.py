"""The pack of a ledger: three files at once or none, the same again, and a sentence for what cannot be done."""

import io
import json
import os

import pytest
from pptx import Presentation

from slipwatch.cli import run_command
from slipwatch.engine.packing import gather_pack, write_pack
from slipwatch.engine.wiring import open_programme
from slipwatch.errors import ConfigError
from slipwatch.reports.given import SinceKind
from slipwatch.sample.demo import Clock, play
from slipwatch.sample.programme import POLLS
from tests.document import packs, templates

LAST = POLLS[4].at
KEYS = ("status", "milestones", "decisions", "suppliers", "changes", "unjudged")


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """The sample programme after five polls: its committee of January has met."""
    return play(tmp_path_factory.mktemp("sample") / "demo", environ=os.environ, polls=5)


@pytest.fixture(scope="module")
def programme(demo):
    opened = open_programme(demo.config, environ=os.environ, now=Clock(LAST), home=demo.home)
    yield opened
    opened.close()


def test_three_files_stand_in_packs_named_by_project_day_and_language(demo, programme):
    files = write_pack(programme, "WMS-DC", language="fr")

    assert files.slides == demo.home / "packs" / "WMS-DC-2026-02-02-fr.pptx"
    assert {path.name for path in files.slides.parent.iterdir()} == {
        f"WMS-DC-2026-02-02-fr.{kind}" for kind in ("pptx", "docx", "html")
    }
    assert (files.appended, files.hidden) == ((), {})


def test_files_say_the_same_in_the_language_asked_for(programme, tmp_path):
    files = write_pack(programme, "ERP-CORE", language="fr", output=tmp_path)
    slides = " ".join(packs.read_slides(files.slides.read_bytes()))
    document, page = packs.read_document(files.document.read_bytes()), files.page.read_text(encoding="utf-8")

    for text in (slides, document, page):
        assert "Ce qui a changé depuis le comité du 29 janv. 2026" in text
        assert "Décisions demandées" in text
        assert "ERP core, order to cash" in text


def test_the_same_instant_gives_the_same_bytes(programme, tmp_path):
    first, second = (write_pack(programme, "ERP-CORE", output=tmp_path / name) for name in "ab")

    assert first.slides.read_bytes() == second.slides.read_bytes()
    assert first.document.read_bytes() == second.document.read_bytes()
    assert first.page.read_bytes() == second.page.read_bytes()


def test_changes_count_from_the_last_committee_of_the_project(programme):
    given = gather_pack(programme, "ERP-CORE", at=LAST)
    before = gather_pack(programme, "ERP-CORE", at=POLLS[1].at)

    assert (given.since_kind, given.since_day) == (SinceKind.COMMITTEE, POLLS[3].day.replace(day=29))
    assert [project.key for project in given.projects] == ["ERP-CORE"]
    assert before.since_kind is not SinceKind.COMMITTEE


def test_template_of_the_reader_is_filled_and_left_as_it_is(programme, tmp_path):
    template = tmp_path / "client.pptx"
    template.write_bytes(templates.build_foreign())
    before = template.read_bytes()
    files = write_pack(programme, "ERP-CORE", language="fr", template=template, output=tmp_path / "out")
    deck = Presentation(io.BytesIO(files.slides.read_bytes()))

    assert template.read_bytes() == before
    assert files.appended == ("changes", "unjudged")
    assert (deck.slide_width.inches, deck.slide_height.inches) == (10, 7.5)
    assert "Comité de pilotage ERP core" in packs.read_slides(files.slides.read_bytes())[0]


def test_template_with_a_typing_error_writes_nothing(programme, tmp_path):
    template = tmp_path / "client.pptx"
    template.write_bytes(templates.build_with("{{slipwatch:milestone}}"))

    with pytest.raises(ConfigError, match=r"client\.pptx, slide 1.*allowed are .*\{\{slipwatch:milestones\}\}"):
        write_pack(programme, "ERP-CORE", template=template, output=tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_project_that_nobody_declared_is_named_with_those_that_are(programme, tmp_path):
    with pytest.raises(ConfigError, match=r"ERP: is no project .*ERP-CORE, WMS-DC, SOP-PLAN"):
        write_pack(programme, "ERP", output=tmp_path)


def test_template_that_is_not_there_says_so(programme, tmp_path):
    with pytest.raises(ConfigError, match=r"none\.pptx: cannot be read"):
        write_pack(programme, "ERP-CORE", template=tmp_path / "none.pptx", output=tmp_path)


def call(demo, *words):
    """Exit code, output and errors of the command."""
    out, err = io.StringIO(), io.StringIO()
    where = ("--config", str(demo.config), "--home", str(demo.home))
    code = run_command([*words, *where], out=out, err=err, environ={}, now=Clock(LAST), stdin=io.StringIO())
    return code, out.getvalue(), err.getvalue()


def test_command_prints_one_json_document_for_scripts(demo, tmp_path):
    words = ("pack", "copil", "--project", "ERP-CORE", "--lang", "en", "--output", str(tmp_path), "--json")
    code, out, _ = call(demo, *words)
    answer = json.loads(out)

    assert code == 0
    assert set(answer) == {"files", "slides", "appended", "hidden"}
    assert answer["files"]["pptx"] == str(tmp_path / "ERP-CORE-2026-02-02-en.pptx")
    assert answer["slides"] == len(KEYS)


def test_command_says_what_the_template_had_no_place_for(demo, tmp_path):
    template = tmp_path / "client.potx"
    template.write_bytes(templates.build_corporate())
    words = ("pack", "copil", "--project", "ERP-CORE", "--template", str(template), "--output", str(tmp_path))

    assert f"no place for {', '.join(KEYS)}: appended at the end" in call(demo, *words)[1]


def test_command_ends_with_2_for_a_template_that_cannot_be_filled(demo, tmp_path):
    template = tmp_path / "client.pptx"
    template.write_bytes(b"%PDF-1.7")
    code, _, err = call(demo, "pack", "copil", "--project", "ERP-CORE", "--template", str(template))

    assert code == 2
    assert "it is a PDF" in err


def test_our_template_can_be_taken_as_a_start_and_never_overwrites(demo, tmp_path):
    path = tmp_path / "ours.pptx"

    assert call(demo, "pack", "template", str(path))[0] == 0
    assert len(Presentation(str(path)).slides) == len(KEYS)
    assert call(demo, "pack", "template", str(path))[0] == 2
