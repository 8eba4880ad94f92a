"""Runs ended with kill -9: no message is lost, only the very same message comes twice, and the end is the same."""

import json
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from slipwatch.model.alert import AlertState, Change, OutboxState
from slipwatch.store.alerts import load_alerts, read_transitions
from slipwatch.store.outbox import list_messages
from slipwatch.store.reader import read_entity, read_promises, read_quarantine
from tests.end_to_end.small import BASELINE, START, Small, write_config

pytestmark = [pytest.mark.kill, pytest.mark.skipif(sys.platform == "win32", reason="kill -9 and fork are POSIX")]

KILLS = 200
WEEKS = 20
LANES = 2
SEED = 20270111
ATTEMPT = timedelta(minutes=10)
"""Between two tries of a week: longer than a killed run keeps its lease and its messages."""

RULES = ("schedule.milestone_slip", "supply.promise_after_need")
"""Two rules on two sources: what is killed between transactions matters here, not how much is judged."""

BREAK = "quality.contract_break"

NAMES = ("source", "source_id", "label", "subject_key", "known_at", "absent_since", "vanished_at")


# ---------------------------------------------------------------------------------------------------------- the server


class ForkServer:
    """Starts runs of a programme as forks of one process, and ends them."""

    def __init__(self) -> None:
        root = Path(__file__).parents[2]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.end_to_end.fork_server"],
            cwd=root,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, small: Small, *, kill_after: float | None = None, point: int | None = None) -> dict:
        order = {"config": str(small.config), "home": str(small.home), "at": small.clock().isoformat()}
        print(json.dumps(order | {"kill_after": kill_after, "point": point}), file=self.process.stdin, flush=True)
        answer = json.loads(self.process.stdout.readline())
        assert not answer["failed"], "a run failed by itself"
        return answer

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait(timeout=30)
        self.process.stdout.close()


@pytest.fixture
def servers() -> Iterator[list[ForkServer]]:
    started = [ForkServer() for _ in range(LANES)]
    yield started
    for server in started:
        server.close()


# ------------------------------------------------------------------------------------------------------- the programme


def drop_week(small: Small, week: int, seed: int) -> None:
    """The files of one week: dates move, lines go missing for a week or for good, a cell cannot be read, work ends."""
    chance = random.Random(f"{seed} {week}")
    plan = []
    for number in range(1, 7):
        day = BASELINE[f"M{number}"] + timedelta(days=7 * chance.choice((0, 0, 0, 1, 2, 4)))
        done = f"{START.date() + timedelta(weeks=week)};done" if chance.random() < 0.1 else ";open"
        shown = "KW 17" if chance.random() < 0.05 else day
        plan.append(f"M{number};Milestone {number};{'CORE' if number < 4 else 'DOCK'};{shown};{done}")
    orders = ["4500000099;10;0001;DOCK;2027-04-01;2027-04-20;5;0"] if 2 <= week < 7 else []
    for number in range(1, 13):
        promise = f"2027-04-{chance.choice((1, 1, 1, 6, 13)):02}"
        received, project = chance.choice((0, 0, 0, 0, 5)), "CORE" if number < 7 else "DOCK"
        if chance.random() > 0.15:
            orders.append(f"4500000{number:03};10;0001;{project};2027-04-01;{promise};5;{received}")
    small.drop_plan(plan)
    small.drop_orders(orders)


def begin(folder: Path, name: str, mail_server, *, rules: Sequence[str] = RULES) -> Small:
    options = {"host": mail_server.host, "port": mail_server.port, "starttls": "off_loopback_only"}
    small = Small(folder / name)
    write_config(small.config, rules=rules, mail={"transport": "smtp", "domain": f"{name}.example", "options": options})
    small.approve()
    return small


@dataclass
class Toll:
    """How often a programme was killed, and how long a run of it takes."""

    kills: int = 0
    seconds: list[float] = field(default_factory=list)


