"""Somebody who knows the sample programme, and answers the questions of its first week."""

from slipwatch.inference.reading import LEAVE_OUT

FOLDERS = ("plan", "erp", "log", "tracker", "suppliers")
MONDAY = "2026-01-05"
TOLD = {
    "programme/pmo": "pmo@meridor.example",
    "programme/site/R100": "FR",
    "programme/site/G200": "DE-BW",
    "programme/site/M300": "FR-57",
    "programme/calendars": "ERP-CORE=R100, WMS-DC=M300, SOP-PLAN=R100",
    "programme/integrator": "Norvane",
    "2026-01-05T0600_tracker.json#milestones/kind": "plan",
    "2026-01-05T0600_tracker.json#milestones/column/date": "forecast_on",
    "2026-01-02_commandes.csv/column/Date livraison": "delivered_on",
}
"""What only a person can know of the sample programme; everything else takes the proposal."""


def choose(question):
    """The answer to a question as `slipwatch start --json` prints it."""
    return TOLD.get(question["id"]) or question["proposed"] or LEAVE_OUT


def answer_all(session):
    """Answer every question of a session, one after the other. Returns them as they were asked."""
    asked = []
    for list_questions in (session.list_file_questions, session.list_programme_questions):
        while questions := list_questions():
            asked.append(questions[0])
            session.answers[questions[0].id] = choose(questions[0].as_json())
    return asked
