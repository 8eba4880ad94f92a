"""The mail itself: read and approved as a whole, then each promise about headers, threads, sizes and repeats."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from zoneinfo import ZoneInfo

import pytest

from slipwatch.alerts.headers import write_thread
from slipwatch.alerts.message import compose
from slipwatch.alerts.routing import route
from slipwatch.document.mail import MOST_BYTES
from slipwatch.model.alert import Change
from slipwatch.model.finding import Concern, Evidence, Message, Severity
from slipwatch.model.records import SourceRef
from tests.alerts.build import CATALOGUE, MONDAY, PORTFOLIO, RULES, assess, finding, proof, step, subject, surround
from tests.alerts.golden import FOLDER, split_mail, write_mails
from tests.alerts.letters import HEAD, write_april, write_ending, write_first_load
from tests.document.reading import read_html
from tests.hostile import HOSTILE

HEADERS = {
    "From", "To", "Reply-To", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "Auto-Submitted",
    "X-Auto-Response-Suppress", "List-Id", "Importance", "X-Slipwatch-Run", "X-Slipwatch-Programme",
    "X-Slipwatch-Severity", "X-Slipwatch-Change", "X-Slipwatch-Alert", "X-Slipwatch-Project", "MIME-Version",
    "Content-Type",
}  # fmt: skip


@pytest.fixture(scope="module")
def mails():
    return write_mails()


def build(letter, *, head=HEAD, run=15, portfolio=PORTFOLIO):
    return compose(letter, head, run=run, portfolio=portfolio, catalogue=CATALOGUE)


def read(message):
    return message_from_bytes(getattr(message, "payload", message), policy=policy.default)


def body(message, kind="plain"):
    return read(message).get_body((kind,)).get_content().replace("\r\n", "\n")


def write_letters(*findings, week=15, portfolio=PORTFOLIO, **around):
    outcome = step([], *(assess(found) for found in findings), week=week)
    given = surround(portfolio=portfolio, open_alerts=outcome.alerts, **around)
    return route(outcome.transitions, [], RULES, at=MONDAY, around=given)


class TestGolden:
    @pytest.mark.parametrize("name", sorted(write_mails()))
    @pytest.mark.parametrize("ending", ["txt", "html"])
    def test_mail_is_the_one_that_was_approved(self, mails, name, ending):
        approved = FOLDER / f"{name}.{ending}"

        assert approved.exists(), f"{approved.name} is missing: python -m tests.alerts.golden, and read it"
        assert split_mail(mails[name])[ending] == approved.read_text(encoding="utf-8")

    def test_no_approved_mail_is_left_over(self, mails):
        assert {path.stem for path in FOLDER.glob("*.txt")} == set(mails)


class TestForm:
    def test_alternative_with_complete_plain_text_first(self, mails):
        mail = read(mails["april_fr"])

        assert mail.get_content_type() == "multipart/alternative"
        assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]

    def test_plain_text_says_all_that_html_says(self, mails):
        for name, payload in mails.items():
            reader = read_html(body(payload, "html"))
            shown = set(reader.text.split()) - set(" ".join(reader.titles).split())
            text = set(body(payload).replace("<", " ").replace(">", " ").split())
            missing = {word for word in shown - text if any(sign.isalnum() for sign in word)}
            assert {word for word in missing if word.strip("[]()") not in " ".join(text)} == set(), name

    def test_every_link_is_in_the_plain_text(self, mails):
        for payload in mails.values():
            assert all(link in body(payload) for link in read_html(body(payload, "html")).links)

    def test_html_is_inert_and_small(self, mails):
        for payload in mails.values():
            html = body(payload, "html")
            assert read_html(html).dangers == []
            assert len(html.encode()) <= MOST_BYTES

    def test_bytes_are_ascii_with_crlf_and_short_lines(self, mails):
        for payload in mails.values():
            assert payload.isascii()
            lines = payload.split(b"\r\n")
            assert not any(b"\n" in line or b"\r" in line for line in lines)
            assert max(map(len, lines)) <= 998

    def test_same_letter_gives_the_same_bytes(self, mails):
        assert write_mails() == mails

    def test_order_of_a_card(self, mails):
        text = " ".join(body(mails["april_en"]).split())
        parts = ["7 working days after", "Changed", "Accountable", "Proposed action", "Evidence", "TRK · M-77"]
        places = [text.index(part) for part in [*parts, "https://tracker", "You receive this message"]]

        assert places == sorted(places)

    def test_severity_is_a_word(self, mails):
        assert "[New · critical] SIT exit" in body(mails["april_en"])
        assert "[Nouveau · critique] SIT exit" in body(mails["april_fr"])


class TestHeaders:
    def test_only_headers_that_we_know(self, mails):
        for name, payload in mails.items():
            extra = {"X-Unsent"} if name.startswith("draft") else set()
            assert set(read(payload).keys()) <= HEADERS | extra

    def test_nobody_answers_automatically(self):
        mail = read(build(write_ending()))

        assert mail["Auto-Submitted"] == "auto-generated"
        assert mail["X-Auto-Response-Suppress"] == "All"

    def test_message_id_hangs_on_run_reader_and_programme_alone(self):
        letter = write_april()[0]
        first = build(letter)

        assert build(letter).id == first.id
        assert read(first)["Message-ID"] == f"<{first.id}@slipwatch.meridor.example>"
        others = [
            build(letter, run=16),
            build(replace(letter, recipient=PORTFOLIO.roles["buyer"])),
            build(letter, head=replace(HEAD, programme="Other")),
            build(replace(letter, at=letter.at + timedelta(days=7))),
        ]
        assert len({first.id, *(other.id for other in others)}) == 5

    def test_date_is_the_polls_in_the_readers_zone(self):
        assert read(build(write_april()[0]))["Date"] == "Mon, 13 Apr 2026 06:00:00 +0200"

    def test_deferred_message_keeps_the_instant_at_which_it_may_leave(self):
        tuesday = datetime(2026, 4, 7, 4, tzinfo=UTC)
        letter = replace(write_ending(), not_before=tuesday)

        assert build(letter).not_before == tuesday

    def test_importance_is_high_for_critical_news_only(self):
        assert read(build(write_april()[0]))["Importance"] == "high"
        assert read(build(write_ending()))["Importance"] is None

    def test_long_ids_are_folded_and_never_encoded(self):
        head = replace(HEAD, domain="a-very-long-name-of-a-mail-domain-of-a-large-group.meridor-hydraulique.example")

        payload = build(write_ending(), head=head).payload

        unfolded = payload.replace(b"\r\n ", b" ").split(b"\r\n")
        ids = [line for line in unfolded if line.split(b":")[0] in (b"Message-ID", b"In-Reply-To", b"References")]
        assert len(ids) == 3
        assert not any(b"=?" in line for line in ids)

    @pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:40]))
    def test_hostile_names_everywhere_change_neither_headers_nor_recipients(self, text):
        about = subject(1, entity="order_line", key=text, name=text)
        evidence = Evidence(
            text=Message(id="test.evidence", arguments={"words": text}),
            source=SourceRef(source=text, stream=text, source_id=text, label=text, url=text),
            known_at=MONDAY,
        )
        roles = {key: replace(role, name=text) for key, role in PORTFOLIO.roles.items()}
        projects = {"ERP-CORE": replace(PORTFOLIO.projects["ERP-CORE"], name=text)}
        portfolio = replace(PORTFOLIO, roles=roles, projects=projects)
        (letter,) = write_letters(finding(about, evidence=(evidence,)), portfolio=portfolio)

        message = build(letter, head=replace(HEAD, programme=text or "x"), portfolio=portfolio)

        mail = read(message)
        assert set(mail.keys()) <= HEADERS
        assert [address.addr_spec for address in mail["To"].addresses] == ["pmo@meridor.example"]
        assert len(str(mail["Subject"])) <= 78
        assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
        reader = read_html(body(message, "html"))
        assert reader.dangers == []
        assert all(link.startswith("https://prefect.meridor.example") or "evil" in text for link in reader.links)
        assert not set(body(message)) & set("\x1b\x9b\x07\x08\x00\r\u202e\u2066\u2028\u0085")


class TestSubject:
    def subject_of(self, *findings, **options):
        return str(read(build(write_letters(*findings, **options)[0]))["Subject"])

    def test_change_subject_figure_and_severity_come_first(self):
        sit = subject(13, key="SIT-EXIT", name="SIT exit")

        assert self.subject_of(finding(sit)) == "Nouveau : SIT exit, 7 j. ouvrés, critique · Confluence"

    def test_several_changes_are_counted_and_the_gravest_is_named(self):
        assert str(read(write_mails()["april_en"])["Subject"]) == (
            "2 new, 2 worse, 1 resolved: SIT exit +4, critical · Confluence"
        )

    def test_figure_is_left_out_where_a_rule_gives_none(self):
        assert self.subject_of(finding(value=None)) == "Nouveau : Milestone 1, critique · Confluence"

    def test_long_names_give_way_and_never_change_and_severity(self):
        long = subject(1, name="Acceptation provisoire de la chaîne de convoyage du centre de distribution Moselle")

        text = self.subject_of(finding(long))

        assert len(text) <= 78
        assert text.startswith("Nouveau : Acceptation provisoire")
        assert "critique · Confluence" in text

    @pytest.mark.parametrize(
        "name", ["Confluence", "Programme de déploiement international ERP et logistique 2026-2029"]
    )
    def test_every_letter_stays_within_78_characters(self, name):
        for letter in (*write_april(), *write_april(language="en"), write_ending(), write_first_load()):
            assert len(str(read(build(letter, head=replace(HEAD, programme=name)))["Subject"])) <= 78

    def test_letter_without_lines_says_what_it_is(self):
        quiet = replace(write_first_load(), inventory=(), still_open=6)
        noted = replace(quiet, notes=(Message(id="engine.message_dead"),))

        assert (
            str(read(build(write_first_load()))["Subject"]) == "Inventaire de départ : 31 constats connus · Confluence"
        )
        assert str(read(build(quiet))["Subject"]) == "Sans changement : 6 alertes ouvertes · Confluence"
        assert str(read(build(noted))["Subject"]) == "Note : 1 remarque · Confluence"


class TestThread:
    """An ending is found from its beginning: both are in one conversation, and a mail of its own answers the first."""

    def refer(self, message):
        mail = read(message)
        return str(mail["In-Reply-To"]), str(mail["References"]).split()

    def test_mail_about_one_alert_answers_the_mail_that_opened_it(self):
        parent, references = self.refer(build(write_ending()))

        assert parent == "<first@slipwatch.meridor.example>"
        assert references[-1] == parent
        assert len(references) == 2

    def test_every_mail_of_a_reader_is_in_one_conversation(self):
        letters = [write_april()[0], write_ending(), write_first_load()]

        roots = {self.refer(build(letter))[1][0] for letter in letters}

        assert len(roots) == 1

    def test_readers_and_programmes_have_their_own_conversations(self):
        pmo, buyer = write_april(released=frozenset({"buyer"}))
        other = replace(HEAD, programme="Other")

        roots = {self.refer(build(pmo))[1][0], self.refer(build(buyer))[1][0], self.refer(build(pmo, head=other))[1][0]}

        assert len(roots) == 3

    def test_several_alerts_answer_the_conversation(self):
        parent, references = self.refer(build(write_april()[0]))

        assert references == [parent]

    def test_two_alerts_told_first_in_one_mail_answer_that_mail(self):
        headers = write_thread("pmo", "P", "x.example", ["<a@x.example>", "<a@x.example>"])

        assert headers["In-Reply-To"] == "<a@x.example>"

    def test_alert_told_for_the_first_time_beside_an_old_one_answers_the_conversation(self):
        headers = write_thread("pmo", "P", "x.example", ["<a@x.example>", None])

        assert headers["In-Reply-To"] == headers["References"]

    def test_message_names_every_alert_that_it_tells(self):
        letter = write_april()[0]
        message = build(letter)

        assert message.alerts == tuple(line.key for line in letter.lines)
        assert read(message)["X-Slipwatch-Alert"] == "13.time.1, 20.scope.1, 12.time.1, 10.supply.1, 11.time.1"


class TestContent:
    def test_figures_before_and_after_with_their_unit(self, mails):
        assert "14 working days → 27 working days" in " ".join(body(mails["april_en"]).split())

    def test_figure_that_is_not_the_value_has_no_unit(self):
        before = step([], assess(finding(value=12, gravity=1)))
        after = step(before.alerts, assess(finding(value=12, gravity=2)))
        letters = route(after.transitions, [], RULES, at=MONDAY, around=surround(open_alerts=after.alerts))

        assert "Glissement de jalon : 1 → 2" in body(build(letters[0]))

    def test_age_of_the_data_in_days_of_the_reader(self):
        letters = write_letters(finding(evidence=(proof("x", days_old=1), proof("y", days_old=0))))

        text = " ".join(body(build(letters[0])).split())

        assert "connu le 12 avr. 2026, il y a 1 jour" in text
        assert "connu le 13 avr. 2026, aujourd’hui" in text

    def test_many_proofs_are_counted(self):
        letters = write_letters(finding(evidence=tuple(proof(f"fact {n}", label=str(n)) for n in range(20))))

        text = " ".join(body(build(letters[0])).split())

        assert "fact 5" in text
        assert "fact 6" not in text
        assert "et encore 14 preuves" in text

    def test_nobody_accountable_is_said(self):
        assert "personne n’est désigné" in body(build(write_letters(finding(accountable=None))[0]))

    def test_role_released_later_is_told_that_it_is_its_first_notice(self):
        buyer = {"accountable": "buyer", "audience": "owner"}
        before = step([], assess(finding(gravity=1, **buyer)), week=14)
        after = step(before.alerts, assess(finding(gravity=2, **buyer)), week=15)
        around = surround(open_alerts=after.alerts, released={"buyer"})

        _pmo, letter = route(after.transitions, [], RULES, at=MONDAY, around=around)

        assert "First notice to you; open since 6 Apr 2026." in " ".join(body(build(letter)).split())

    def test_desk_and_report_are_linked_for_the_pmo_alone(self):
        pmo, buyer = write_april(released=frozenset({"buyer"}))

        assert "prefect.meridor.example" in body(build(pmo))
        assert "prefect.meridor.example" not in body(build(buyer))
        assert "status.html" not in body(build(buyer))

    def test_draft_is_named_beside_its_alert(self, mails):
        assert "norvane_sit-exit_time-13-1.eml" in body(mails["april_en"])

    def test_frozen_alert_says_that_a_source_is_out_of_date(self):
        before = step([], assess(finding()), assess(finding(rule="schedule.past_due_open")))
        after = step(before.alerts, assess(finding(gravity=9)), assess(finding(rule="time.new")), week=2)
        letters = route(after.transitions, [], RULES, at=MONDAY, around=surround(open_alerts=after.alerts))

        assert "est périmée" in body(build(letters[0]))

    def test_storm_is_capped_in_size_and_nothing_is_lost_from_the_count(self):
        found = [finding(subject(n), gravity=1, severity=Severity.WARNING) for n in range(1, 1001)]
        before = step([], assess(*found))
        told = {"pmo": {alert.key: "<root@x.example>" for alert in before.alerts}}
        worse = [finding(subject(n), gravity=2, stake_days=n % 7) for n in range(1, 501)]
        after = step(before.alerts, assess(*worse, evaluated=range(501, 1001)), week=2)

        around = surround(told=told, open_alerts=after.alerts)
        (letter,) = route(after.transitions, [], RULES, at=MONDAY, around=around)
        message = build(letter)

        text = " ".join(body(message).split())
        assert "500 aggravées · 500 terminées · 500 ouvertes" in text
        assert "Et encore 490, dans le rapport." in text
        assert "… et encore 400" in text
        assert len(body(message, "html").encode()) <= MOST_BYTES
        assert len(message.alerts) == 1000

    def test_ending_is_called_by_its_name(self):
        before = step([], assess(finding()), week=21, baselines={1: 1})
        after = step(before.alerts, assess(rule="schedule.milestone_slip", evaluated=[1]), week=22, baselines={1: 2})
        told = {"pmo": {before.alerts[0].key: "<root@x.example>"}}

        (letter,) = route(after.transitions, [], RULES, at=MONDAY, around=surround(told=told))

        assert after.transitions[0].change is Change.REBASELINED
        assert "Nouvelle référence" in body(build(letter))
        assert "Résolu" not in body(build(letter))

    def test_day_of_the_reader_and_not_of_the_server(self):
        roles = PORTFOLIO.roles | {"pmo": replace(PORTFOLIO.roles["pmo"], time_zone="Pacific/Auckland")}
        (letter,) = write_letters(finding(), portfolio=replace(PORTFOLIO, roles=roles))

        assert "lundi 13 avril 2026, 16:00" in body(build(letter))
        assert read(build(letter))["Date"].datetime.tzinfo is not None
        assert read(build(letter))["Date"].datetime.astimezone(ZoneInfo("UTC")) == MONDAY

    def test_concern_without_a_title_in_the_catalogue_shows_the_rule_id(self):
        before = step([], assess(finding(rule="third.party", concern=Concern.COST, gravity=1)))
        after = step(before.alerts, assess(finding(rule="third.party", concern=Concern.COST, gravity=2)))

        (letter,) = route(after.transitions, [], RULES, at=MONDAY, around=surround())

        assert "third.party : 1 → 2" in body(build(letter))
