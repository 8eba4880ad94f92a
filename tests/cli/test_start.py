"""`start`: the sample story's first week in at most twelve questions, and what happens to files that are none."""

import json
import shutil
from datetime import UTC

import pytest
import yaml

from slipwatch.engine.run import run_once
from slipwatch.engine.wiring import open_programme, skip_pause
from slipwatch.sample.programme import POLLS, write_poll
from slipwatch.settings import FILES, load_settings
from tests.hostile import HOSTILE
from tests.week_one import FOLDERS, MONDAY, answer_all, choose

MOST_QUESTIONS = 12
FEW = ("plan", "erp")


@pytest.fixture(scope="module")
def drop(tmp_path_factory):
    """The files of the first week."""
    folder = tmp_path_factory.mktemp("week-one") / "drop"
    write_poll(folder, 1)
    return folder


def start(call, drop, config, *options, folders=FOLDERS, **more):
    files = [drop / name for name in folders]
    return call("--config", config, "--home", config.parent / "home", "start", "--on", MONDAY, *options, *files, **more)


def write_answers(path, questions):
    """An answer for each question of the document, as somebody who knows the programme would give it."""
    answers = {one["id"]: choose(one) for one in questions}
    path.write_text(yaml.safe_dump(answers, allow_unicode=True), encoding="utf-8")
    return answers


@pytest.fixture(scope="module")
def conversation(drop, tmp_path_factory):
    """Somebody answers every question at a terminal: each question's text, and the folder."""
    from slipwatch.engine.start import Session

    folder = tmp_path_factory.mktemp("conversation")
    session = Session(
        paths=sorted(path for name in FOLDERS for path in (drop / name).iterdir()),
        config=folder / "config",
        now=lambda: POLLS[0].at.astimezone(UTC),
    )
    asked = answer_all(session)
    session.write(session.propose(), force=False)
    return folder, session, asked


def test_the_first_week_needs_at_most_twelve_questions(conversation):
    _, session, asked = conversation

    assert len(asked) <= MOST_QUESTIONS
    assert session.list_open_questions() == []


def test_the_configuration_is_that_of_the_programme(conversation):
    folder, _, _ = conversation
    settings = load_settings(folder / "config", {})
    portfolio = settings.portfolio

    assert set(portfolio.projects) == {"ERP-CORE", "WMS-DC", "SOP-PLAN"}
    assert len(portfolio.milestones) == 16
    assert ("Telmar Mobile", ("0000300127",)) in [(one.name, one.codes) for one in portfolio.suppliers.values()]
    assert [(site.country, site.subdivision) for site in portfolio.sites.values()].count(("FR", "57")) == 1
    assert portfolio.projects["WMS-DC"].site == "M300"
    assert {role.side for role in portfolio.roles.values()} == {"pmo", "owner", "integrator", "supplier"}
    assert {len(source.options["streams"]) for source in settings.sources.values()} != {0}
    assert [(rule.is_, rule.label) for rule in settings.links.identities if rule.is_] == [
        ("EC-10", "MS-101"), ("EC-20", "MS-102"), ("EC-40", "MS-103"), ("SP-10", "MS-104"),
    ]  # fmt: skip
    (baseline,) = settings.baselines
    assert len(baseline.items) == 16


def test_every_inference_has_its_reason(conversation):
    folder, _, _ = conversation
    text = (folder / "config" / "sources.yaml").read_text(encoding="utf-8")

    for line in ("needed_on: Date besoin  # ", "Sous-total}  # subtotal", "key: Code", "encoding: windows-1252  # "):
        assert line in text
    assert "NOT APPROVED" in (folder / "config" / "baselines.yaml").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def programme(drop, conversation):
    """The written configuration on a drop folder of its own, so that more weeks can arrive."""
    folder, _, _ = conversation
    moment = [POLLS[0].at.astimezone(UTC)]
    elsewhere = folder / "later"
    shutil.copytree(folder / "config", elsewhere / "config")
    shutil.copytree(drop, elsewhere / "drop")
    for path in (elsewhere / "config").glob("sources.yaml"):
        text = path.read_text(encoding="utf-8")
        for name in FOLDERS:
            text = text.replace(f"{'../' * 2}{drop.parent.name}/drop/{name}", f"../drop/{name}")
        path.write_text(text, encoding="utf-8")
    opened = open_programme(
        elsewhere / "config", environ={}, now=lambda: moment[0], home=elsewhere / "home", sleep=skip_pause
    )
    yield opened, moment, elsewhere / "drop"
    opened.close()


