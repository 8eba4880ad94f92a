"""Links are proposed where records prove them; equal dates are a question, and what nothing proves stays unassigned."""

from datetime import date

import pytest

from slipwatch.inference.links import draft_assignments, draft_identities, find_pairs, list_unassigned
from slipwatch.inference.portfolio import draft_portfolio
from slipwatch.inference.proposals import list_questions
from slipwatch.inference.proposals import propose as propose_programme
from slipwatch.inference.stream_records import Facts, StreamFacts
from slipwatch.model.records import Record
from slipwatch.settings.commented import strip_notes


def write(source, entity, *rows, **marks):
    records = [
        Record(str(row["label"]), str(row["label"]), {k: v for k, v in row.items() if k != "label"}) for row in rows
    ]
    return StreamFacts(source=source, stream=f"{entity}s", entity=entity, records=records, marks=marks)


def point(label, day, project="ERP", **more):
    return {"label": label, "name": f"point {label}", "project_code": project, "forecast_on": day, **more}


def line(label, account, **more):
    return {"label": label, "order_number": label.split("/")[0], "project_code": account, **more}


PLAN = write(
    "PLAN",
    "milestone",
    point("EC-10", date(2026, 1, 30), responsible_code="Sponsor"),
    point("EC-20", date(2026, 3, 27), responsible_code="Chef de projet Norvane"),
    point("WD-10", date(2026, 2, 13), project="WMS"),
)
LINES = write(
    "ORDERS",
    "order_line",
    line("45/10", "CF-EC-10", supplier="0000100210", site_code="R1"),
    line("45/20", "CF-EC-20", supplier="0000100210", site_code="R1"),
    line("46/10", "CF-EC-00", supplier="0000100210", site_code="G2"),
    line("47/10", "CF-WD-10", supplier="0000200118", site_code="G2"),
    line("48/10", "MAINT-26", supplier="0000200118"),
    supplier={"45/10": "Norvane", "45/20": "Norvane", "46/10": "Norvane", "47/10": "Hallstedt"},
)


def propose(*streams, answers=None):
    facts = Facts(streams=streams)
    return facts, draft_portfolio(facts, answers or {}, language="fr")


def test_accounts_lead_to_milestones_and_what_two_agree_on_to_the_project():
    facts, draft = propose(PLAN, LINES)
    rules = strip_notes(draft_assignments(facts, draft))

    order = {"entity": "order_line", "field": "project_code"}
    assert {**order, "equals": "CF-EC-10", "project": "ERP", "milestone": "EC-10"} in rules
    assert {**order, "prefix": "CF-EC-", "project": "ERP"} in rules
    assert {**order, "prefix": "CF-WD-", "project": "WMS"} not in rules, "one account alone proves no prefix"
    assert list_unassigned(facts, draft) == {"MAINT-26": 1}


def test_accounts_that_continue_a_project_code_belong_to_it():
    lines = write("ORDERS", "order_line", line("45/10", "ERP/4711"), line("46/10", "ERPX"), line("47/10", "ERP"))
    facts, draft = propose(PLAN, lines)
    rules = strip_notes(draft_assignments(facts, draft))

    assert {"entity": "order_line", "field": "project_code", "prefix": "ERP/", "project": "ERP"} in rules
    assert list_unassigned(facts, draft) == {"ERPX": 1}


def test_equal_dates_are_asked_and_never_taken():
    tracker = write("TRK", "milestone", point("MS-1", date(2026, 1, 30)), point("MS-2", date(2026, 9, 9)))
    facts, draft = propose(PLAN, tracker)

    assert [(pair.label, pair.milestone) for pair in find_pairs(facts, draft)] == [("MS-1", "EC-10")]
    assert strip_notes(draft_identities(facts, [])) == [
        {"entity": entity, "by": "portfolio"} for entity in ("project", "milestone", "supplier")
    ]
    (asked,) = [one for one in list_questions(facts, {}, language="fr") if "same" in one.id]
    assert asked.id == "programme/same/TRK"
    assert "MS-1" in asked.text


