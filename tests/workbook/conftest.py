"""Programmes with a workbook: the sample's configuration on an empty ledger, or any other configuration."""

import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

import slipwatch.sample
from slipwatch.engine.wiring import open_programme
from slipwatch.engine.workbook.exporting import export_workbook
from slipwatch.engine.workbook.importing import carry_out_import, plan_import
from tests.workbook.hand import Hand

NOW = datetime(2026, 6, 29, 6, tzinfo=UTC)


class Desk:
    """A PMO with a programme and a workbook."""

    def __init__(self, folder, language="en"):
        self.folder, self.language = folder, language
        self.programme = open_programme(folder / "config", environ={}, now=lambda: NOW, home=folder / "home")

    @property
    def book(self):
        return self.folder / "portfolio.xlsx"

    def export(self):
        export_workbook(self.programme, self.book, language=self.language)
        return self.open()

    def open(self, path=None):
        return Hand(path or self.book, self.language)

    def look(self, path=None):
        return plan_import(self.programme, path or self.book)

    def take(self, path=None, reason="Steering committee of 25 June"):
        plan = self.look(path)
        carry_out_import(self.programme, plan, author="C. Martin, PMO", reason=reason)
        self.reopen()
        return plan

    def reopen(self):
        self.programme.close()
        self.programme = open_programme(self.folder / "config", environ={}, now=lambda: NOW, home=self.folder / "home")

    def read(self, name):
        return (self.folder / "config" / name).read_text(encoding="utf-8")

    def write(self, name, old, new):
        """Somebody else edits a file of the configuration."""
        text = self.read(name)
        assert text.count(old) == 1
        (self.folder / "config" / name).write_text(text.replace(old, new), encoding="utf-8")
        self.reopen()


@pytest.fixture(scope="session")
def empty_office(tmp_path_factory):
    """The sample's configuration with an empty ledger: made once, copied for each test."""
    folder = tmp_path_factory.mktemp("office")
    shutil.copytree(Path(slipwatch.sample.__file__).parent / "config", folder / "config")
    Desk(folder).programme.close()
    return folder


@pytest.fixture
def desk(tmp_path, empty_office):
    shutil.copytree(empty_office, tmp_path, dirs_exist_ok=True)
    made = Desk(tmp_path)
    yield made
    made.programme.close()


def say(plan):
    """The differences in short: (key, column, from now on)."""
    return [(one.key, one.column, one.new) for one in plan.differences]


def faults(plan):
    """What is to be corrected, in short: (sheet, column, found)."""
    return [(one.sheet, one.field, one.found) for one in plan.corrections]


def with_settings(programme, settings):
    return replace(programme, settings=settings, portfolio=settings.build_portfolio())
