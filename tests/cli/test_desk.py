"""The PMO's desk on a programme that runs: opening inventory, what was said, questions and replies, privacy sheet."""

import html
import re
import shutil
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
import yaml

from slipwatch.settings.links import Assignment
from tests.cli.test_programme import Stage, first_run  # noqa: F401 — a fixture
from tests.hostile import MARKUP

AUTHOR = ("--by", "C. Martin")
LATE = "4500000101/10"
ROLES = """
  scanners: {name: Scanner service, side: supplier, language: de, supplier: SCANNERS, address: service@scan.example}
  racks: {name: Rack service, side: supplier, language: fr, supplier: RACKS, address: service@rack.example}
committees:"""
SUPPLIERS = """suppliers:
  RACKS: {name: Racks, codes: ["0000100734"], accountable: buyer}"""


@pytest.fixture
def stage(first_run, tmp_path, call):  # noqa: F811 — the fixture imported above
    shutil.copytree(first_run[0], tmp_path / "programme")
    path = tmp_path / "programme" / "config" / "portfolio.yaml"
    text = path.read_text().replace("\ncommittees:", ROLES).replace("suppliers:", SUPPLIERS, 1)
    path.write_text(text)
    return Stage(tmp_path / "programme", call)


def read_groups(stage):
    return {group["name"]: group for group in stage.read("inventory", "list")}


def plain(stage, language="en"):
    """The words of the report."""
    words = html.unescape(re.sub(r"<[^>]+>", " ", write_report(stage, language).partition("<body>")[2]))
    return " ".join(words.split())


def write_report(stage, language="en"):
    path = stage.folder / "report.html"
    assert stage("report", "--output", path, "--language", language).code == 0
    return path.read_text(encoding="utf-8")


class TestOpeningInventory:
    def test_what_stands_there_on_the_first_day_is_in_groups(self, stage):
        groups = read_groups(stage)
        assert {name: group["count"] for name, group in groups.items()} == {
            "supply.promise_after_need/recent": 1,
            "unassigned/order_line/project_code=MAINT-27": 1,
            "no_baseline/schedule.no_baseline": 3,
            "not_practised/supply.no_notices": 2,
            "not_practised/scope.no_freeze": 1,
        }
        assert {group["state"] for group in groups.values()} == {"waits"}
        assert groups["supply.promise_after_need/recent"]["keys"] == [LATE]
        table = stage("inventory", "list").out
        assert "{entity: order_line, field: project_code, equals: MAINT-27, project: 'PROJECT?'}" in table

    def test_one_mark_accepts_a_group_and_what_joins_it_waits(self, stage):
        maintenance = "unassigned/order_line/project_code=MAINT-27"
        ended = stage("inventory", "accept", maintenance, "not_practised", *AUTHOR, "--reason", "not ours")
        assert ended.code == 0, ended.err
        assert "4 accepted" in ended.out
        group = read_groups(stage)[maintenance]
        assert (group["state"], group["accepted_by"]) == ("accepted", "C. Martin")

        line = "4500000107;20;0000100734;P100;More;MAINT-27;05/01/2027;30/04/2027;23/04/2027;8,000;0,000;PCE;1,00;EUR"
        stage.drop("orders.csv", "42,80;EUR", f"42,80;EUR\n{line}", days=1)
        assert stage("run").code == 0
        group = read_groups(stage)[maintenance]
        assert (group["state"], group["fresh"]) == ("waits", ["4500000107/20"])
        assert "1 joined since it was accepted" in write_report(stage)

    def test_findings_from_before_are_accepted_by_group_or_by_key(self, stage):
        ended = stage("inventory", "accept", "known", *AUTHOR, "--reason", "bridged", "--json")
        assert LATE in ended.out
        assert stage.read("inventory", "list", "--each")[0]["state"] == "accepted"
        assert read_groups(stage)["supply.promise_after_need/recent"]["state"] == "accepted"
        assert stage("inventory", "accept", LATE, *AUTHOR, "--reason", "again").code == 1

    def test_the_report_lists_it_in_both_languages_until_it_is_accepted(self, stage):
        assert "project code MAINT-27" in write_report(stage)
        french = write_report(stage, "fr")
        assert "Inventaire d’ouverture" in french
        assert "code projet MAINT-27" in french
        assert "Sans référence approuvée" in french
        assert stage("run").code == 0  # the roles and suppliers declared meanwhile count too
        assert stage("inventory", "accept", "all", *AUTHOR, "--reason", "worked through").code == 0
        accepted = write_report(stage)
        assert "5 groups were accepted" in accepted
        assert "MAINT-27" not in accepted.partition("Opening inventory")[2].partition("</section>")[0]

    def test_the_rule_that_is_proposed_can_be_pasted(self, stage):
        more = "4500000109;10;0000100562;P100;Spare;;04/01/2027;30/04/2027;23/04/2027;1,000;0,000;PCE;1,00;EUR"
        stage.drop("orders.csv", "42,80;EUR", f"42,80;EUR\n{more}", days=1)
        assert stage("run").code == 0
        ended = stage("links", "propose")
        assert ended.code == 1  # nobody can tell whose MAINT-27 is
        (rule,) = yaml.safe_load(ended.out)["assignments"]
        assert Assignment.model_validate(rule).project == "ROLLOUT"  # all that this supplier delivers is of it
        assert "# - {entity: order_line, field: project_code, equals: MAINT-27, project: 'PROJECT?'}" in ended.out

        links = stage.folder / "config" / "links.yaml"
        pasted = ended.out.partition("\nassignments:\n")[2].replace("'PROJECT?'", "ROLLOUT").replace("# - {", "- {")
        links.write_text(f"{links.read_text().rstrip()}\n{pasted}")
        assert not [name for name in read_groups(stage) if name.startswith("unassigned")]
        assert stage("links", "propose").out == "Every record belongs to a project.\n"