@pytest.mark.parametrize(("answer", "pinned"), [(None, []), ("no", []), ("yes", ["EC-10"])])
def test_only_a_confirmed_pair_is_written(answer, pinned):
    facts = Facts(streams=(PLAN, write("TRK", "milestone", point("MS-1", date(2026, 1, 30)))))
    answers = {"programme/same/TRK": answer} if answer else {}
    proposal = propose_programme(facts, (), answers, language="en", bases={}, today=date(2026, 1, 5))

    rules = strip_notes(proposal.files["links.yaml"]["identities"])
    assert [rule["is"] for rule in rules if "is" in rule] == pinned
    assert ("programme/same/TRK" in {one.id for one in proposal.open}) == (answer is None)


def test_two_milestones_on_one_day_are_no_pair():
    twins = write("PLAN", "milestone", point("A-1", date(2026, 1, 30)), point("A-2", date(2026, 1, 30)))
    tracker = write("TRK", "milestone", point("MS-1", date(2026, 1, 30)))

    assert find_pairs(*propose(twins, tracker)) == []


def test_labels_of_two_sources_are_the_same_only_where_most_of_them_are():
    actions = write("LOG", "action", *({"label": f"A-{number}", "name": "x"} for number in range(4)))
    same = write("OTHER", "action", *({"label": f"A-{number}", "name": "x"} for number in range(3)))
    strange = write("OTHER", "action", *({"label": f"{number}", "name": "x"} for number in range(3)))

    rule = {"entity": "action", "by": "label"}
    assert rule in strip_notes(draft_identities(Facts(streams=(actions, same)), []))
    assert rule not in strip_notes(draft_identities(Facts(streams=(actions, strange)), []))


def test_sides_and_sites_are_only_what_was_answered():
    facts, silent = propose(PLAN, LINES)
    _, told = propose(
        PLAN,
        LINES,
        answers={"site/R1": "FR-57", "site/G2": "DE-BW", "calendars": "ERP=R1", "roles/integrator": "Norvane"},
    )

    assert silent.sites == {}
    assert "site" not in silent.projects["ERP"]
    assert strip_notes(silent.roles["chef-projet-norvane"])["side"] == "supplier"
    assert strip_notes(told.roles["chef-projet-norvane"])["side"] == "integrator"
    assert strip_notes(told.projects["ERP"])["site"] == "R1"
    assert "site" not in told.projects["WMS"]
    assert strip_notes(told.sites["R1"])["subdivision"] == "57"
    assert {one.id for one in list_questions(facts, {}, language="fr")} >= {"programme/site/R1", "programme/calendars"}


def test_names_of_persons_make_no_roles():
    plan = write("PLAN", "milestone", point("EC-10", date(2026, 1, 30), responsible_code="Martin Dupont"))
    _, draft = propose(plan)

    assert list(draft.roles) == ["pmo"]
    assert "accountable" not in draft.milestones["EC-10"]


def test_suppliers_have_their_names_and_numbers():
    _, draft = propose(PLAN, LINES)

    assert strip_notes(draft.suppliers["norvane"]) == {
        "name": "Norvane",
        "codes": ["0000100210"],
        "accountable": "buyer",
    }


def test_rows_of_several_projects_without_a_project_are_told():
    plan = write("PLAN", "milestone", *PLAN_ROWS, {"label": "X-1", "name": "lost", "forecast_on": date(2026, 5, 1)})
    _, draft = propose(plan)

    assert draft.homeless == ["X-1"]
    assert "X-1" not in draft.milestones


PLAN_ROWS = (point("EC-10", date(2026, 1, 30)), point("WD-10", date(2026, 2, 13), project="WMS"))


def test_without_a_plan_accounts_are_projects_only_where_somebody_says_so():
    facts, silent = propose(LINES)
    _, told = propose(LINES, answers={"accounts": "yes"})
    many, _ = propose(write("ORDERS", "order_line", *(line(f"{number}/10", f"K-{number}") for number in range(40))))

    assert list(silent.projects) == ["PROGRAMME"]
    assert "MAINT-26" in told.projects
    assert "programme/accounts" in {one.id for one in list_questions(facts, {}, language="fr")}
    asked = {one.id for one in list_questions(facts, {"programme/accounts": "yes"}, language="fr")}
    assert "programme/calendars" in asked
    assert "programme/accounts" not in {one.id for one in list_questions(many, {}, language="fr")}