def play(small: Small, server: ForkServer, seed: int, *, kills: random.Random | None) -> Toll:
    """Every week one run; with `kills`, one that is ended at a random moment comes first."""
    toll = Toll()
    for week in range(WEEKS):
        small.clock.set(START + timedelta(weeks=week))
        drop_week(small, week, seed)
        before = toll.kills
        while kills and toll.kills == before:
            usual = sorted(toll.seconds)[len(toll.seconds) // 2] if toll.seconds else 0.5
            toll.kills += server.run(small, kill_after=kills.uniform(0, usual))["killed"]
            small.clock.set(small.clock() + ATTEMPT)
        toll.seconds.append(server.run(small)["seconds"])
    return toll


# ------------------------------------------------------------------------------------------------------ what is left


def find_week(at) -> int:
    return (at - START).days // 7


def describe(small: Small) -> dict:
    """All that people could ever see of a programme, without numbers of runs and times of recording."""
    programme = small.open()
    ledger = programme.ledger
    promises = read_promises(ledger).drop(columns=["record", "subject", "run", "recorded_at"])
    left = {
        "transitions": [
            (find_week(t.at), name_alert(t.alert), str(t.change), t.joined, t.left, tuple(t.raised.items()))
            for t in read_transitions(ledger)
        ],
        "alerts": sorted(
            (
                name_alert(a),
                str(a.state),
                find_week(a.opened_at),
                find_week(a.changed_at),
                a.accountable,
                list_reasons(a),
            )
            for a in load_alerts(ledger, include_ended=True)
        ),
        "promises": sorted(map(str, promises.itertuples(index=False, name=None))),
        "milestones": list_facts(ledger, "milestone", "forecast_on", "accepted_on"),
        "lines": list_facts(ledger, "order_line", "promised_on", "received_quantity"),
        "quarantine": sorted(map(str, read_quarantine(ledger)[["source_id", "column", "reason"]].values)),
        "drafts": sorted(cut_number(path) for path in (small.home / "drafts").rglob("*.eml")),
        "messages": [find_week(row.created_at) for row in list_messages(ledger)],
    }
    programme.close()
    left["transitions"].sort(key=str)
    return left


def name_alert(alert) -> tuple:
    return alert.subject.entity, alert.subject.key, str(alert.key.concern), alert.key.episode


def list_reasons(alert) -> str:
    return str(sorted((r.rule, r.finding.value, r.gravity, find_week(r.first_seen)) for r in alert.reasons.values()))


def list_facts(ledger, entity: str, *columns: str) -> list[str]:
    frame = read_entity(ledger, entity)
    return sorted(map(str, frame[[*NAMES, *columns]].itertuples(index=False, name=None)))


def cut_number(path: Path) -> str:
    """Day, role, subject and concern: the number of a subject depends on which source was read first."""
    role, subject, alert = path.stem.split("_")
    concern, _, episode = alert.split("-")
    return f"{path.parent.name}/{role}_{subject}_{concern}-{episode}"


def check_messages(small: Small, sent: dict[str, list[bytes]], kills: int) -> None:
    """Every transition was told, every message arrived, and only the same bytes came twice."""
    programme = small.open()
    rows = list_messages(programme.ledger)
    told = {(find_week(row.created_at), key) for row in rows for key in row.message.alerts}
    owed = {
        (find_week(t.at), t.alert.key) for t in read_transitions(programme.ledger) if t.change is not Change.INVENTORIED
    }
    programme.close()
    domain = f"@{small.folder.name}.example>"
    arrived = {id: copies for id, copies in sent.items() if id.endswith(domain)}
    assert owed == told
    assert {row.state for row in rows} == {OutboxState.SENT}
    assert set(arrived) == {f"<{row.id}{domain}" for row in rows}, "lost, or never written down"
    assert all(len(set(copies)) == 1 for copies in arrived.values()), "a repeat differs"
    assert sum(map(len, arrived.values())) - len(arrived) <= kills


def collect_sent(mail_server) -> dict[str, list[bytes]]:
    """Bytes of what arrived, by Message-ID."""
    sent: dict[str, list[bytes]] = {}
    for message in mail_server.read_messages():
        sent.setdefault(message["Message-ID"].strip(), []).append(message.as_bytes())
    return sent


# --------------------------------------------------------------------------------------------------------------- tests


def test_two_hundred_kills_at_random_moments(tmp_path, mail_server, servers, record_property) -> None:
    """R1: killed at any moment, a run loses nothing and a clean run after it comes to the same end."""
    each = KILLS // WEEKS // LANES

    def play_lane(lane: int) -> list[tuple[Small, Toll]]:
        played = []
        for number in range(each + 1):
            small = begin(tmp_path, f"lane{lane}-{number}", mail_server)
            kills = random.Random(f"{SEED} {lane} {number}") if number else None
            played.append((small, play(small, servers[lane], lane, kills=kills)))
        return played

    with ThreadPoolExecutor(LANES) as lanes:
        played = list(lanes.map(play_lane, range(LANES)))
    sent = collect_sent(mail_server)
    repeats = sum(len(copies) - 1 for copies in sent.values())
    killed = sum(toll.kills for lane in played for _, toll in lane)
    record_property("kills", killed)
    record_property("repeats", repeats)
    print(f"seed {SEED}: {killed} kills, {len(sent)} messages, {repeats} repeats")
    for (calm, _), *others in played:
        expected = describe(calm)
        assert_worth_killing(expected)
        for small, toll in others:
            assert toll.kills == WEEKS
            check_messages(small, sent, toll.kills)
            assert describe(small) == expected
    assert killed == KILLS


def assert_worth_killing(left: dict) -> None:
    """The uninterrupted run does a bit of everything, else the comparison would prove little."""
    changes = Counter(change for _, _, change, *_ in left["transitions"])
    assert {"opened", "worsened", "better", "resolved", "left scope"} <= set(changes)
    assert any(state == str(AlertState.OPEN) for _, state, *_ in left["alerts"])
    assert len(left["promises"]) > 100
    assert len(left["messages"]) > WEEKS / 2


@pytest.mark.parametrize("first_week", [0, 6])
def test_killed_at_every_commit_point(tmp_path, mail_server, servers, first_week: int) -> None:
    """R2: before each statement and commit, before and after the mail server is spoken to, point after point."""
    calm, hit = (begin(tmp_path, name, mail_server, rules=(*RULES, BREAK)) for name in ("calm", "hit"))
    kills = 0
    for week in range(first_week + 2):
        for small in (calm, hit):
            small.clock.set(START + timedelta(weeks=week))
            drop_week(small, week, SEED)
        servers[0].run(calm)
        if week >= first_week:
            kills += kill_at_points(servers[1], hit, step=9)
        servers[1].run(hit)
    assert kills > 30
    check_messages(hit, collect_sent(mail_server), kills)
    assert describe(hit) == describe(calm)


def kill_at_points(server: ForkServer, small: Small, *, step: int) -> int:
    """Kill at the first statement, at the one `step` further on, and so on until a run gets through."""
    kills = 0
    while server.run(small, point=1 + kills * step)["killed"]:
        kills += 1
        small.clock.set(small.clock() + ATTEMPT)
    small.clock.set(small.clock() + ATTEMPT)
    return kills
