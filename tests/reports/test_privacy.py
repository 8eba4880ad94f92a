"""The privacy sheet stays on one page however many sources a programme has, and prints hostile names as text."""

import re
from datetime import date

import pytest

from slipwatch.reports.privacy import PersonField, PrivacyFacts, SourcePrivacy, render_sheet, render_text_sheet
from tests.hostile import MARKUP

FIELDS = (PersonField(column="assignee", how="kept"), PersonField(column="responsible_code", how="text"))
ENTITIES = ("milestone", "work_item", "order_line", "change_request")


def build(sources=6, name="Order list of the plant"):
    return PrivacyFacts(
        programme=name,
        day=date(2026, 5, 25),
        fingerprint="5b250976653b",
        sources=tuple(
            SourcePrivacy(key=f"SOURCE-{number}", name=name, entities=ENTITIES, fields=FIELDS)
            for number in range(sources)
        ),
        mailboxes=10,
        purpose="Agreement with the works council of 4 May 2026 on the tracker of the integrator",
        superseded_days=90,
        needed_days=730,
        pmo="PMO",
        released=("Norvane project manager", "Kestrix project manager", "Owner lead"),
        home="/srv/slipwatch/programme/slipwatch-home",
        database="env:SLIPWATCH_LEDGER",
        transport="smtp",
        sender="slipwatch@meridor.example",
        contact="PMO, pmo@meridor.example",
    )


@pytest.mark.parametrize("language", ["fr", "de"])
@pytest.mark.parametrize("sources", [7, 11, 16])
def test_it_stays_on_one_page(browser, tmp_path, sources, language):
    page, target = tmp_path / "sheet.html", tmp_path / "sheet.pdf"
    page.write_text(render_sheet(build(sources), language), encoding="utf-8")
    browser.run("--no-pdf-header-footer", f"--print-to-pdf={target}", page.as_uri())
    assert len(re.findall(rb"/Type\s*/Page\b", target.read_bytes())) == 1


@pytest.mark.parametrize("text", MARKUP)
def test_names_from_the_configuration_are_only_text(text):
    page = render_sheet(build(1, name=text), "en")
    assert not re.search(r"<(script|img|iframe|object|embed|base|link|svg|form|video|math)\b", page)
    assert "<script" not in render_text_sheet(build(1, name=text), "en")