def test_the_first_run_is_an_opening_inventory_and_the_next_weeks_are_read(programme):
    opened, moment, drop = programme
    first = run_once(opened).as_json()
    write_poll(drop, 3)
    moment[0] = POLLS[2].at.astimezone(UTC)
    third = run_once(opened).as_json()

    assert first["changes"] == {"inventoried": 31}
    for run in (first, third):
        streams = [stream for source in run["sources"] for stream in source["streams"]]
        assert {stream["state"] for stream in streams} <= {"merged", "unchanged"}
        assert sum(stream["rejects"] for stream in streams) == 0


def test_nothing_is_asked_with_yes_and_what_is_open_is_listed(call, drop, tmp_path):
    ended = start(call, drop, tmp_path / "config", "--yes", "--json")
    told = json.loads(ended.out)

    assert ended.code == 1
    assert told["version"] == 1
    assert {"files", "proposals", "questions", "written"} <= set(told)
    assert len(told["written"]) == len(FILES)
    assert all(question["id"] for question in told["questions"])
    assert len(told["questions"]) <= MOST_QUESTIONS
    settings = load_settings(tmp_path / "config", {})
    assert settings.portfolio.sites == {}, "no country was said"
    assert all(rule.is_ is None for rule in settings.links.identities), "nobody said which are the same"


def ask_until_nothing_is_open(call, drop, folder):
    """The questions of a start without a terminal, answered in a file round by round: answers bring up new ones."""
    questions, path = {}, folder / "answers.yaml"
    path.write_text("{}")
    while True:
        told = json.loads(start(call, drop, folder / "config", "--json", "--answers", path, folders=FEW).out)
        assert bool(told["questions"]) != bool(told["written"])
        if not told["questions"]:
            return path, questions
        questions |= {one["id"]: one for one in told["questions"]}
        write_answers(path, questions.values())


def test_answers_repeat_a_start_to_the_same_bytes_and_run_it(call, drop, tmp_path):
    path, questions = ask_until_nothing_is_open(call, drop, tmp_path)
    ended = start(call, drop, tmp_path / "config", "--answers", path, "--run", "--force", folders=FEW)

    assert ended.code == 0, ended.out + ended.err
    assert 0 < len(questions) <= MOST_QUESTIONS
    for name in FILES:
        first, second = (tmp_path / "config" / one for one in (f"{name}.bak", name))
        assert first.read_bytes() == second.read_bytes(), name
    assert "31 in the opening inventory" in ended.err
    report = (tmp_path / "home" / "reports" / "2026-01-05.html").read_text(encoding="utf-8")
    assert "<svg" in report
    assert "4500026500" in report


def test_a_conversation_shows_rows_and_reasons_and_keeps_the_answers(call, tmp_path):
    (tmp_path / "plan.csv").write_text(
        "Code;Projet;Jalon;Fin;Date\nJ1;LYON;Recette;30/03/2031;03/04/2031\nJ2;LYON;Bascule;30/04/2031;04/05/2031\n",
        encoding="utf-8",
    )
    config = tmp_path / "config"
    ended = call("--config", config, "start", tmp_path / "plan.csv", typed=["?"] * 9 + ["n"])
    answered = call(
        "--config",
        config,
        "start",
        "--force",
        tmp_path / "plan.csv",
        typed=["", "Lyon", "pmo", "pmo@lyon.example", *"??????", "n"],
    )

    assert ended.code == 1
    assert "Recette" in ended.out
    assert "Question 1" in ended.err
    assert "Why it is asked" in ended.err
    assert answered.code in (0, 1)
    assert "Not that: one mailbox" in answered.err or "pmo@lyon.example" in answered.out + answered.err
    kept = yaml.safe_load((tmp_path / "start-answers.yaml").read_text(encoding="utf-8"))
    assert isinstance(kept, dict)
    assert (config / "sources.yaml.bak").is_file()


