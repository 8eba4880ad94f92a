"""What is told is told once, nothing promised is missing, and a crash in between loses nothing."""

import email
import email.policy
from datetime import datetime, timedelta

import pytest

from slipwatch.alerts.transports import Reply
from slipwatch.engine import notify
from slipwatch.engine.baselines import approve_baseline
from slipwatch.engine.desk import release_recipient
from slipwatch.errors import DeliveryError
from slipwatch.model.alert import OutboxState
from slipwatch.store.outbox import list_messages
from tests.engine.office import Office
from tests.engine.sources import NOW
from tests.settings.small_configuration import edit

FORMATS = ["%d/%m/%Y"]
HEAD = "Id;Name;Forecast;Actual\n"
FRIDAY = datetime.fromisoformat("2026-03-06T06:00:00+00:00")
SATURDAY = FRIDAY + timedelta(days=1)


def plan(forecast):
    return f"{HEAD}17;Design sign-off;{forecast};\n18;Dock ready;01/09/2026;\n"


class Post:
    """A transport that keeps what it is given, or refuses one reader for good."""

    def __init__(self):
        self.sent, self.refused, self.fault = [], None, None

    def send(self, message):
        if self.fault:
            raise self.fault
        if message.recipient == self.refused:
            raise DeliveryError("550 no such user", permanent=True, code=550)
        self.sent.append(message)
        return Reply(code=250, text="taken")

    def close(self):
        pass


@pytest.fixture
def post(monkeypatch):
    found = Post()
    monkeypatch.setattr("slipwatch.engine.wiring.Programme.open_transport", lambda self: found)
    return found


@pytest.fixture
def office(tmp_path, post):
    """Baselined at 30 January 2026; read once, as planned."""
    portfolio = edit("portfolio.yaml", "lead: {name: Owner lead, side: owner}", LEAD)
    found = Office(tmp_path, **portfolio)
    found.map(FORMATS, columns={"name": "Name", "forecast_on": "Forecast", "claimed_on": "Actual"})
    approve_baseline(found.programme, 1, author="committee", reason="kick-off", effective_on=NOW.date())
    found.drop(plan("30/01/2026"), "2026-01-20").run()
    post.sent.clear()
    yield found
    found.close()


LEAD = "lead: {name: Owner lead, side: owner, language: en, address: lead@example.org}"


def slip(office, at=NOW + timedelta(days=2)):
    """The design slips by weeks, and the next run sees it."""
    office.drop(plan("30/06/2026"), f"{at - timedelta(days=1):%Y-%m-%d}")
    office.now = at
    return office.run_now()


def list_drafts(office):
    return sorted(path.name for path in (office.folder / "home" / "drafts").rglob("*.eml"))


def read_text(message):
    parsed = email.message_from_bytes(message.payload, policy=email.policy.default)
    return parsed.get_body(("plain",)).get_content()


def test_a_slip_reaches_the_pmo_with_a_draft_for_whoever_answers_for_it(office, post):
    slip(office)
    (letter,) = post.sent
    assert letter.recipient == "pmo"
    (name,) = list_drafts(office)
    assert name in read_text(letter)


def test_a_crash_between_drafts_and_commit_loses_nothing(office, post, monkeypatch):
    def die(*_arguments, **_options):
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(notify, "commit_outcome", die)
        with pytest.raises(KeyboardInterrupt):
            slip(office)
    left = list_drafts(office)
    assert len(left) == 1
    assert not list_messages(office.programme.ledger, state=OutboxState.PENDING)
    office.run_now()
    assert list_drafts(office) == left, "the second run wrote the draft under another name"
    assert len(post.sent) == 1


def test_a_crash_after_the_commit_leaves_the_drafts_and_the_message(office, post, monkeypatch):
    def die(*_arguments, **_options):
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(notify, "mark_reported", die)
        with pytest.raises(KeyboardInterrupt):
            slip(office)
    assert len(list_drafts(office)) == 1
    assert notify.deliver(office.programme).sent == 1
    assert list_drafts(office)[0] in read_text(post.sent[0])


def test_a_message_that_was_given_up_is_told_to_the_pmo_once(office, post):
    release_recipient(office.programme, "lead", author="pmo", reason="agreed")
    post.refused = "lead"
    slip(office)
    dead = list_messages(office.programme.ledger, state=OutboxState.DEAD)
    assert [row.message.recipient for row in dead] == ["lead"]
    told = []
    for _ in range(2):
        post.sent.clear()
        office.now += timedelta(days=1)
        office.run_now()
        told.append([letter.recipient for letter in post.sent if "no such user" in read_text(letter)])
    assert told == [["pmo"], []]


def test_on_a_day_off_messages_wait_for_the_next_working_day(office, post):
    slip(office, at=SATURDAY)
    assert post.sent == []
    (row,) = list_messages(office.programme.ledger, state=OutboxState.PENDING)
    assert row.message.not_before.date() == (SATURDAY + timedelta(days=2)).date()
    assert notify.deliver(office.programme).waiting == 0, "what is deferred is not late"
    office.now = SATURDAY + timedelta(days=3)
    assert notify.deliver(office.programme).sent == 1


def test_a_transport_that_breaks_keeps_every_message(office, post):
    post.fault = ZeroDivisionError("a bug of theirs")
    report = slip(office)
    assert report.delivery_problems == ("ZeroDivisionError: a bug of theirs",)
    post.fault = None
    office.now += timedelta(hours=1)
    assert notify.deliver(office.programme).sent == 1


@pytest.mark.parametrize("written", [True, False])
def test_the_latest_report_is_named_where_there_is_one(office, post, written):
    path = office.folder / "home" / "reports" / "latest.html"
    if written:
        path.parent.mkdir()
        path.write_text("<html>")
    slip(office)
    assert (str(path) in read_text(post.sent[0]).replace("\n", "")) is written


def test_after_an_outage_each_run_is_told_once_oldest_first_with_the_day_of_its_run(office, post):
    """They are not melted into one: what a message says, and its Message-ID, stand since the run that it tells."""
    post.fault = DeliveryError("connection refused", permanent=False)
    days = [NOW + timedelta(days=number) for number in (7, 9, 11, 14)]  # a Monday, and working days after it
    for day, forecast in zip(days, ("30/06/2026", "31/07/2026", "31/08/2026", "30/01/2026"), strict=True):
        office.drop(plan(forecast), f"{day - timedelta(days=1):%Y-%m-%d}")
        office.now = day
        assert office.run_now().delivered == 0
    written = [row.message.payload for row in list_messages(office.programme.ledger, state=OutboxState.PENDING)]
    post.fault = None
    office.now = days[-1] + timedelta(days=1)
    report = office.run_now()
    assert (report.delivered, report.undelivered) == (4, 0)
    assert [message.payload for message in post.sent] == written
    letters = [email.message_from_bytes(message.payload, policy=email.policy.default) for message in post.sent]
    assert [letter["Date"].datetime for letter in letters] == days
    assert len({letter["Message-ID"] for letter in letters}) == 4
    assert notify.deliver(office.programme).sent == 0
