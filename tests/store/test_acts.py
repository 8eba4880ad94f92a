"""Acts of the desk are noted for good."""

from slipwatch.store.acts import list_acts, record_act, released_recipients
from tests.store.streams import day


def note(ledger, kind, subject, at=0, **detail):
    return record_act(ledger, kind=kind, subject=subject, author="pmo", reason="asked for", at=day(at), detail=detail)


def test_acts_are_listed_in_their_order(ledger):
    note(ledger, "acknowledge", "M1", concern="time")
    note(ledger, "release_recipient", "lead", at=1)
    first, second = list_acts(ledger)
    assert (first.kind, first.subject, first.author, first.reason) == ("acknowledge", "M1", "pmo", "asked for")
    assert (first.at, first.detail) == (day(0), {"concern": "time"})
    assert list_acts(ledger, "release_recipient") == [second]


def test_a_recipient_is_released_until_withdrawn(ledger):
    assert released_recipients(ledger) == set()
    note(ledger, "release_recipient", "lead")
    note(ledger, "release_recipient", "supplier")
    note(ledger, "withdraw_recipient", "lead")
    note(ledger, "withdraw_recipient", "nobody")
    assert released_recipients(ledger) == {"supplier"}
    note(ledger, "release_recipient", "lead")
    assert released_recipients(ledger) == {"lead", "supplier"}