class TestRecord:
    SAID = ("--by-role", "sponsor", "--where", "weekly call", *AUTHOR)

    def say(self, stage, value, day, *more):
        return stage("record", "GOLIVE", "forecast_on", value, "--said-on", day, *self.SAID, *more)

    def test_it_stands_beside_what_systems_state_and_overwrites_nothing(self, stage):
        ended = self.say(stage, "15/09/2027", "2027-01-08")
        assert ended.code == 0, ended.err
        assert "PLAN states 2027-07-01: they disagree" in ended.out
        (found,) = stage.read("history", "GOLIVE")
        told = [(s["source"], s["new"], s["stated_by"], s["cause"]) for s in found["statements"] if "09-15" in str(s)]
        assert told == [("SAID", "2027-09-15", "sponsor", "source")]
        assert any(s["source"] == "PLAN" and s["new"] == "2027-07-01" for s in found["statements"])
        assert [s["known_at"][:10] for s in found["statements"] if s["source"] == "SAID"] == ["2027-01-08"]

    def test_the_report_shows_who_said_what_beside_the_systems(self, stage):
        self.say(stage, "2027-09-15", "2027-01-08", "--note", "by <b>telephone</b>")
        page = write_report(stage)
        for words in ("What was said, beside what systems show", "weekly call", "they differ", "Sponsor"):
            assert words in page
        assert "by &lt;b&gt;telephone" in page

    @pytest.mark.parametrize(
        ("field", "value", "day", "cure"),
        [
            ("promised_on", "2027-09-15", "2027-01-08", "forecast_on"),
            ("forecast_on", "soon", "2027-01-08", "31/01/2026"),
            ("forecast_on", "2027-09-15", "2027-02-08", "day on which it was said"),
            ("forecast_on", "2027-09-15", "yesterday", "2026-05-28"),
        ],
    )
    def test_what_cannot_be_is_refused_with_the_cure(self, stage, field, value, day, cure):
        ended = stage("record", "GOLIVE", field, value, "--said-on", day, *self.SAID)
        assert (ended.code, cure in ended.err) == (2, True), ended.err

    def test_the_first_word_ever_said_is_news_and_no_inventory(self, stage):
        assert stage("baseline", "approve", "1", *AUTHOR, "--reason", "kick-off").code == 0
        assert stage("run").code == 0
        self.say(stage, "2027-09-15", "2027-01-08")
        stage.at += timedelta(days=1)
        assert stage("run").code == 0
        states = {alert["key"]: alert["state"] for alert in stage.read("alerts", "list")}
        assert states["GOLIVE"] == "open"

    def test_a_word_is_taken_back_by_the_role_that_gave_it(self, stage):
        self.say(stage, "2027-09-15", "2027-01-08")
        ended = self.say(stage, "-", "2027-01-11")
        assert "taken back" in ended.out
        assert "disagree" not in ended.out
        (found,) = stage.read("history", "GOLIVE")
        assert [s["new"] for s in found["statements"] if s["source"] == "SAID" and s["column"] == "forecast_on"] == [
            "2027-09-15",
            None,
        ]


