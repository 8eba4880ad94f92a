"""The sample programme on PostgreSQL: the same alerts, messages and promises as on SQLite, poll by poll."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from slipwatch.engine.history import trace
from slipwatch.engine.wiring import Programme, open_programme
from slipwatch.sample import demo
from slipwatch.sample.programme import POLLS
from slipwatch.store.alerts import load_alerts
from slipwatch.store.outbox import list_messages
from slipwatch.store.reader import read_entity, read_promises, read_quarantine
from tests.end_to_end.story import Story, read_steps, replay

pytestmark = pytest.mark.xdist_group("story")

POLLS_PLAYED = 12
REFERENCE = "STORY_LEDGER"
END = POLLS[POLLS_PLAYED - 1].at


@pytest.fixture(scope="module")
def pair(story: Story, postgres_url: str, tmp_path_factory) -> Iterator[tuple[Programme, Programme]]:
    """The programme on SQLite, all polls, and on PostgreSQL, the first twelve."""
    prepare = demo.prepare_folder

    def prepare_on_postgres(folder: Path) -> demo.Demo:
        prepared = prepare(folder)
        with (prepared.config / "slipwatch.yaml").open("a", encoding="utf-8") as settings:
            settings.write(f"\nledger: env:{REFERENCE}\n")
        return prepared

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(demo, "prepare_folder", prepare_on_postgres)
        played = replay(tmp_path_factory.mktemp("postgres") / "demo", {REFERENCE: postgres_url}, POLLS_PLAYED)
    on_postgres = open_programme(
        played.demo.config, environ={REFERENCE: postgres_url}, home=played.home, now=lambda: END, create=False
    )
    on_sqlite = story.open()
    yield on_sqlite, on_postgres
    on_sqlite.close()
    on_postgres.close()


def test_the_ledger_is_where_the_reference_says(pair) -> None:
    assert [programme.ledger.dialect for programme in pair] == ["sqlite", "postgresql"]
    assert not (pair[1].home / "ledger.db").exists()


def test_same_transitions(pair) -> None:
    steps, on_postgres = (read_steps(programme.ledger) for programme in pair)
    assert len(on_postgres) > 12
    assert on_postgres == [step for step in steps if step.poll <= POLLS_PLAYED]


def test_same_messages(pair) -> None:
    """As many, on the same days, about the same alerts. (Numbers of subjects depend on which source was read first.)"""
    told = [
        [
            (row.created_at, row.recipient, row.not_before, row.sent_at, sorted(name_alerts(programme, row)))
            for row in list_messages(programme.ledger)
            if row.created_at <= END
        ]
        for programme in pair
    ]
    assert told[0] == told[1]


def name_alerts(programme: Programme, row) -> list[tuple[str, str, int]]:
    names = {alert.key: alert.subject.key for alert in load_alerts(programme.ledger, include_ended=True)}
    return [(names[key], str(key.concern), key.episode) for key in row.message.alerts]


@pytest.mark.parametrize("entity", ["milestone", "order_line", "requirement", "work_item", "budget_line", "receipt"])
def test_same_facts(pair, entity: str) -> None:
    """What was known by the last of the polls played, asked of both today."""
    frames = [
        read_entity(programme.ledger, entity, known_by=END)
        .drop(columns=["record", "subject", "recorded_at", "first_seen"], errors="ignore")
        .pipe(lambda frame: frame[[name for name in frame if not name.endswith("_subject")]])
        .sort_values(["source", "stream", "source_id"], ignore_index=True)
        for programme in pair
    ]
    assert len(frames[0]) > 5
    assert frames[0].compare(frames[1], result_names=("sqlite", "postgresql")).empty


def test_same_promises(pair) -> None:
    names = ["source", "entity", "source_id", "column", "old_text", "new_text", "known_at", "stated_by", "cause"]
    stated = [
        sorted(map(str, read_promises(programme.ledger, known_by=END)[names].itertuples(index=False, name=None)))
        for programme in pair
    ]
    assert len(stated[0]) > 1000
    assert stated[0] == stated[1]


def test_same_history_of_a_line(pair) -> None:
    statements = [
        [one for one in trace(programme, "4500032015/10")[0].statements if one.known_at <= END] for programme in pair
    ]
    assert statements[0] == statements[1]
    assert [one.new for one in statements[1] if one.entity == "order_line" and one.column == "promised_on"] == [
        "2026-03-27",
        "2026-04-17",
        "2026-04-30",
    ]


def test_same_rows_set_aside(pair) -> None:
    aside = [
        sorted(read_quarantine(p.ledger, open_only=False).query("first_seen <= @END")["where"].tolist()) for p in pair
    ]
    assert len(aside[0]) == 5
    assert aside[0] == aside[1]
