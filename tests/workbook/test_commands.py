"""`slipwatch workbook export` and `import`, as a PMO types them."""

import json

from tests.cli.conftest import run_in_process
from tests.workbook.conftest import NOW
from tests.workbook.hand import Hand


def call(desk, *words):
    folder = desk.folder
    return run_in_process("--config", folder / "config", "--home", folder / "home", "workbook", *words, now=lambda: NOW)


def test_out_and_back_in(desk):
    ended = call(desk, "export", "--output", desk.book, "--language", "fr")
    assert (ended.code, ended.out.strip()) == (0, str(desk.book))
    hand = Hand(desk.book, "fr").type("milestones", {"key": "EC-30"}, name="Répétition", gate="oui")
    hand.type("projects", {"key": "SOP-PLAN"}, scope_freeze="demain").save()

    ended = call(desk, "import", desk.book, "--dry-run")
    assert ended.code == 1
    assert "Répétition" in ended.out
    assert "demain" in ended.out
    assert "Nothing was written" in ended.out
    assert "Répétition" not in desk.read("portfolio.yaml").partition("aliases")[0]

    ended = call(desk, "import", desk.book)
    assert (ended.code, "an act needs an author" in ended.err) == (2, True)

    ended = call(desk, "import", desk.book, "--by", "C. Martin", "--reason", "COPIL", "--json")
    told = json.loads(ended.out)
    assert ended.code == 1
    assert [(one["key"], one["column"], one["old"], one["new"]) for one in told["differences"]] == [
        ("EC-30", "Nom", "Migration rehearsal two", "Répétition"),
        ("EC-30", "Jalon clé", "non", "oui"),
    ]
    assert told["written"] == ["portfolio.yaml"]
    assert [(one["sheet"], one["row"], one["found"]) for one in told["corrections"]] == [("Projets", 6, "demain")]
    assert told["copy"].endswith("portfolio-a-corriger.xlsx")
    assert "name: Répétition" in desk.read("portfolio.yaml")


def test_the_differences_stand_before_what_was_written(desk):
    call(desk, "export", "--output", desk.book)
    Hand(desk.book).type("milestones", {"key": "EC-30"}, name="Second").save()
    ended = call(desk, "import", desk.book, "--author", "C. Martin", "--reason", "COPIL")
    assert ended.code == 0
    shown, _, done = ended.out.partition("0 acts done")
    assert "Migration rehearsal two" in shown
    assert "portfolio.yaml" in done


def test_a_file_that_is_no_workbook(desk):
    (desk.folder / "x.xlsx").write_bytes(b"%PDF-1.7 ...")
    ended = call(desk, "import", desk.folder / "x.xlsx", "--dry-run")
    assert ended.code == 2
    assert "x.xlsx: is a PDF" in ended.err
    assert call(desk, "import", desk.folder / "none.xlsx", "--dry-run").code == 2


def test_an_export_writes_over_nothing_that_was_typed(desk):
    assert call(desk, "export", "--output", desk.book).code == 0
    assert call(desk, "export", "--output", desk.book).code == 0
    Hand(desk.book).type("milestones", {"key": "EC-30"}, name="Second").save()
    ended = call(desk, "export", "--output", desk.book)
    assert ended.code == 2
    assert "holds 1 entries that were not imported" in ended.err
    assert Hand(desk.book).find("milestones", key="EC-30", name="Second")
    (desk.folder / "notes.xlsx").write_bytes(b"somebody's notes")
    assert call(desk, "export", "--output", desk.folder / "notes.xlsx").code == 2
    assert (desk.folder / "notes.xlsx").read_bytes() == b"somebody's notes"


def test_an_earlier_copy_is_not_written_over(desk):
    call(desk, "export", "--output", desk.book)
    Hand(desk.book).type("projects", {"key": "SOP-PLAN"}, scope_freeze="tomorrow").save()
    names = []
    for _ in range(2):
        words = ("import", desk.book, "--by", "PMO", "--reason", "x", "--json")
        names.append(json.loads(call(desk, *words).out)["copy"].rpartition("/")[2])
    assert names == ["portfolio-to-correct.xlsx", "portfolio-to-correct-2.xlsx"]