def test_a_configuration_is_never_replaced_unasked(call, drop, tmp_path):
    config = tmp_path / "config"
    config.mkdir()
    (config / "portfolio.yaml").write_text("mine")
    ended = start(call, drop, config, "--yes", folders=FEW)

    assert ended.code == 2
    assert "--force" in ended.err
    assert (config / "portfolio.yaml").read_text() == "mine"
    assert start(call, drop, config, "--yes", "--force", folders=FEW).code == 1
    assert (config / "portfolio.yaml.bak").read_text() == "mine"
    assert load_settings(config, {}).portfolio.projects


def test_without_a_terminal_nothing_is_guessed_and_nothing_written(call, drop, tmp_path):
    ended = start(call, drop, tmp_path / "config", folders=FEW)

    assert ended.code == 1
    assert "Open: " in ended.out
    assert "'programme/pmo':" in ended.out
    assert not (tmp_path / "config").exists()


@pytest.mark.parametrize(
    ("name", "content"),
    [("empty.csv", b""), ("plan.xlsx", b"%PDF-1.7\n%binary"), ("orders.csv", b"\x00\x01\x02" * 50), ("gone.csv", None)],
)
def test_a_file_that_is_none_is_refused_in_a_sentence_and_the_others_are_read(call, drop, tmp_path, name, content):
    bad = tmp_path / name
    if content is not None:
        bad.write_bytes(content)
    good = next((drop / "plan").iterdir())
    ended = call("--config", tmp_path / "config", "start", "--yes", "--on", MONDAY, bad, good)

    assert ended.code == 1
    assert f"{name}: not read" in ended.out
    assert "→" in ended.out
    assert set(load_settings(tmp_path / "config", {}).sources) == {"PLAN"}


def test_only_bad_files_write_nothing(call, tmp_path):
    (tmp_path / "plan.pdf").write_bytes(b"%PDF-1.7\n")
    ended = call("--config", tmp_path / "config", "start", "--yes", tmp_path / "plan.pdf")

    assert ended.code == 1
    assert not (tmp_path / "config").exists()


@pytest.mark.parametrize(
    ("answer", "allowed"),
    [
        ("programme/site/R100: Atlantis", "FR-57"),
        ("programme/pmo: nobody", "one mailbox"),
        ("programme/integrator: Acme", "Norvane"),
        ("programme/calendars: R100", "ERP=R100"),
    ],
)
def test_an_answer_that_cannot_be_is_refused_with_what_is_allowed(call, drop, tmp_path, answer, allowed):
    (tmp_path / "answers.yaml").write_text(answer)
    ended = start(call, drop, tmp_path / "config", "--answers", tmp_path / "answers.yaml", folders=FEW)

    assert ended.code == 2
    assert allowed in ended.err
    assert not (tmp_path / "config").exists()


@pytest.mark.parametrize("content", ["- a\n- b\n", "{", "a: {b: c}\n"])
def test_a_file_that_holds_no_answers_is_refused(call, drop, tmp_path, content):
    (tmp_path / "answers.yaml").write_text(content)
    ended = start(call, drop, tmp_path / "config", "--answers", tmp_path / "answers.yaml", "--yes", folders=FEW)

    assert ended.code == 2
    assert "answers.yaml" in ended.err


