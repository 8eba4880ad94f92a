"""Who is told what, and when: the PMO first, outsiders only what is theirs, quiet days defer and never drop."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from slipwatch.alerts.addresses import is_usable_address
from slipwatch.alerts.audience import Audience
from slipwatch.alerts.inventory import group_grey
from slipwatch.alerts.routing import RoutingRules, find_departure, route
from slipwatch.errors import ConfigError
from slipwatch.model.alert import AlertState, Change
from slipwatch.model.finding import Assessment, Concern, GreyReason, Message, NotJudged, Severity
from slipwatch.model.portfolio import Role
from tests.alerts.build import MONDAY, PORTFOLIO, RULES, assess, finding, step, subject, surround

PAST = "schedule.past_due_open"


def send(outcome, *, rules=RULES, judged=(), at=MONDAY, **around):
    return route(outcome.transitions, judged, rules, at=at, around=surround(open_alerts=outcome.alerts, **around))


def open_many(count, **options):
    return step([], assess(*(finding(subject(n), gravity=1, stake_days=n, **options) for n in range(1, count + 1))))


def keys(lines):
    return [line.transition.alert.subject.key for line in lines]


class TestPmoFirst:
    def test_until_somebody_is_released_the_pmo_alone_is_told(self):
        letters = send(open_many(3))

        assert [letter.recipient.key for letter in letters] == ["pmo"]
        assert (letters[0].is_pmo, letters[0].alone) == (True, True)

    def test_five_new_lines_by_days_at_stake_and_a_count(self):
        (letter,) = send(open_many(8))

        assert keys(letter.new) == ["M8", "M7", "M6", "M5", "M4"]
        assert keys(letter.more) == ["M3", "M2", "M1"]

    def test_severity_ranks_where_the_stakes_are_equal(self):
        found = [
            finding(subject(1), severity=Severity.WARNING),
            finding(subject(2), severity=Severity.CRITICAL),
            finding(subject(3), severity=Severity.NOTE, stake_days=1),
        ]

        (letter,) = send(step([], assess(*found)))

        assert keys(letter.new) == ["M3", "M2", "M1"]

    def test_worse_and_ended_lines_are_not_counted_as_new(self):
        before = open_many(6)
        told = {"pmo": {alert.key: "<root@x.example>" for alert in before.alerts}}
        after = step(
            before.alerts,
            assess(*(finding(subject(n), gravity=2) for n in range(1, 6)), evaluated=[6]),
            assess(*(finding(subject(n), rule="scope.orphan", concern=Concern.SCOPE) for n in range(1, 6))),
        )

        (letter,) = send(after, told=told)

        assert (len(letter.new), len(letter.more), len(letter.worse), len(letter.ended)) == (5, 0, 5, 1)
        assert letter.still_open == 10

    def test_nothing_changed_nothing_sent(self):
        before = open_many(2)
        same = step(before.alerts, assess(*(finding(subject(n), gravity=1) for n in (1, 2))))

        assert send(same) == ()
        assert send(same, judged=[Assessment(rule="x", notes=[Message(id="test.note")])]) == ()

    def test_heartbeat_is_sent_when_asked_for(self):
        (letter,) = send(step([]), rules=replace(RULES, heartbeat=True))

        assert letter.lines == ()

    def test_message_that_was_given_up_is_worth_a_letter(self):
        (letter,) = send(step([]), notes=[Message(id="engine.message_dead")])

        assert [note.id for note in letter.notes] == ["engine.message_dead"]

    def test_notes_of_checks_travel_with_the_next_letter_each_once(self):
        note = Message(id="test.note", arguments={"name": "ERP"})
        judged = [Assessment(rule="a", notes=[note]), Assessment(rule="b", notes=[note])]

        (letter,) = send(open_many(1), judged=judged)

        assert letter.notes == (note,)

    def test_pmo_of_the_owners_side_reads_all_the_same(self):
        roles = PORTFOLIO.roles | {"pmo": replace(PORTFOLIO.roles["pmo"], side="owner")}

        (letter,) = send(open_many(1, audience="supplier"), portfolio=replace(PORTFOLIO, roles=roles))

        assert len(letter.new) == 1

    @pytest.mark.parametrize("address", [None, "", "not an address", "a@b.example, c@d.example"])
    def test_pmo_without_usable_address_stops_with_a_cure(self, address):
        roles = PORTFOLIO.roles | {"pmo": replace(PORTFOLIO.roles["pmo"], address=address)}

        with pytest.raises(ConfigError, match="no usable mail address"):
            send(open_many(1), portfolio=replace(PORTFOLIO, roles=roles))

    def test_undeclared_pmo_stops_with_a_cure(self):
        with pytest.raises(ConfigError, match="not declared"):
            send(open_many(1), rules=RoutingRules(pmo="nobody"))


class TestEndings:
    def end(self, **around):
        before = open_many(1)
        return send(step(before.alerts, assess(rule="schedule.milestone_slip", evaluated=[1])), **around)

    def test_nobody_hears_of_an_ending_who_never_heard_of_the_alert(self):
        assert self.end() == ()

    def test_ending_is_told_to_those_who_were_told(self):
        key = open_many(1).alerts[0].key

        (letter,) = self.end(told={"pmo": {key: "<root@x.example>"}})

        assert [line.root for line in letter.ended] == ["<root@x.example>"]

    def test_role_that_was_released_in_between_is_not_told_of_an_ending_it_cannot_know(self):
        key = open_many(1).alerts[0].key

        letters = self.end(told={"pmo": {key: "<root@x.example>"}}, released={"norvane"})

        assert [letter.recipient.key for letter in letters] == ["pmo"]


class TestInventory:
    def test_one_group_per_rule_with_count_and_keys_for_the_pmo_alone(self):
        lines = [finding(subject(n), value=n, unit="d") for n in range(1, 32)]
        other = finding(subject(40), rule=PAST, severity=Severity.WARNING)
        outcome = step([], assess(*lines), assess(other), first_rules={"schedule.milestone_slip", PAST})

        (letter,) = send(outcome, released={"norvane"})

        assert [(group.rule, len(group.keys), group.worst) for group in letter.inventory] == [
            ("schedule.milestone_slip", 31, 31),
            (PAST, 1, 7),
        ]
        assert letter.lines == letter.drafts == ()


class TestGrey:
    def grey(self, rule, reason, *counted, text="test.grey"):
        return Assessment(
            rule=rule,
            not_judged=[
                NotJudged(rule=rule, reason=reason, subjects=(), counted=counted, text=Message(id=text)),
            ],
        )

    def test_each_thing_is_counted_once_however_many_rules_looked(self):
        lines = [f"L{n}" for n in range(62)]
        groups = group_grey([self.grey(f"SUP-0{n}", GreyReason.OUT_OF_RULE, *lines) for n in (1, 2, 4)])

        assert [(len(group.counted), group.rules) for group in groups] == [(62, ("SUP-01", "SUP-02", "SUP-04"))]

    def test_same_projects_under_two_texts_are_one_group(self):
        groups = group_grey(
            [
                self.grey("SCOPE-01", GreyReason.NOT_PRACTISED, "WMS-DC", "SOP-PLAN", text="a"),
                self.grey("SCOPE-03", GreyReason.NOT_PRACTISED, "SOP-PLAN", "WMS-DC", text="b"),
            ]
        )

        assert [group.rules for group in groups] == [("SCOPE-01", "SCOPE-03")]

    def test_unassigned_is_one_group_whatever_the_rules_call_it(self):
        groups = group_grey(
            [
                self.grey("SUP-01", GreyReason.UNASSIGNED, "L1", "L2", text="a"),
                self.grey("SUP-02", GreyReason.UNASSIGNED, "L2", "L3", text="b"),
            ]
        )

        assert [group.counted for group in groups] == [("L1", "L2", "L3")]

    def test_other_reasons_stay_apart(self):
        groups = group_grey(
            [
                self.grey("SUP-01", GreyReason.MISSING_VALUE, "L1"),
                self.grey("SUP-01", GreyReason.NOT_PRACTISED, "Ferrolis"),
            ]
        )

        assert [group.reason for group in groups] == [GreyReason.NOT_PRACTISED, GreyReason.MISSING_VALUE]


class TestDrafts:
    def test_new_and_worse_alerts_have_one_those_only_counted_too(self):
        (letter,) = send(open_many(8))

        assert len(letter.drafts) == 8

    @pytest.mark.parametrize("accountable", [None, "nobody_known", "pmo"])
    def test_none_without_somebody_to_write_to(self, accountable):
        (letter,) = send(open_many(1, accountable=accountable))

        assert letter.drafts == ()

    def test_none_for_a_role_that_gets_its_own_message(self):
        letters = send(open_many(1), released={"norvane"})

        assert [(letter.recipient.key, len(letter.drafts)) for letter in letters] == [("pmo", 0), ("norvane", 0)]
        assert not letters[0].alone

    def test_released_role_without_usable_address_still_has_a_draft(self):
        roles = PORTFOLIO.roles | {"norvane": replace(PORTFOLIO.roles["norvane"], address="broken")}

        (letter,) = send(open_many(1), released={"norvane"}, portfolio=replace(PORTFOLIO, roles=roles))

        assert len(letter.drafts) == 1


class TestAudience:
    def line(self, id, supplier, **options):
        about = subject(id, entity="order_line", key=f"PO{id}/{supplier}", project="WMS-DC")
        given = {"accountable": supplier, "audience": "supplier", "concern": Concern.SUPPLY, "rule": "supply.late"}
        return finding(about, **(given | options))

    def own(self, about):
        return about.key.partition("/")[2]

    def test_supplier_reads_its_own_lines_only(self):
        outcome = step([], assess(self.line(1, "telmar"), self.line(2, "hallstedt")))

        letters = send(outcome, released={"telmar"}, supplier_of=self.own)

        assert keys(letters[1].new) == ["PO1/telmar"]
        assert letters[1].still_open == 1

    def test_internal_margin_never_reaches_a_supplier_though_it_is_accountable(self):
        margin = finding(
            subject(1, entity="order_line", key="PO1/telmar"),
            rule="cost.margin",
            accountable="telmar",
            audience="owner",
        )

        letters = send(step([], assess(margin)), released={"telmar"}, supplier_of=self.own)

        assert [letter.recipient.key for letter in letters] == ["pmo"]

    def test_reasons_of_another_side_are_left_out_of_the_letter(self):
        mine, theirs = self.line(1, "telmar"), self.line(1, "telmar", rule="supply.margin", audience="owner")

        letters = send(step([], assess(mine), assess(theirs)), released={"telmar"}, supplier_of=self.own)

        assert [reason.rule for reason in letters[0].new[0].reasons] == ["supply.late", "supply.margin"]
        assert [reason.rule for reason in letters[1].new[0].reasons] == ["supply.late"]

    def test_worse_by_a_reason_that_may_not_be_read_is_no_news(self):
        before = step([], assess(self.line(1, "telmar")))
        hidden = self.line(1, "telmar", rule="supply.margin", audience="owner")
        after = step(before.alerts, assess(self.line(1, "telmar")), assess(hidden))

        letters = send(after, released={"telmar"}, supplier_of=self.own)

        assert [letter.recipient.key for letter in letters] == ["pmo"]

    def test_supplier_without_a_key_reads_only_what_it_is_asked_about(self):
        role = Role(key="lienzo", name="Lienzo", side="supplier", address="x@lienzo.example")
        audience = Audience(pmo="pmo", portfolio=PORTFOLIO, supplier_of=lambda about: "lienzo")

        assert audience.may_read(role, self.line(1, "lienzo"))
        assert not audience.may_read(role, self.line(1, "telmar"))

    def test_integrator_reads_its_own_projects(self):
        role = replace(PORTFOLIO.roles["norvane"], supplier=None)
        audience = Audience(pmo="pmo", portfolio=PORTFOLIO)
        mine = finding(subject(1, project="ERP-CORE"), accountable=None)
        theirs = finding(subject(2, project="WMS-DC"), accountable=None)

        assert (audience.may_read(role, mine), audience.may_read(role, theirs)) == (True, False)

    def test_owner_reads_what_is_the_owners_and_hears_of_what_it_follows(self):
        outcome = open_many(1, audience="owner", accountable="buyer")

        silent = send(outcome, released={"owner_lead"})
        by_role = send(outcome, released={"owner_lead"}, rules=replace(RULES, follows={"owner_lead": {Concern.TIME}}))
        by_side = send(outcome, released={"owner_lead"}, rules=replace(RULES, follows={"owner": {Concern.TIME}}))

        assert [len(letters) for letters in (silent, by_role, by_side)] == [1, 2, 2]

    def test_following_a_concern_opens_no_door_to_what_may_not_be_read(self):
        outcome = step([], assess(self.line(1, "hallstedt")))

        letters = send(
            outcome, released={"telmar"}, supplier_of=self.own, rules=replace(RULES, follows={"supplier": set(Concern)})
        )

        assert [letter.recipient.key for letter in letters] == ["pmo"]

    def test_one_letter_per_reader_and_run(self):
        letters = send(open_many(4, audience="owner", accountable="buyer"), released={"buyer", "owner_lead", "norvane"})

        assert [letter.recipient.key for letter in letters] == ["pmo", "buyer"]

    def test_bad_address_of_one_reader_blocks_nobody(self):
        roles = PORTFOLIO.roles | {"buyer": replace(PORTFOLIO.roles["buyer"], address="a@b, c@d")}
        outcome = step(
            [],
            assess(
                finding(subject(1), audience="owner", accountable="buyer"),
                finding(subject(2), audience="owner", accountable="owner_lead"),
            ),
        )

        letters = send(outcome, released={"buyer", "owner_lead"}, portfolio=replace(PORTFOLIO, roles=roles))

        assert [letter.recipient.key for letter in letters] == ["pmo", "owner_lead"]


class TestDeparture:
    def depart(self, at, holidays=(), zone="Europe/Paris"):
        role = Role(key="r", name="R", side="pmo", time_zone=zone)
        left = find_departure(role, at, lambda _role, day: day.weekday() < 5 and day not in holidays)
        assert left.utcoffset() == UTC.utcoffset(None)
        return left.astimezone(ZoneInfo(zone))

    def test_working_day_leaves_at_once(self):
        assert self.depart(MONDAY) == MONDAY

    def test_holiday_and_weekend_leave_on_the_next_working_day_at_the_same_local_time(self):
        friday = datetime(2026, 4, 3, 4, tzinfo=UTC)

        left = self.depart(friday, {date(2026, 4, 3), date(2026, 4, 6)})

        assert (left.date(), left.hour) == (date(2026, 4, 7), 6)

    def test_local_time_holds_over_the_change_of_clocks(self):
        saturday = datetime(2026, 3, 28, 5, tzinfo=UTC)

        left = self.depart(saturday)

        assert (left.date(), left.hour) == (date(2026, 3, 30), 6)

    @pytest.mark.parametrize("zone", ["Europe/Paris", "America/Montreal", "Asia/Kolkata", "Pacific/Auckland"])
    def test_four_hundred_days_defer_and_never_drop(self, zone):
        closed = {date(2026, 5, 1), date(2026, 5, 8), date(2026, 12, 25), date(2027, 1, 1)}
        for number in range(400):
            at = datetime(2026, 1, 1, 4, 30, tzinfo=UTC) + timedelta(days=number)
            local, left = at.astimezone(ZoneInfo(zone)), self.depart(at, closed, zone)

            assert left.weekday() < 5
            assert left.date() not in closed
            assert timedelta() <= left - at <= timedelta(days=5)
            assert (left.hour, left.minute) == (local.hour, local.minute)
            assert left == at or local.weekday() >= 5 or local.date() in closed

    def test_day_is_the_readers_own(self):
        sunday_evening_utc = datetime(2026, 4, 12, 22, tzinfo=UTC)

        assert self.depart(sunday_evening_utc, zone="Pacific/Auckland") == sunday_evening_utc

    def test_calendar_without_working_days_does_not_hold_a_message_for_ever(self):
        role = Role(key="r", name="R", side="pmo")

        assert find_departure(role, MONDAY, lambda _role, _day: False) > MONDAY


@pytest.mark.parametrize(
    "address",
    [
        "a@b.example\nBcc: c@d.example",
        "a@b.example,c@d.example",
        "Name <a@b.example>",
        '"a b"@c.example',
        "a@b.example(comment)",
        "a..b@c.example",
        "a@-b.example",
        "é@b.example",
        "a@b@c.example",
        "@b.example",
        "a@",
        "undisclosed:;",
        "a" * 65 + "@b.example",
    ],
)
def test_anything_but_one_plain_mailbox_is_no_address(address):
    assert not is_usable_address(address)


def test_accepted_and_inventory_alerts_are_not_counted_as_open():
    outcome = open_many(3)
    states = [AlertState.OPEN, AlertState.ACCEPTED, AlertState.INVENTORY]
    alerts = [replace(alert, state=state) for alert, state in zip(outcome.alerts, states, strict=True)]

    (letter,) = route(outcome.transitions, [], RULES, at=MONDAY, around=surround(open_alerts=alerts))

    assert letter.still_open == 1
    assert all(line.transition.change is Change.OPENED for line in letter.lines)
