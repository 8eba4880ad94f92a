"""Drafts: ready to send, in the addressee's language, with nothing in them that the addressee may not read."""

from email import message_from_bytes, policy

import pytest

from slipwatch.alerts.draft import draft, name_draft
from slipwatch.alerts.routing import Line, route
from slipwatch.errors import ConfigError
from slipwatch.model.finding import Concern, Message
from tests.alerts.build import CATALOGUE, MONDAY, PORTFOLIO, RULES, assess, finding, proof, step, subject, surround
from tests.alerts.letters import HEAD, write_april
from tests.document.reading import read_html
from tests.hostile import HOSTILE


def line_of(*findings, portfolio=PORTFOLIO):
    outcome = step([], *(assess(found) for found in findings))
    (letter,) = route(outcome.transitions, [], RULES, at=MONDAY, around=surround(portfolio=portfolio))
    return letter.drafts[0] if letter.drafts else letter.new[0]


def write(line, **options):
    given = {"run": 15, "portfolio": PORTFOLIO, "catalogue": CATALOGUE} | options
    return draft(line, HEAD, **given)


def read(made):
    return message_from_bytes(made.payload, policy=policy.default)


def body(made, kind="plain"):
    return " ".join(read(made).get_body((kind,)).get_content().split())


def test_mail_programs_open_it_for_editing_and_it_was_never_sent():
    mail = read(write(write_april()[0].drafts[0]))

    assert mail["X-Unsent"] == "1"
    assert mail["Message-ID"] is None
    assert mail["Date"] is None
    assert mail["Auto-Submitted"] is None, "a person sends it"


def test_it_goes_from_the_pmo_to_the_accountable_role():
    mail = read(write(write_april()[0].drafts[0]))

    assert mail["From"].addresses[0].addr_spec == "pmo@meridor.example"
    assert mail["To"].addresses[0].addr_spec == "pm@norvane.example"


def test_it_speaks_the_language_of_the_addressee():
    french = write(line_of(finding(accountable="owner_lead", audience="owner")))

    assert "À l’attention de Responsable métier" in body(french)
    assert str(read(french)["Subject"]) == "Milestone 1 : votre réponse, s’il vous plaît · Confluence"
    assert "To Norvane, project manager," in body(write(line_of(finding())))


def test_addressee_is_left_open_where_no_address_is_known():
    made = write(line_of(finding(accountable="hallstedt", audience="supplier")))

    assert read(made)["To"] is None
    assert made.role == "hallstedt"


def test_reasons_of_another_side_are_left_out():
    mine = finding(accountable="norvane", audience="integrator", evidence=(proof("the tracker says 13 May"),))
    margin = finding(
        rule="cost.margin",
        audience="owner",
        text=Message(id="test.evidence", arguments={"words": "our margin is 12 percent"}),
        evidence=(proof("contract value 1.2 M"),),
    )

    made = write(line_of(mine, margin))

    assert "the tracker says 13 May" in body(made)
    assert "our margin" not in body(made) + body(made, "html")
    assert "contract value" not in body(made) + body(made, "html")


def test_where_nothing_may_be_read_the_draft_asks_to_talk():
    secret = finding(
        audience="owner", text=Message(id="test.evidence", arguments={"words": "our margin is 12 percent"})
    )

    made = write(line_of(secret))

    assert "Milestone 1" in body(made)
    assert "margin" not in body(made)
    assert "go through the present state" in body(made)


def test_line_of_another_supplier_is_withheld():
    line = subject(1, entity="order_line", key="PO1/10", project=None)
    found = finding(line, audience="supplier", accountable="telmar", concern=Concern.SUPPLY)
    other = finding(line, rule="supply.other", audience="supplier", accountable="hallstedt", concern=Concern.SUPPLY)

    made = write(line_of(found, other), supplier_of=lambda about: "telmar")

    assert made.role == "telmar"
    assert body(made).count("after its baseline") == 2, "both are Telmar's own, because the line is"


@pytest.mark.parametrize(("side", "asked"), [("owner", True), ("integrator", False)])
def test_what_the_pmo_should_do_about_an_outsider_is_not_told_to_the_outsider(side, asked):
    role = {"owner": "buyer", "integrator": "norvane"}[side]

    made = write(line_of(finding(accountable=role, audience=side)))

    assert ("Ask for the cause and a recovery date." in body(made)) is asked
    assert "Please answer by return mail" in body(made)


def test_role_that_is_not_declared_is_a_mistake():
    with pytest.raises(ConfigError, match="nobody to write to"):
        write(line_of(finding(accountable="nobody_known")))


def test_names_tell_for_whom_and_about_what_and_differ_by_alert():
    lines = write_april()[0].drafts
    names = [name_draft(line) for line in lines]

    assert names[0] == "norvane_sit-exit_time-13-1.eml"
    assert len(set(names)) == len(names)
    assert write(lines[0]).name == names[0]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:40]))
def test_hostile_names_make_a_plain_file_name_and_an_inert_mail(text):
    about = subject(1, entity="order_line", key=text, name=text)
    made = write(line_of(finding(about, evidence=(proof(text, url=text),))))

    assert set(made.name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-_.")
    assert made.name.endswith(".eml")
    assert not made.name.startswith((".", "-"))
    assert read_html(read(made).get_body(("html",)).get_content()).dangers == []
    assert set(read(made).keys()) == {
        "From", "To", "Subject", "X-Unsent", "X-Slipwatch-Run", "MIME-Version", "Content-Type",
    }  # fmt: skip


def test_pmo_may_be_named_where_it_is_not_of_the_pmos_side():
    line = line_of(finding())

    made = write(Line(transition=line.transition, reasons=line.reasons), pmo="owner_lead")

    assert read(made)["From"].addresses[0].addr_spec == "metier@meridor.example"
    assert body(made).endswith("Responsable métier, Confluence")