class TestReply:
    def ask(self, stage, *more):
        return stage("alerts", "ask", LATE, *more, *AUTHOR)

    def test_a_supplier_is_asked_about_its_own_line_in_its_language(self, stage):
        ended = self.ask(stage, "--to", "scanners", "--answer-by", "2027-01-18")
        assert ended.code == 0, ended.err
        (path,) = (stage.folder / "slipwatch-home" / "drafts").rglob("question_scanners_*.eml")
        mail = message_from_bytes(path.read_bytes(), policy=policy.default)
        text = " ".join(mail.get_body(("plain",)).get_content().split())
        assert (mail["To"], mail["X-Unsent"]) == ("Scanner service <service@scan.example>", "1")
        assert "Ihre Stellungnahme bis 18.01.27" in mail["Subject"]
        for words in ("bitten wir um Ihre", "sagt 19.03.2027 zu", "Arbeitstage", "Montag, 18. Januar 2027"):
            assert words in text
        assert 'lang="de"' in mail.get_body(("html",)).get_content()

    def test_nobody_is_asked_about_the_line_of_another(self, stage):
        for role in ("racks", "pmo"):
            ended = self.ask(stage, "--to", role)
            assert (ended.code, "may read nothing" in ended.err) == (2, True)
        assert not list(stage.folder.rglob("question_*"))

    def test_without_a_day_it_is_asked_for_before_the_committee(self, stage):
        stage.at = stage.at.replace(day=22)
        assert "answer by 2027-01-27" in self.ask(stage, "--to", "scanners").out
        ended = self.ask(stage, "--to", "scanners", "--answer-by", "2027-01-04")
        assert (ended.code, "has passed" in ended.err) == (2, True)

    def test_a_released_role_gets_it_through_the_outbox(self, stage):
        assert stage("recipients", "release", "scanners", *AUTHOR, "--reason", "agreed").code == 0
        asked = stage.read("alerts", "ask", LATE, "--to", "scanners", *AUTHOR)
        assert asked["draft"] is None
        rows = {row["id"]: row for row in stage.read("outbox", "list")}
        assert (rows[asked["message"]]["recipient"], rows[asked["message"]]["state"]) == ("scanners", "pending")
        assert stage("outbox", "send").code == 0
        mails = (stage.folder / "slipwatch-home" / "mails").rglob("*.eml")
        subjects = [message_from_bytes(path.read_bytes(), policy=policy.default)["Subject"] for path in mails]
        assert any("Stellungnahme" in subject for subject in subjects)

    def open_alert(self, stage):
        """The supplier's promise moves on: the entry of the inventory becomes an open alert."""
        stage.drop("orders.csv", "19/03/2027", "30/04/2027", days=1)
        assert stage("run").code == 0

    def test_the_reply_is_printed_beside_the_finding(self, stage):
        self.open_alert(stage)
        self.ask(stage, "--to", "scanners", "--answer-by", "2027-01-13")
        assert "Scanner service was asked for a reply on 12 Jan 2027; expected by 13 Jan 2027." in plain(stage)
        stage.at = stage.at.replace(day=14)
        assert "No reply from Scanner service by 13 Jan 2027" in plain(stage)
        assert "Aucune réponse de Scanner service au 13 janv. 2027" in plain(stage, "fr")
        reply = ("alerts", "reply", LATE, "--by-role", "scanners", "--said-on", "2027-01-14", *AUTHOR)
        assert stage(*reply, "--text", "Part delivery of 12 on 12 March.").code == 0
        page = plain(stage)
        assert "Scanner service replied on 14 Jan 2027: “Part delivery of 12 on 12 March.”" in page
        assert "No reply from" not in page
        assert "Part delivery of 12" in stage("alerts", "show", LATE).out

    def test_a_reply_ends_nothing_and_says_nothing_of_the_next_episode(self, stage):
        self.open_alert(stage)
        reply = ("alerts", "reply", LATE, "--by-role", "scanners", "--said-on", "2027-01-12", *AUTHOR)
        assert stage(*reply, "--text", "We know.").code == 0
        assert [alert["key"] for alert in stage.read("alerts", "list")] == [LATE]
        for old, new in (("30/04/2027", "05/03/2027"), ("12/03/2027;05/03/2027;24", "12/03/2027;28/05/2027;24")):
            stage.drop("orders.csv", old, new, days=1)
            assert stage("run").code == 0
        assert stage.read("alerts", "list")[0]["episode"] == 2
        assert "We know." not in plain(stage)

    def test_hostile_replies_are_only_text(self, stage):
        self.open_alert(stage)
        text = " ".join(MARKUP)
        for part in (text, "\x1b[31mred\u202e"):
            reply = ("alerts", "reply", LATE, "--by-role", "scanners", "--said-on", "2027-01-12", *AUTHOR)
            assert stage(*reply, f"--text={part}").code == 0
            page = write_report(stage)
            assert not re.search(r"<(script|img|iframe|object|embed|base|link)\b", page.partition("<body>")[2])
            assert "\x1b" not in page + stage("alerts", "show", LATE).out


