"""The one declaration of every canonical column: type, unit, key and meaning.

Ledger schema, mapping validation, quality suites, reader casts and the data dictionary are all made from here.
Every record has, beside these columns, its source, stream, immutable source id and human label (model/records.py).
"""

from __future__ import annotations

from slipwatch.model.columns import Entity
from slipwatch.model.declarations import day, flag, instant, integer, money, quantity, ratio, reference, text

SIDES = ("owner", "integrator", "supplier", "pmo")
STATUS = ("todo", "doing", "done", "cancelled")
DEPENDENCIES = (
    "finish_to_start", "start_to_start", "finish_to_finish", "start_to_finish",
    "blocks", "relates", "duplicates", "copies",
)  # fmt: skip
DECISIONS = ("open", "approved", "rejected", "deferred", "withdrawn")

PROJECT_CODE = text("project_code", "the source's own project code; link rules turn it into a project of the portfolio")
CURRENCY = text("currency", "ISO 4217 code of every amount in the record")
UNIT = text("unit", "unit of every quantity in the record, as the source writes it")
SITE = text("site_code", "the source's code of the delivery or work site; the portfolio gives it a calendar")

_ENTITIES = (
    Entity(
        name="project",
        meaning="a project as a source knows it",
        columns=(
            text("name", "title", required=True),
            PROJECT_CODE,
            text("status_claimed", "status colour or phase as its manager claims it", watched=True),
            day("starts_on", "planned start", watched=True),
            day("finishes_on", "planned finish", watched=True),
        ),
    ),
    Entity(
        name="milestone",
        meaning="a dated point that a committee follows",
        closed_when=("accepted_on",),
        columns=(
            text("name", "title", required=True),
            PROJECT_CODE,
            day("forecast_on", "date at which the source expects it today", watched=True),
            day("claimed_on", "day on which somebody claims that it was reached", watched=True),
            day("accepted_on", "day of the signed acceptance: the only proof that it was reached", watched=True),
            text("status_raw", "status as the source writes it", watched=True),
            text("status", "status in the product's vocabulary", choices=STATUS),
            ratio("progress_claimed", "share done as claimed, 0..1", watched=True),
            text("responsible_code", "role or code of the accountable party in the source"),
        ),
    ),
    Entity(
        name="work_item",
        meaning="a story, task, defect or test of a tracker",
        closed_when=("done_at",),
        columns=(
            text("name", "title", required=True),
            PROJECT_CODE,
            text("kind", "kind in the product's vocabulary", choices=("epic", "story", "task", "defect", "test")),
            text("status_raw", "status as the source writes it", watched=True),
            text("status", "status in the product's vocabulary", choices=STATUS),
            reference("requirement", "requirement", "the requirement it implements or tests"),
            reference("parent", "work_item", "the item it is a part of"),
            reference("milestone", "milestone", "the milestone or version it is planned for", watched=True),
            day("starts_on", "planned start", watched=True),
            day("due_on", "due date", watched=True),
            instant("created_at", "when it was raised in the source"),
            instant("updated_at", "when the source last touched it"),
            instant("done_at", "when it was closed in the source"),
            ratio("progress_claimed", "share done as claimed, 0..1", watched=True),
            ratio("estimate_hours", "estimated effort in hours", watched=True),
            ratio("spent_hours", "booked effort in hours"),
            text("result", "result of a test", choices=("passed", "failed", "blocked", "not_run")),
            text("severity", "severity of a defect, as the source writes it"),
            text("assignee", "pseudonym of the assignee; a name only where the configuration allows it"),
        ),
    ),
    Entity(
        name="dependency",
        meaning="a link between two work items: what happens to the one concerns the other",
        columns=(
            reference("predecessor", "work_item", "the item that the other depends on", required=True),
            reference("successor", "work_item", "the item that depends on it", required=True),
            text("kind", "kind of link; `relates` has no direction", choices=DEPENDENCIES),
            integer("lag_days", "days between the two, as the source counts them; negative where they overlap"),
        ),
    ),
    Entity(
        name="requirement",
        meaning="something the owner asked for; the unit of the scope baseline",
        columns=(
            text("name", "title", required=True),
            PROJECT_CODE,
            text("scope_text", "the text that was signed; its hash is watched", watched=True),
            text("status_raw", "status as the source writes it", watched=True),
            text("status", "status in the product's vocabulary", choices=STATUS),
            day("signed_on", "day of sign-off"),
            instant("created_at", "when it was raised in the source"),
            text("workstream", "workstream or workshop it comes from"),
        ),
    ),
    Entity(
        name="change_request",
        meaning="a request to change scope, date or money, and what was decided",
        columns=(
            text("name", "title", required=True),
            PROJECT_CODE,
            day("raised_on", "day of the record"),
            text("decision", "decision in the product's vocabulary", choices=DECISIONS, watched=True),
            day("decided_on", "day of the decision", watched=True),
            text("items", "labels of the items concerned, separated by a comma"),
            day("new_date", "new date asked for, where it moves a milestone"),
            money("amount", "cost of the change", watched=True),
            CURRENCY,
        ),
    ),
    Entity(
        name="supplier",
        meaning="a company that promised something",
        columns=(
            text("name", "name", required=True),
            text("status_raw", "status as the source writes it"),
        ),
    ),
    Entity(
        name="order_line",
        meaning="one line of a purchase order, with its need and its promise",
        closed_when=("completed",),
        columns=(
            text("order_number", "number of the purchase order", required=True),
            text("line_number", "line within the order"),
            text("name", "material or service ordered"),
            PROJECT_CODE,
            SITE,
            reference("supplier", "supplier", "who delivers"),
            day("ordered_on", "day on which the order was sent to the supplier"),
            day("needed_on", "day on which the project needs it", watched=True),
            day("promised_on", "delivery date promised, as this source states it today", watched=True),
            quantity("ordered_quantity", "quantity ordered", watched=True),
            quantity("received_quantity", "quantity received according to this source", watched=True),
            UNIT,
            money("unit_price", "price of one unit", watched=True),
            CURRENCY,
            day("delivered_on", "day of the last delivery according to this source"),
            day("booked_on", "day on which the last delivery was booked"),
            text("status_raw", "status as the source writes it", watched=True),
            flag("completed", "the buyer declared that nothing more is expected"),
            flag("cancelled", "the line was cancelled"),
            instant("updated_at", "when the source last touched it"),
        ),
    ),
    Entity(
        name="confirmation",
        meaning="a supplier's answer to an order line: the promise",
        columns=(
            reference("order_line", "order_line", "the line it answers", required=True),
            reference("supplier", "supplier", "who answered"),
            day("confirmed_on", "day of the answer", required=True),
            day("promised_on", "delivery date promised", watched=True),
            quantity("confirmed_quantity", "quantity promised", watched=True),
            UNIT,
            text("response", "kind of answer", choices=("accept", "propose", "reject", "split", "cancel")),
        ),
    ),
    Entity(
        name="shipment",
        meaning="a shipping notice for an order line",
        columns=(
            reference("order_line", "order_line", "the line that was shipped", required=True),
            reference("supplier", "supplier", "who shipped"),
            day("noticed_on", "day of the notice", required=True),
            day("shipped_on", "day of despatch"),
            day("expected_on", "day of arrival announced", watched=True),
            quantity("shipped_quantity", "quantity announced", watched=True),
            UNIT,
        ),
    ),
    Entity(
        name="receipt",
        meaning="goods received for an order line: the evidence",
        columns=(
            reference("order_line", "order_line", "the line that was received", required=True),
            reference("supplier", "supplier", "who delivered"),
            SITE,
            day("received_on", "day on the dock", required=True),
            day("booked_on", "day on which it was booked"),
            quantity("received_quantity", "quantity received; negative for a reversal"),
            UNIT,
        ),
    ),
    Entity(
        name="budget_line",
        meaning="an approved amount and what was spent and committed against it",
        columns=(
            text("name", "title", required=True),
            PROJECT_CODE,
            money("approved_amount", "amount approved", watched=True),
            money("committed_amount", "ordered and not yet invoiced", watched=True),
            money("actual_amount", "booked", watched=True),
            money("estimate_to_complete", "what is still needed according to its manager", watched=True),
            CURRENCY,
        ),
    ),
    Entity(
        name="cost_entry",
        meaning="one booking against a budget line",
        columns=(
            reference("budget_line", "budget_line", "the line it is booked on", required=True),
            text("kind", "kind of booking", choices=("actual", "commitment", "accrual", "forecast")),
            day("booked_on", "day of booking", required=True),
            money("amount", "amount; positive is cost"),
            CURRENCY,
            text("document", "number of the document"),
        ),
    ),
    Entity(
        name="action",
        meaning="something a role must do by a date",
        closed_when=("done_on",),
        columns=(
            text("name", "title", required=True),
            PROJECT_CODE,
            text("responsible_code", "role that must do it"),
            day("due_on", "due date", watched=True),
            day("done_on", "day of completion", watched=True),
            text("origin", "committee, alert or risk it comes from"),
        ),
    ),
    Entity(
        name="decision",
        meaning="a question asked of a committee and its answer",
        closed_when=("taken_on",),
        columns=(
            text("name", "question", required=True),
            PROJECT_CODE,
            day("needed_by", "day by which it is needed", watched=True),
            day("taken_on", "day on which it was taken", watched=True),
            text("outcome", "what was decided", watched=True),
            text("responsible_code", "role or committee asked"),
        ),
    ),
    Entity(
        name="risk",
        meaning="an event that may happen, with its score and its owner",
        closed_when=("closed_on",),
        columns=(
            text("name", "event", required=True),
            PROJECT_CODE,
            integer("probability", "probability on the register's scale"),
            integer("impact", "impact on the register's scale"),
            day("reviewed_on", "day of the last review"),
            text("response", "response", choices=("avoid", "reduce", "transfer", "accept", "none")),
            text("responsible_code", "role that owns it"),
            day("closed_on", "day of closing"),
        ),
    ),
    Entity(
        name="training",
        meaning="a training or communication measure, planned and done",
        columns=(
            text("name", "title", required=True),
            PROJECT_CODE,
            SITE,
            day("planned_by", "day by which it is planned", watched=True),
            integer("planned_count", "persons planned"),
            integer("done_count", "persons trained"),
            day("done_on", "day of completion"),
            text("responsible_code", "role that owns it"),
        ),
    ),
)

ENTITIES: dict[str, Entity] = {entity.name: entity for entity in _ENTITIES}
"""Every canonical entity by name, in the order of the data dictionary."""
