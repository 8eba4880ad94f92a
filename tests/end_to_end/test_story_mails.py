"""The sample programme's mails, drafts and report as they lie on disk: complete, threaded, inert."""

import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from slipwatch.sample.programme import PARIS, POLLS
from slipwatch.sample.truth import TRUTH
from slipwatch.store.outbox import list_messages
from tests.end_to_end.page import WORD, Page
from tests.end_to_end.story import Story

pytestmark = pytest.mark.xdist_group("story")


def read_mail(path: Path) -> EmailMessage:
    return message_from_bytes(path.read_bytes(), policy=policy.default)


@pytest.fixture(scope="module")
def mails(story: Story) -> dict[int, EmailMessage]:
    """The PMO's messages by poll."""
    paths = sorted((story.home / "mails").iterdir())
    return dict(zip(TRUTH.message_polls, map(read_mail, paths), strict=True))


@pytest.fixture(scope="module")
def drafts(story: Story) -> dict[str, EmailMessage]:
    return {path.as_posix(): read_mail(path) for path in sorted((story.home / "drafts").rglob("*.eml"))}


@pytest.fixture(scope="module")
def report(story: Story) -> str:
    return story.demo.report.read_text(encoding="utf-8")


def find_parts(mail: EmailMessage) -> tuple[str, str]:
    text, page = mail.iter_parts()
    return text.get_content(), page.get_content()


# ---------------------------------------------------------------------------------------------------------------- form


def test_every_message_parses_without_defect(mails, drafts) -> None:
    for name, mail in {**mails, **drafts}.items():
        assert mail.defects == [], name
        assert mail.get_content_type() == "multipart/alternative", name
        assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"], name


def test_plain_text_is_complete(mails, drafts) -> None:
    """Every word of the page stands in the plain text too, links included."""
    for name, mail in {**mails, **drafts}.items():
        text, page = find_parts(mail)
        missing = set(Page(page).words) - set(WORD.findall(text))
        assert missing == set(), name
        for link in re.findall(r'href="(https?:[^"]+)"', page):
            assert link in text, name


def test_the_first_mail_is_the_opening_inventory(mails) -> None:
    text, _ = find_parts(mails[1])
    assert all(key in text for key in TRUTH.opening_inventory[:5])
    assert "31" in mails[1]["Subject"]
    assert len(text.splitlines()) < 120, "one group, not a line per order"


def test_message_ids_are_those_of_the_outbox(story: Story, mails) -> None:
    """A repeat would carry the same bytes: what was written in the transaction is what lies in the folder."""
    programme = story.open()
    rows = list_messages(programme.ledger)
    programme.close()
    ids = [mail["Message-ID"] for mail in mails.values()]
    assert ids == [f"<{row.id}@meridor.example>" for row in rows]
    assert len(set(ids)) == len(ids)
    paths = sorted((story.home / "mails").iterdir())
    assert [path.read_bytes() for path in paths] == [row.message.payload for row in rows]


def test_dates_are_those_of_the_polls(mails) -> None:
    assert {poll: mail["Date"].datetime for poll, mail in mails.items()} == {
        poll: POLLS[poll - 1].at.astimezone(PARIS) for poll in TRUTH.message_polls
    }


# ------------------------------------------------------------------------------------------------------------- threads


def list_alerts(mail: EmailMessage) -> list[str]:
    return [key.strip() for key in mail.get("X-Slipwatch-Alert", "").split(",") if key.strip()]


def test_every_mail_hangs_in_one_conversation(mails) -> None:
    roots = {mail["References"].split()[0] for mail in mails.values()}
    assert len(roots) == 1


def test_an_ending_answers_its_opening(mails) -> None:
    """A mail about one alert answers the mail that first told of it; one about several hangs on the conversation."""
    first: dict[str, str] = {}
    answered = {}
    for poll, mail in mails.items():
        keys = list_alerts(mail)
        root = mail["References"].split()[0]
        parents = {first.get(key, root) for key in keys} or {root}
        assert mail["In-Reply-To"] == (parents.pop() if len(parents) == 1 else root), poll
        if mail["In-Reply-To"] != root:
            answered[poll] = mail["In-Reply-To"]
        for key in keys:
            first.setdefault(key, mail["Message-ID"])
    assert answered[25] == mails[24]["Message-ID"], "the export is back: the answer to the mail that missed it"


def test_every_ending_can_be_found_from_its_opening(mails) -> None:
    told: dict[str, list[int]] = {}
    for poll, mail in mails.items():
        for key in list_alerts(mail):
            told.setdefault(key, []).append(poll)
    expected = sorted(
        sorted({alert.opened, *alert.list_worse_polls(), *([alert.closed] if alert.closed else [])})
        for alert in TRUTH.alerts
    )
    assert sorted(told.values()) == expected


# -------------------------------------------------------------------------------------------------------------- drafts


def test_drafts_are_ready_to_send(drafts, roles) -> None:
    """To the role's own address, marked as unsent, and without a date or an identity of their own."""
    for name, mail in drafts.items():
        role = find_role(name, roles)
        assert [address.addr_spec for address in mail["To"].addresses] == [role.address], name
        assert (mail["X-Unsent"], mail["Date"], mail["Message-ID"]) == ("1", None, None), name


def test_drafts_speak_the_language_of_their_role(drafts, roles) -> None:
    spoken = {find_role(name, roles).key: Page(find_parts(mail)[1]).language for name, mail in drafts.items()}
    assert spoken == {key: roles[key].language for key in spoken}
    assert set(spoken.values()) == {"fr", "en"}


@pytest.fixture(scope="module")
def roles(story: Story) -> dict:
    programme = story.open()
    programme.close()
    return programme.portfolio.roles


def find_role(name: str, roles: dict):
    return roles[Path(name).name.split("_")[0]]


# ----------------------------------------------------------------------------------------------------------- inertness


def test_nothing_in_a_mail_or_report_can_act_or_load(mails, drafts, report: str) -> None:
    pages = {name: find_parts(mail)[1] for name, mail in {**mails, **drafts}.items()} | {"report": report}
    assert {name: Page(page).active for name, page in pages.items() if Page(page).active} == {}


def test_the_hostile_title_is_nowhere_alive(mails, drafts, report: str) -> None:
    """The tracker's ticket with a formula and a script in its title gives no alert; where it is named, it is text."""
    texts = [find_parts(mail)[0] for mail in {**mails, **drafts}.values()]
    assert not [line for text in texts for line in text.splitlines() if line.lstrip(" -").startswith("=HYPERLINK")]
    assert "<script>alert" not in report
    assert not [mail["Subject"] for mail in mails.values() if "HYPERLINK" in mail["Subject"]]


# -------------------------------------------------------------------------------------------------------------- report


def test_report_names_what_is_open_and_both_baselines(report: str) -> None:
    words = " ".join(Page(report).words)
    for expected in ("Regular running", "ERP go-live", "DC go-live", "65", "59"):
        assert expected in words
