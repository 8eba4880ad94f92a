"""Random lives of alerts against a small reference model, and promises that must hold whatever happens."""

from dataclasses import replace

import hypothesis.strategies as st
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from slipwatch.alerts.lifecycle import Circumstances, advance
from slipwatch.model.alert import ENDINGS, AlertState, Change
from slipwatch.model.finding import Assessment, Concern, GreyReason, Message, NotJudged
from tests.alerts.build import at_week, finding, subject

CONCERNS = {"time.a": Concern.TIME, "time.b": Concern.TIME, "supply.c": Concern.SUPPLY}
SUBJECTS = (1, 2)

rules = st.sampled_from(sorted(CONCERNS))
subjects = st.sampled_from(SUBJECTS)
figures = st.one_of(st.none(), st.integers(1, 4))


class Life(RuleBasedStateMachine):
    """The world is what each rule would say of each subject; the model is what readers were told of it."""

    def __init__(self):
        super().__init__()
        self.world = {(name, id): "clear" for name in CONCERNS for id in SUBJECTS}
        self.active = {"time.a", "supply.c"}
        self.known_rules = set()
        self.baselines = dict.fromkeys(SUBJECTS, 1)
        self.cancelled, self.left = set(), set()
        self.week = 0
        self.alerts, self.ended, self.told, self.log = [], [], {}, []
        self.model = {}

    # what happens in the world

    @rule(name=rules, id=subjects, figure=figures)
    def slip(self, name, id, figure):
        self.world[name, id] = figure

    @rule(name=rules, id=subjects, state=st.sampled_from(["clear", "stale", "unpractised", "unseen"]))
    def stop(self, name, id, state):
        self.world[name, id] = state

    @rule(id=subjects)
    def rebaseline(self, id):
        self.baselines[id] += 1

    @rule(name=rules)
    def switch_rule(self, name):
        self.active ^= {name}

    @rule(id=subjects, group=st.sampled_from(["cancelled", "left"]))
    def leave(self, id, group):
        setattr(self, group, getattr(self, group) ^ {id})

    @precondition(lambda self: self.alerts)
    @rule(data=st.data())
    def accept(self, data):
        chosen = data.draw(st.sampled_from(range(len(self.alerts))))
        alert = self.alerts[chosen] = replace(self.alerts[chosen], state=AlertState.ACCEPTED)
        self.model[alert.key.subject, alert.key.concern]["state"] = "accepted"

    # a run

    def judge(self):
        for name in sorted(self.active):
            said = {id: self.world[name, id] for id in SUBJECTS}
            found = [
                finding(subject(id), rule=name, concern=CONCERNS[name], value=figure, gravity=figure)
                for id, figure in said.items()
                if not isinstance(figure, str)
            ]
            greys = {"stale": GreyReason.STALE_SOURCE, "unpractised": GreyReason.NOT_PRACTISED}
            yield Assessment(
                rule=name,
                findings=found,
                evaluated={id for id, state in said.items() if state == "clear" or not isinstance(state, str)},
                not_judged=[
                    NotJudged(rule=name, reason=greys[state], subjects=(id,), counted=("x",), text=Message(id="x"))
                    for id, state in said.items()
                    if state in greys
                ],
            )

    def next_episode(self, id, concern):
        last = [a.key.episode for a in self.ended if (a.key.subject, a.key.concern) == (id, concern)]
        return max(last, default=0) + 1

    def advance(self, first_rules):
        now = Circumstances(
            at=at_week(self.week),
            rules=set(self.active),
            first_rules=first_rules,
            baselines=self.baselines,
            cancelled=self.cancelled,
            left_scope=self.left,
        )
        return advance(self.alerts, list(self.judge()), now, next_episode=self.next_episode)

    @rule()
    def run(self):
        self.week += 1
        first = self.active - self.known_rules
        outcome = self.advance(first)
        expected = {
            identity: change
            for identity in {(id, concern) for id in SUBJECTS for concern in set(CONCERNS.values())}
            if (change := self.expect(*identity, first)) is not None
        }
        seen = {(t.alert.key.subject, t.alert.key.concern): t.change for t in outcome.transitions}
        assert seen == expected
        self.known_rules |= self.active
        self.take_over(outcome)

    def take_over(self, outcome):
        self.log += outcome.transitions
        for transition in outcome.transitions:
            if transition.change in (Change.OPENED, Change.WORSENED):
                self.told[transition.alert.key] = self.week
        self.ended += [alert for alert in outcome.alerts if alert.state is AlertState.ENDED]
        self.alerts = [alert for alert in outcome.alerts if alert.state is not AlertState.ENDED]

    # the reference model: one dictionary per alert, one question after the other

    def expect(self, id, concern, first):
        entry = self.model.get((id, concern))
        names = [name for name in CONCERNS if CONCERNS[name] is concern]
        found = {n: self.world[n, id] for n in names if n in self.active and not isinstance(self.world[n, id], str)}
        if id in self.cancelled or id in self.left:
            return self.expect_end(id, concern, Change.CANCELLED if id in self.cancelled else Change.LEFT_SCOPE)
        if entry is None:
            return self.expect_new(id, concern, found, first)
        gone = [self.name_end(n, id) for n in entry["told"] if n not in found]
        kept = {n for n in entry["told"] if n not in found and self.name_end(n, id) is None}
        if not found and not kept:
            order = [Change.RULE_RETIRED, Change.NOT_PRACTISED]
            moved = entry["baseline"] != self.baselines[id]
            plain = Change.REBASELINED if moved else Change.RESOLVED
            return self.expect_end(id, concern, next((end for end in order if end in gone), plain))
        return self.expect_change(id, entry, found, kept, gone, first)

    def name_end(self, name, id):
        if name not in self.active:
            return Change.RULE_RETIRED
        return {"clear": Change.RESOLVED, "unpractised": Change.NOT_PRACTISED}.get(self.world[name, id])

    def expect_end(self, id, concern, change):
        entry = self.model.pop((id, concern), None)
        return None if entry is None or entry["state"] == "inventory" else change

    def expect_new(self, id, concern, found, first):
        if not found:
            return None
        state = "open" if set(found) - first else "inventory"
        self.model[id, concern] = {
            "state": state,
            "told": dict(found),
            "last": dict(found),
            "baseline": self.baselines[id],
        }
        return Change.OPENED if state == "open" else Change.INVENTORIED

    def expect_change(self, id, entry, found, kept, gone, first):
        told, state = entry["told"], entry["state"]
        moved = entry["baseline"] != self.baselines[id]
        pairs = [] if moved else [(told[n], found[n]) for n in found if n in told and None not in (told[n], found[n])]
        new = set(found) - set(told)
        news = new if state == "inventory" else new - first
        worse = bool(news) or any(after > before for before, after in pairs)
        better = any(after < before for before, after in pairs) or Change.RESOLVED in gone
        entry["told"] = {n: told[n] for n in kept} | {n: self.remember(told, n, found[n], state, moved) for n in found}
        entry["last"] = {n: entry["last"][n] for n in kept} | found
        entry["baseline"] = entry["baseline"] if kept else self.baselines[id]
        if worse:
            entry["state"] = "open"
            if state != "open":
                entry["told"] |= {n: figure for n, figure in entry["last"].items() if figure is not None}
            return Change.OPENED if state == "inventory" else Change.WORSENED
        if better and state == "open":
            return Change.BETTER
        return Change.INVENTORIED if new else None

    @staticmethod
    def remember(told, name, figure, state, moved):
        before = told.get(name)
        if figure is None or before is None:
            return before if figure is None else figure
        return figure if state == "open" or moved else max(before, figure)

    # promises

    @invariant()
    def one_alert_lives_per_subject_and_concern(self):
        keys = [(alert.key.subject, alert.key.concern) for alert in self.alerts]
        assert len(keys) == len(set(keys))

    @invariant()
    def same_facts_again_say_nothing(self):
        if self.week and not self.active - self.known_rules:
            before = len(self.log)
            outcome = self.advance(set())
            again = advance(
                [alert for alert in outcome.alerts if alert.state is not AlertState.ENDED],
                list(self.judge()),
                Circumstances(
                    at=at_week(self.week + 1),
                    rules=set(self.active),
                    baselines=self.baselines,
                    cancelled=self.cancelled,
                    left_scope=self.left,
                ),
                next_episode=lambda id, concern: 99,
            )
            assert again.transitions == ()
            assert len(self.log) == before

    @invariant()
    def every_ending_has_a_beginning_and_its_own_episode(self):
        ended = [t.alert.key for t in self.log if t.change in ENDINGS]
        assert len(ended) == len(set(ended))
        begun = {t.alert.key for t in self.log if t.change in (Change.OPENED, Change.INVENTORIED)}
        assert set(ended) <= begun

    @invariant()
    def worst_word_is_never_resolved_without_looking(self):
        for transition in self.log:
            if transition.change is Change.RESOLVED:
                assert transition.left == tuple(sorted(transition.alert.reasons))


Life.TestCase.settings = settings(max_examples=200, stateful_step_count=40, deadline=None)
TestLife = Life.TestCase