def test_hostile_texts_in_a_file_stay_texts(call, tmp_path):
    rows = "".join(
        f'J{number};LYON;"{text.replace(chr(34), "").replace(chr(0), "")}";30/03/2031\n'
        for number, text in enumerate(HOSTILE)
        if "\n" not in text and "\r" not in text
    )
    (tmp_path / "plan.csv").write_text("Code;Projet;Jalon;Date prévue\n" + rows, encoding="utf-8", errors="replace")
    (tmp_path / "answers.yaml").write_text("plan.csv/kind: plan\n")
    answers = ("--answers", tmp_path / "answers.yaml")
    ended = call("--config", tmp_path / "config", "start", "--yes", *answers, tmp_path / "plan.csv")

    assert "\x1b" not in ended.out + ended.err
    assert ended.code == 1
    load_settings(tmp_path / "config", {})


def test_a_pattern_and_a_folder_are_unfolded(call, drop, tmp_path):
    ended = call("--config", tmp_path / "config", "start", "--yes", "--on", MONDAY, "--json", drop / "plan" / "*.xlsx")

    assert {one["file"] for one in json.loads(ended.out)["files"]} == {"2026-01-02_plan_de_pilotage.xlsx"}


OWN_PRESET = """
name: our_tool
title: the list of our own tool
maker: Us
source: its manual
kind: actions
recognised_by: [key, name, due_on]
columns: {key: {any: [QZ1]}, name: {any: [QZ2]}, due_on: {any: [QZ3]}}
keys: [key]
"""


def test_a_preset_in_the_configuration_knows_a_tool_of_ones_own(call, tmp_path):
    (tmp_path / "config" / "presets").mkdir(parents=True)
    (tmp_path / "config" / "presets" / "our_tool.yaml").write_text(OWN_PRESET)
    (tmp_path / "list.csv").write_text("QZ1;QZ2;QZ3\nA1;Order the labels;24.04.2026\nA2;Train the shift;03.05.2026\n")
    ended = call("--config", tmp_path / "config", "start", "--yes", "--json", "--on", MONDAY, tmp_path / "list.csv")
    (read,) = json.loads(ended.out)["files"]
    assert (read["preset"], read["kind"], read["keys"]) == ("our_tool", "actions", ["QZ1"])
    assert read["columns"] == {"QZ2": "name", "QZ3": "due_on"}


def test_a_wrong_preset_is_named(call, tmp_path):
    (tmp_path / "config" / "presets").mkdir(parents=True)
    (tmp_path / "config" / "presets" / "our_tool.yaml").write_text(OWN_PRESET.replace("due_on: {any", "deadline: {any"))
    (tmp_path / "list.csv").write_text("a;b\n1;2\n")
    ended = call("--config", tmp_path / "config", "start", "--yes", tmp_path / "list.csv")
    assert ended.code == 2
    assert "our_tool.yaml" in ended.err
    assert "deadline" in ended.err


def test_in_a_folder_only_lists_are_looked_at_and_the_rest_is_said(call, drop, tmp_path):
    folder = tmp_path / "exports"
    shutil.copytree(drop / "plan", folder)
    (folder / "minutes.docx").write_bytes(b"PK")
    (folder / "~$plan.xlsx").write_bytes(b"lock")
    ended = call("--config", tmp_path / "config", "start", "--yes", "--on", MONDAY, folder)

    assert "minutes.docx" in ended.err
    assert "not read" not in ended.out


def test_the_written_configuration_passes_the_doctor(call, drop, tmp_path):
    start(call, drop, tmp_path / "config", "--yes", folders=("plan", "erp"))
    home = ("--home", tmp_path / "home")
    examined = call("--config", tmp_path / "config", *home, "doctor", "--offline")
    checked = call("--config", tmp_path / "config", *home, "sources", "check")

    assert examined.code == 0, examined.out
    assert checked.code == 0, checked.out
    assert "PLAN: can be read" in checked.out
