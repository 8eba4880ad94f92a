"""The monitor as the PMO meets it in Prefect: deployment, schedule, run, tasks and artifacts, on a real server."""

import base64
import re
import time
from pathlib import Path

from slipwatch.sample.programme import write_poll


def test_the_deployment_is_scheduled_and_describes_where_to_look(up):
    deployment = up.find_deployment()
    assert deployment["schedules"][0]["schedule"]["cron"] == "0 6 * * 1-5"
    assert deployment["schedules"][0]["active"]
    assert "/artifacts/key/portfolio" in deployment["description"]


def test_a_run_through_the_worker_completes_under_a_name_that_says_when(fifth_poll):
    assert fifth_poll["state"]["type"] == "COMPLETED", fifth_poll["state"]
    assert "02 Feb 2026" in fifth_poll["name"]


def test_there_is_one_task_per_source_and_one_that_judges(up, fifth_poll):
    names = sorted(re.sub(r"-[0-9a-f]{3}$", "", task["name"]) for task in up.list_tasks(fifth_poll))
    assert names == ["judge and tell", *(f"read {key}" for key in ("ERP", "LOG", "PLAN", "SUP", "TRK", "WMS"))]


def test_each_read_is_tagged_with_its_source(up, fifth_poll):
    tags = {task["name"].split()[-1]: task["tags"] for task in up.list_tasks(fifth_poll) if task["name"][:4] == "read"}
    assert all(key in tags[key] for key in ("ERP", "WMS"))


def test_no_row_passes_through_parameters_or_results(up, fifth_poll):
    assert set(fifth_poll["parameters"]) <= {"config", "only", "at"}
    assert len(str(fifth_poll)) < 20_000


def test_portfolio_pages_and_sources_are_shown(up, fifth_poll):
    artifacts = up.list_artifacts()
    assert {"portfolio", "sources", "project-erp-core", "project-wms-dc", "project-sop-plan"} <= set(artifacts)
    assert {f"collection-{key}" for key in ("plan", "erp", "trk", "sup", "wms", "log")} <= set(artifacts)
    assert "Design sign-off" in artifacts["portfolio"]["description"]


def test_a_project_page_carries_its_trend_chart(up, fifth_poll):
    page = up.list_artifacts()["project-erp-core"]["data"]
    pictures = re.findall(r"data:image/svg\+xml;base64,([A-Za-z0-9+/=]+)", page)
    assert pictures
    assert b"<svg" in base64.b64decode(pictures[0])


def test_the_alert_of_the_fifth_poll_reached_the_mailbox_once(up, fifth_poll):
    mails = [path for path in (up.folder / "home" / "mails").glob("*.eml") if "2026-02-02" in path.name]
    assert len(mails) == 1
    assert "Design sign-off" in mails[0].read_text()


def test_a_dead_source_stops_nothing_else(up, fifth_poll):
    sources = up.folder / "config" / "sources.yaml"
    whole = sources.read_text()
    sources.write_text(whole.replace("../drop/log", "../drop/gone"))
    write_poll(up.folder / "drop", 6)
    try:
        run = up.run(at="2026-02-09T06:00:00+01:00")
    finally:
        sources.write_text(whole)
    assert run["state"]["type"] == "COMPLETED", run["state"]
    mail = next(p for p in (up.folder / "home" / "mails").glob("*.eml") if "2026-02-09" in p.name).read_text()
    assert "LOG" in mail
    assert "4500031870/10" in mail


def test_the_ui_shows_the_portfolio_in_words(up, fifth_poll, browser):
    page = browser.read_page(f"{up.url}/artifacts/key/portfolio")
    assert "Design sign-off" in page


def test_the_next_run_is_planned(up):
    """The server plans runs in a loop of its own, about once a minute."""
    for _ in range(90):
        planned = up.ask("flow_runs/filter", flow_runs={"state": {"type": {"any_": ["SCHEDULED"]}}})
        if planned:
            break
        time.sleep(1)
    assert {run["auto_scheduled"] for run in planned} == {True}


def test_the_server_listens_on_this_machine_alone(up):
    lines = Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]
    local = {line.split()[1] for line in lines if line.split()[3] == "0A"}
    assert {address for address in local if int(address.split(":")[1], 16) == up.port} == {f"0100007F:{up.port:04X}"}
