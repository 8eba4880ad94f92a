"""What could not be judged is spelt out once, and only counted while it stays the same."""

from slipwatch.model.finding import Assessment, GreyReason, Message, NotJudged
from tests.alerts.test_routing import open_many, send


def judge(*names):
    grey = NotJudged(
        rule="SUP-01", reason=GreyReason.UNASSIGNED, subjects=(), counted=names, text=Message(id="grey.unassigned")
    )
    return [Assessment(rule="SUP-01", not_judged=[grey])]


def tell(now, told):
    letters = send(open_many(1), judged=now, told_assessments=told)
    return next(letter for letter in letters if letter.is_pmo)


def test_the_first_letter_names_what_was_not_judged():
    letter = tell(judge("L1", "L2"), ())
    assert [group.counted for group in letter.grey] == [("L1", "L2")]
    assert letter.grey_as_before == 0


def test_what_stays_the_same_is_only_counted():
    letter = tell(judge("L1", "L2"), judge("L2", "L1"))
    assert letter.grey == ()
    assert letter.grey_as_before == 2


def test_what_changed_is_named_again():
    letter = tell(judge("L1", "L2", "L3"), judge("L1", "L2"))
    assert [group.counted for group in letter.grey] == [("L1", "L2", "L3")]


def test_what_ended_leaves_nothing():
    letter = tell([], judge("L1"))
    assert (letter.grey, letter.grey_as_before) == ((), 0)
