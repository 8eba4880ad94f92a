"""The real servers do what the tests lean on."""

import smtplib
import socket
import uuid
from email.message import EmailMessage

import psycopg
import pytest
import requests


def test_postgres_database_is_empty_and_ours(postgres_url):
    with psycopg.connect(postgres_url) as connection:
        tables = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
        name = connection.execute("SELECT current_database()").fetchone()
    assert tables == (0,)
    assert name[0].startswith("slipwatch_test_")


def test_redmine_keeps_the_history_of_a_moved_date(redmine, redmine_project):
    issue = redmine.create_issue(redmine_project, "Castings machined", start_date="2026-01-05", due_date="2026-02-01")
    redmine.update_issue(issue, due_date="2026-02-15", notes="First slip")
    read = redmine.call("GET", f"/issues/{issue}.json", include="journals")["issue"]
    moves = [detail for journal in read["journals"] for detail in journal["details"] if detail["name"] == "due_date"]
    assert [(move["old_value"], move["new_value"]) for move in moves] == [("2026-02-01", "2026-02-15")]


def test_redmine_version_moves_and_project_vanishes(redmine, redmine_project):
    version = redmine.create_version(redmine_project, "M1 Conveyor installed", "2026-03-01")
    redmine.update_version(version, due_date="2026-04-01")
    versions = redmine.call("GET", f"/projects/{redmine_project}/versions.json")["versions"]
    assert [(row["name"], row["due_date"]) for row in versions] == [("M1 Conveyor installed", "2026-04-01")]
    redmine.delete_project(redmine_project)
    with pytest.raises(requests.HTTPError, match="404"):
        redmine.call("GET", f"/projects/{redmine_project}.json")
    redmine.create_project(redmine_project, "Again, so that the fixture finds it")


def test_tryton_orders_are_promised_and_received(tryton):
    reference = f"TEST-{uuid.uuid4().hex[:12]}"
    order = {
        "do": "order", "reference": reference, "supplier": "Lehmann Castings", "product": "CST-0007",
        "quantity": 40, "unit_price": "40.50", "ordered": "2026-05-04", "due": "2026-06-01",
    }  # fmt: skip
    promise = {"do": "promise", "reference": reference, "due": "2026-06-15"}
    receipt = {"do": "receive", "reference": reference, "effective": "2026-06-18", "quantity": 15}
    placed, promised, received = tryton.run(order, promise, receipt)
    again = tryton.run(order)[0]
    assert placed["state"] == "processing"
    assert promised["lines"] == placed["lines"]
    assert received["state"] == "done"
    assert again["id"] == placed["id"]


def test_mail_server_keeps_accepts_and_refuses(mail_server):
    message = EmailMessage()
    message["Subject"] = "Clé livrée en retard"
    message.set_content("Bonjour")
    with smtplib.SMTP(mail_server.host, mail_server.port) as client:
        to = ["pmo@example.test", "refused@example.test", "busy@example.test"]
        refused = client.send_message(message, "slipwatch@example.test", to)
    assert {address: code for address, (code, _) in refused.items()} == {to[1]: 550, to[2]: 451}
    assert [kept["Subject"] for kept in mail_server.read_messages()] == ["Clé livrée en retard"]
    assert [kept["to"] for kept in mail_server.read_envelopes()] == [["pmo@example.test"]]


def test_browser_runs_scripts_and_takes_pictures(browser, tmp_path):
    page = tmp_path / "page.html"
    page.write_text("<p id=p></p><script>p.textContent = 6 * 7 + ' days'</script>")
    picture = browser.take_screenshot(page.as_uri(), tmp_path / "page.png", width=390, height=844)
    assert "42 days" in browser.read_page(page.as_uri())
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_another_machine_is_never_reached():
    with socket.socket() as client, pytest.raises(ConnectionRefusedError, match="tests stay on this machine"):
        client.connect(("192.0.2.1", 80))
