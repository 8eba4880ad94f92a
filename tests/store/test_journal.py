"""Journals: what a source itself remembers enters once, with its own instants and names."""

from slipwatch.model.records import WindowKind
from slipwatch.store.reader import read_promises
from tests.store.streams import day, make_record, on, state

D1, D2, D3, D4 = (f"2026-03-0{number}" for number in (1, 2, 3, 4))


def promised(text):
    return {"promised_on": on(text)}


def move(old, new, number, by=None):
    return state("promised_on", old and on(old), new and on(new), day(number), by)


def show(world):
    """(old, new, day known, cause, by) of the promises."""
    frame = read_promises(world.ledger, columns=["promised_on"])
    moves = [move[2:] for move in world.show_moves("promised_on")]
    by = [None if one != one or one is None else one for one in frame["stated_by"]]
    return [(*one, cause, who) for one, cause, who in zip(moves, frame["cause"], by, strict=True)]


def test_the_first_read_reconstructs_what_the_journal_tells(world):
    history = (move(D1, D2, 1, "anna"), move(D2, D3, 2, "ben"))
    world.merge(5, [make_record("a", promised(D3), history=history)])
    assert show(world) == [
        (None, D1, 1, "reconstructed", None),
        (D1, D2, 1, "reconstructed", "anna"),
        (D2, D3, 2, "reconstructed", "ben"),
    ]
    assert world.show("promised_on") == {"a": D3}


def test_the_value_before_the_first_statement_was_known_since_the_record_was_raised(world):
    record = type(make_record("a", {}))(
        "a",
        "#1",
        {"name": "Build", "created_at": day(-9), "due_on": on(D2)},
        history=(state("due_on", on(D1), on(D2), day(1)),),
    )
    world.merge(5, [record], entity="work_item")
    assert [one[2:] for one in world.show_moves("due_on")] == [(None, D1, -9), (D1, D2, 1)]


def test_the_same_journal_again_tells_nothing_new(world):
    record = make_record("a", promised(D2), history=(move(D1, D2, 1),))
    world.merge(5, [record])
    before = show(world)
    world.merge(6, [record, make_record("b", {})])
    world.merge(7, [record], kind=WindowKind.INCREMENTAL)
    assert show(world) == before


def test_later_statements_are_drift_of_the_source_with_their_own_instants(world):
    world.merge(0, [make_record("a", promised(D1))])
    world.merge(5, [make_record("a", promised(D3), history=(move(D1, D2, 2, "anna"), move(D2, D3, 4, "ben")))])
    assert show(world) == [
        (None, D1, 0, "source", None),
        (D1, D2, 2, "source", "anna"),
        (D2, D3, 4, "source", "ben"),
    ]


def test_a_move_there_and_back_between_two_reads_is_told(world):
    world.merge(0, [make_record("a", promised(D1))])
    report = world.merge(5, [make_record("a", promised(D1), history=(move(D1, D2, 2), move(D2, D1, 3)))])
    assert report.changed == 0
    assert [one[:3] for one in show(world)] == [(None, D1, 0), (D1, D2, 2), (D2, D1, 3)]


def test_a_change_found_by_comparing_gives_way_to_the_journal_that_explains_it(world):
    world.merge(0, [make_record("a", promised(D1))])
    world.merge(5, [make_record("a", promised(D3))])
    history = (move(D1, D2, 2, "anna"), move(D2, D3, 4, "ben"))
    world.merge(6, [make_record("a", promised(D3), history=history)])
    assert [one[:3] for one in show(world)] == [(None, D1, 0), (D1, D2, 2), (D2, D3, 4)]
    before = [one[2:] for one in world.show_moves("promised_on", recorded_by=day(5))]
    assert before == [(None, D1, 0), (D1, D3, 5)]


def test_a_value_that_the_journal_does_not_explain_is_a_change_of_its_own(world):
    world.merge(0, [make_record("a", promised(D1))])
    world.merge(5, [make_record("a", promised(D4), history=(move(D1, D2, 2, "anna"),))])
    assert [one[:3] for one in show(world)] == [(None, D1, 0), (D1, D2, 2), (D2, D4, 5)]


def test_statements_about_columns_that_nobody_watches_are_left_out(world):
    history = (state("name", "old", "new", day(1)),)
    world.merge(5, [make_record("a", promised(D1), history=history)])
    assert [one[:2] for one in show(world)] == [(None, D1)]


def test_other_columns_of_the_record_keep_their_first_values(world):
    values = promised(D2) | {"needed_on": on(D4)}
    world.merge(5, [make_record("a", values, history=(move(D1, D2, 1),))])
    assert [one[2:] for one in world.show_moves("needed_on")] == [(None, D4, 5)]


def test_a_statement_that_cannot_be_read_is_set_aside_and_the_record_kept(world):
    history = (state("promised_on", "soon", on(D2), day(1)), move(D2, D3, 2))
    report = world.merge(5, [make_record("a", promised(D3), history=history)])
    assert (report.new, report.quarantined, report.absent) == (1, 1, 0)
    assert [one[:2] for one in show(world)] == [(None, D2), (D2, D3)]