class TestPrivacySheet:
    def write(self, stage, language="en", *more, name="sheet.html"):
        path = stage.folder / name
        ended = stage("privacy", "--lang", language, "--output", path, *more)
        assert ended.code == 0, ended.err
        return path.read_text(encoding="utf-8")

    @pytest.mark.parametrize(
        ("language", "words"),
        [
            ("en", ("No ranking of persons", "HMAC-SHA256", "no limit is set", "PMO, pmo@example.org", "order lines")),
            ("fr", ("Aucun classement de personnes", "aucune limite", "lignes de commande", "Comment effacer")),
            ("de", ("Keine Rangfolge von Personen", "keine Frist", "Bestellpositionen", "Wie gelöscht wird")),
        ],
    )
    def test_it_says_what_the_configuration_in_force_does(self, stage, language, words):
        page = self.write(stage, language)
        assert [word for word in words if word not in page] == []
        assert "privacy." not in page
        assert self.write(stage, language, name="sheet.md").startswith("# ")

    def test_names_that_are_kept_are_shown_with_their_purpose_and_limits(self, stage):
        path = stage.folder / "config" / "slipwatch.yaml"
        text = re.sub(r"(?m)^(privacy|archive|  assignees|  superseded_days|  needed_days):.*\n", "", path.read_text())
        kept = "privacy: {assignees: keep, purpose: Agreement of 4 May}"
        path.write_text(f"{text.rstrip()}\n{kept}\narchive: {{superseded_days: 90, needed_days: 730}}\n")
        stage("recipients", "release", "scanners", *AUTHOR, "--reason", "agreed")
        page = self.write(stage)
        for words in ("“Agreement of 4 May”", "after 90 days", "after 730 days", "Scanner service"):
            assert words in page

    def test_what_it_cannot_write_is_refused(self, stage):
        assert stage("privacy", "--output", stage.folder / "sheet.pdf").code == 2
        assert "roles:" in stage("privacy", "--contact", "nobody", "--output", stage.folder / "sheet.md").err

    @pytest.mark.parametrize("language", ["en", "fr", "de"])
    def test_it_is_one_page_of_paper(self, stage, browser, language):
        self.write(stage, language)
        target = stage.folder / "sheet.pdf"
        page = (stage.folder / "sheet.html").as_uri()
        browser.run("--no-pdf-header-footer", f"--print-to-pdf={target}", page)
        assert len(re.findall(rb"/Type\s*/Page\b", target.read_bytes())) == 1
