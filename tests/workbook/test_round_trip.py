"""What is exported and imported with nothing changed changes nothing: any portfolio, both languages, any program."""

import re
import subprocess
import tempfile
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from slipwatch.engine.workbook.exporting import export_workbook
from slipwatch.engine.workbook.importing import plan_import
from slipwatch.engine.workbook.sheets import BY_ID
from slipwatch.engine.workbook.state import TABLES
from slipwatch.engine.workbook.wording import LANGUAGES, Wording
from slipwatch.locales import read_folder
from slipwatch.settings.configuration import FILES
from tests.hostile import HOSTILE
from tests.workbook.conftest import faults, say, with_settings
from tests.workbook.portfolios import baselines, is_writable, portfolios, write


def round_trip(programme, folder, language, touch=lambda path: path):
    path = export_workbook(programme, folder / "portfolio.xlsx", language=language)
    return plan_import(programme, touch(path))


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), language=st.sampled_from(LANGUAGES))
def test_nothing_changed_is_no_difference(desk, data, language):
    portfolio = data.draw(portfolios())
    proposals = data.draw(baselines(portfolio))
    with tempfile.TemporaryDirectory() as name:
        programme = with_settings(desk.programme, write(Path(name) / "config", portfolio, proposals))
        plan = round_trip(programme, Path(name), language)
    assert (say(plan), faults(plan), plan.texts, plan.notes) == ([], [], {}, [])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sample_comes_back_as_it_went(desk, language):
    plan = round_trip(desk.programme, desk.folder, language)
    assert (say(plan), faults(plan), plan.texts, plan.notes) == ([], [], {}, [])


def save_again(program, path):
    """What a person's own office program makes of the file."""
    folder = path.parent / "saved"
    call = [program, f"-env:UserInstallation=file://{path.parent}/profile", "--headless", "--convert-to", "xlsx"]
    subprocess.run([*call, "--outdir", str(folder), str(path)], check=True, capture_output=True, timeout=300)
    return folder / path.name


@pytest.mark.office
@pytest.mark.parametrize("language", LANGUAGES)
def test_another_office_program_may_save_it(desk, office, language):
    texts = [text for text in HOSTILE if is_writable(text)]
    roles = {f"r{place}": {"name": text, "side": "owner"} for place, text in enumerate(texts)}
    roles["r0"]["address"] = "pmo@example.org"
    aliases = {"M1": {"name": "One", "project": "P", "aliases": texts[:40]}}
    portfolio = {"projects": {"P": {"name": "=1+1"}}, "milestones": aliases, "roles": roles}
    programme = with_settings(desk.programme, write(desk.folder / "other", portfolio))
    plan = round_trip(programme, desk.folder, language, partial(save_again, office.executable))
    assert (say(plan), faults(plan), plan.texts, plan.notes) == ([], [], {}, [])


def test_hostile_texts_are_cells_of_text(desk):
    """No formula, no link that leads outside, whatever somebody called a thing."""
    import zipfile

    texts = [text for text in HOSTILE if is_writable(text)]
    roles = {
        f"r{place}": {"name": text, "side": "owner", "address": "a@example.org"} for place, text in enumerate(texts)
    }
    portfolio = {"projects": {"P": {"name": "P"}}, "roles": roles}
    programme = with_settings(desk.programme, write(desk.folder / "other", portfolio))
    path = export_workbook(programme, desk.folder / "portfolio.xlsx", language="en")
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert not [name for name, part in parts.items() if name.startswith("xl/worksheets/sheet") and b"<f>" in part]
    assert not [name for name, part in parts.items() if b"TargetMode" in part]


def test_every_value_of_a_declared_thing_has_its_column():
    """A key that is added to the configuration must not be lost to those who work from the workbook."""
    elsewhere = {"extra_holidays", "working", "dates"}  # sheets of their own
    for sheet in TABLES:
        model = FILES["portfolio.yaml"].model_fields[sheet.group].annotation.__args__[1]
        assert set(model.model_fields) - elsewhere == {column.field for column in sheet.columns} - {"key", "mark"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sheet_and_column_has_a_name_and_a_note(language):
    wording = Wording(language)
    assert wording.catalogue.find_gaps() == ()
    for sheet in BY_ID.values():
        heads = [wording.head(sheet, column) for column in sheet.columns]
        assert len(set(heads)) == len(heads)
        told = [*heads, wording.title(sheet.id), *(wording.explain(sheet, column) for column in sheet.columns)]
        assert not [text for text in told if text.startswith("workbook.")]
        assert len(wording.title(sheet.id)) <= 31


def test_french_sets_its_blanks():
    folder = Wording("fr").catalogue.folders[-1]
    texts = [re.sub(r"\{[^}]*\}", "x", form) for forms in read_folder(folder, "fr").values() for form in forms]
    assert [text for text in texts if re.search("[^\u00a0\u202f][:;?!»](\\s|$)", text) or "'" in text] == []
