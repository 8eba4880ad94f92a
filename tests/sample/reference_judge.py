"""Judges the sample programme week by week from its files alone, as simply as the rules can be said.

It is independent of the product: it proves that the files tell the story, not that the product finds it.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from slipwatch.sample.calendars import DC_M, count_working_days, shift_working_days
from slipwatch.sample.cast import PROJECTS, SCOPE_FREEZE, SUPPLIERS
from slipwatch.sample.expectations import OVERDUE
from slipwatch.sample.milestones import MILESTONES
from slipwatch.sample.programme import Poll
from tests.sample import reference_reader as read

PREFIXES = {"CF-EC": "ERP-CORE", "CF-WD": "WMS-DC", "CF-SP": "SOP-PLAN"}
KEY_OF_NUMBER = {supplier.number: key for key, supplier in SUPPLIERS.items()}
TRACKED = {milestone.tracker_id: key for key, milestone in MILESTONES.items() if milestone.tracker_id}


@dataclass
class Event:
    poll: int
    kind: str  # opened, worse, reason_ended, frozen, resolved, re-baselined
    rules: dict = field(default_factory=dict)


@dataclass
class SeenAlert:
    entity: str
    subject: str
    concern: str
    episode: int
    opened: int
    told: dict
    events: list = field(default_factory=list)
    closed: int | None = None
    ending: str | None = None


class Judge:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.erp: dict = {}
        self.erp_day: date | None = None
        self.erp_size = 0
        self.promises = defaultdict(list)
        self.lag: dict = {}
        self.plan: dict = {}
        self.silent_moves: dict = defaultdict(list)
        self.seen_moves: set = set()
        self.scope: set | None = None
        self.absent: dict = defaultdict(int)
        self.open: dict = {}
        self.alerts: list = []
        self.inventory: dict = {}
        self.opening: dict = {}
        self.inventory_empty_at: int | None = None
        self.episodes: dict = defaultdict(int)
        self.counted: dict = {}
        self.messages: set = set()

    # ------------------------------------------------------------------------------------------------ reading

    def judge(self, poll: Poll) -> None:
        self.poll, self.day = poll, poll.day
        self.findings: dict = defaultdict(dict)
        self.stale: set = set()
        self.grey: dict = defaultdict(set)
        self.read_log()
        self.read_erp()
        self.read_suppliers()
        self.read_wms()
        self.read_tracker()
        self.read_plan()
        self.find_time()
        self.find_scope()
        self.find_cost()
        self.find_supply()
        self.find_actions()
        self.counted[poll.number] = {key: frozenset(found) for key, found in self.grey.items()}
        self.tell()

    def read_log(self) -> None:
        path = read.newest(self.folder / "log", "*.xlsx")
        self.log = {
            name: read.read_sheet(path, name)
            for name in ("Actions", "Décisions", "Changements", "Budget", "Formations")
        }

    def approved_items(self) -> set:
        return {
            item
            for change in self.log["Changements"]
            if change["Décision"] == "Approuvé" and change["Éléments"]
            for item in change["Éléments"].split(", ")
        }

    def read_erp(self) -> None:
        path = read.newest(self.folder / "erp", "*.csv")
        day = read.day_of(path)
        if day != self.erp_day:
            self.take_erp(path, day)
        if (self.day - self.erp_day).days > 14:
            self.stale.add("ERP")
            self.findings["source", "ERP", "quality"]["DQ-01"] = (self.day - self.erp_day).days

    def take_erp(self, path: Path, day: date) -> None:
        rows, damaged = read.read_erp(path)
        if damaged:
            self.findings["source", "ERP", "quality"]["DQ-02"] = None
            return
        if self.erp_size and abs(len(rows) / self.erp_size - 1) > 0.2:
            self.findings["source", "ERP", "quality"]["DQ-03"] = round(100 * (len(rows) / self.erp_size - 1))
            return
        assert len({row["key"] for row in rows}) == len(rows)
        for row in rows:
            before = self.erp.get(row["key"])
            if row["promised"] and (before is None or before["promised"] != row["promised"]):
                self.promises[row["key"]].append((day, row["promised"]))
        self.erp, self.erp_day, self.erp_size = {row["key"]: row for row in rows}, day, len(rows)
        self.learn_lag()

    def learn_lag(self) -> None:
        lags = defaultdict(set)
        for row in self.erp.values():
            if row["delivered"]:
                lags[KEY_OF_NUMBER[row["supplier_no"]]].add(
                    count_working_days(row["site"], row["delivered"], row["booked"])
                )
        assert all(len(found) == 1 for found in lags.values()), lags
        self.lag = {supplier: found.pop() for supplier, found in lags.items()}

    def read_suppliers(self) -> None:
        self.confirmed, self.noticed, self.practise = set(), set(), set()
        stated = defaultdict(list)
        for path in sorted((self.folder / "suppliers").glob("*.csv")):
            for row in read.read_supplier_file(path):
                if "confirmations" in path.name:
                    self.confirmed.add(row["key"])
                    stated[row["key"]].append((row["on"], row["date"]))
                else:
                    self.noticed.add(row["key"])
                    self.practise.add(KEY_OF_NUMBER[row["supplier_no"]])
        self.stated = stated

    def read_wms(self) -> None:
        rows = read.read_wms(self.folder / "wms" / "wms.sqlite")
        self.on_dock = defaultdict(int)
        for row in rows:
            self.on_dock[row["key"]] += row["quantity"]
        last = max(row["posted_at"] for row in rows).date()
        age = count_working_days(DC_M, last, self.day)
        if age > 2:
            self.stale.add("WMS")
            self.findings["source", "WMS", "quality"]["DQ-01"] = age

    def read_tracker(self) -> None:
        self.tracker = read.read_tracker(read.newest(self.folder / "tracker", "*.json"))
        self.tracked = {}
        for milestone in self.tracker["milestones"]:
            key = TRACKED[milestone["id"]]
            self.tracked[key] = date.fromisoformat(milestone["date"])
            for change in milestone["history"]:
                if change["field"] == "date":
                    self.check_move(key, change["new"], read.instant(change["at"]).date())

    def read_plan(self) -> None:
        path = read.newest(self.folder / "plan", "*.xlsx")
        rejected = []
        for row in read.read_sheet(path, "Jalons"):
            day = read.typed_day(row.get("Date actuelle") or row.get("Termin"))
            if day is None:
                rejected.append(row["row"])
                continue
            before = self.plan.get(row["Code"])
            self.plan[row["Code"]] = {"date": day, "accepted": row["Date d'acceptation"]}
            if before and before["date"] != day:
                self.check_move(row["Code"], day.isoformat(), read.day_of(path))
        for row in read.read_sheet(path, "Suivi fournisseurs"):
            if read.typed_day(row.get("Date annoncée") or row.get("Termin")) is None:
                rejected.append(row["row"])
        if rejected:
            self.findings["source", "PLAN", "quality"]["DQ-02"] = len(rejected)

    # ------------------------------------------------------------------------------------------------ judging

    def check_move(self, key: str, new: str, moved_on: date) -> None:
        """A move is silent when no record of that milestone and date stands by the week of the move."""
        if (key, new, moved_on) in self.seen_moves:
            return
        self.seen_moves.add((key, new, moved_on))
        recorded = any(
            change["Éléments"] == key and change["Nouvelle date"] == date.fromisoformat(new)
            for change in self.log["Changements"]
            if change["Nouvelle date"]
        )
        if not recorded:
            self.silent_moves[key].append(self.poll.number)

    def find_time(self) -> None:
        for key, milestone in MILESTONES.items():
            baseline = milestone.find_baseline(self.poll.number)
            if baseline is None:
                self.grey["no baseline date"].add(key)
                continue
            if self.plan[key]["accepted"]:
                continue
            found = self.findings["milestone", key, "time"]
            current = max(day for day in (self.plan[key]["date"], self.tracked.get(key)) if day)
            slip = count_working_days(milestone.site, baseline, current)
            if slip > milestone.tolerance_days:
                found["TIME-01"] = slip
            moves = [poll for poll in self.silent_moves[key] if milestone.find_baseline(poll) == baseline]
            if moves:
                found["TIME-03"] = len(moves)
            if baseline < self.day:
                found["TIME-06"] = None

    def find_scope(self) -> None:
        freeze = SCOPE_FREEZE["ERP-CORE"]
        requirements = {item["id"] for item in self.tracker["requirements"]}
        self.grey["no freeze"] = {p for p in PROJECTS if p not in SCOPE_FREEZE or self.day <= SCOPE_FREEZE[p]}
        if self.day <= freeze:
            return
        self.scope = self.scope or requirements
        approved = self.approved_items()
        orphans = []
        for item in [*self.tracker["requirements"], *self.tracker["work_items"]]:
            is_new = read.instant(item["created_at"]).date() > freeze
            if is_new and item["id"] not in approved:
                orphans.append(item["id"])
            elif self.is_loose(item) and item["id"] not in approved:
                self.grey["no requirement"].add(item["id"])
        for key in self.scope:
            self.absent[key] = 0 if key in requirements else self.absent[key] + 1
        vanished = [key for key in self.scope if self.absent[key] >= 2 and key not in approved]
        found = self.findings["project", "ERP-CORE", "scope"]
        if orphans:
            found["SCOPE-01"] = len(orphans)
        if vanished:
            found["SCOPE-03"] = len(vanished)

    def is_loose(self, item: dict) -> bool:
        return item["project"] == "ERP-CORE" and bool(item.get("kind")) and not item["requirement"]

    def find_cost(self) -> None:
        for line in self.log["Budget"]:
            if line["Budget approuvé"] is None:
                self.grey["no approved amount"].add(line["Ligne"])
                continue
            uncovered = line["Réalisé"] + line["Engagé"] - line["Budget approuvé"]
            if uncovered > 0:
                self.findings["budget_line", line["Ligne"], "cost"]["COST-03"] = uncovered

    def find_supply(self) -> None:
        for key, row in self.erp.items():
            supplier = KEY_OF_NUMBER[row["supplier_no"]]
            if row["reference"][:5] not in PREFIXES:
                self.grey["unassigned"].add(key)
                continue
            if row["needed"] is None:
                self.grey["no need date"].add(key)
                continue
            if row["complete"] or max(row["received"], self.on_dock[key]) >= row["quantity"]:
                continue
            self.find_line(key, row, supplier)

    def find_line(self, key: str, row: dict, supplier: str) -> None:
        found, site = self.findings["order_line", key, "supply"], row["site"]
        promised = max([*self.promises[key], *self.stated[key]])[1]
        transit = SUPPLIERS[supplier].transit_days
        if row["sent"] is None:
            self.grey["not sent"].add(key)
        elif key not in self.confirmed and count_working_days(site, row["sent"], self.day) > 5:
            found["SUP-01"] = count_working_days(site, row["sent"], self.day)
        if promised > row["needed"]:
            found["SUP-02"] = count_working_days(site, row["needed"], promised)
        if supplier not in self.practise:
            self.grey["no notices"].add(supplier)
        elif key not in self.noticed and shift_working_days(site, promised, -transit) < self.day:
            found["SUP-04"] = None
        if shift_working_days(site, promised, self.lag[supplier]) < self.day:
            found[OVERDUE] = None

    def find_actions(self) -> None:
        for project in PROJECTS:
            mine = [a for a in self.log["Actions"] if a["Projet"] == project and a["Clôturée le"] is None]
            for action in mine:
                if action["Échéance"] is None:
                    self.grey["no due date"].add(f"{project} {action['N°']}")
            dated = [action["Échéance"] for action in mine if action["Échéance"]]
            late = [due for due in dated if due < self.day]
            share = 100 * len(late) / len(dated)
            site = PROJECTS[project]
            if share > 10 or any(count_working_days(site, due, self.day) > 10 for due in late):
                self.findings["project", project, "governance"]["GOV-01"] = share

    # ------------------------------------------------------------------------------------------------ telling

    def is_frozen(self, entity: str, subject: str) -> bool:
        if entity != "order_line":
            return False
        return "ERP" in self.stale or ("WMS" in self.stale and self.erp[subject]["site"] == DC_M)

    def tell(self) -> None:
        found = {key: rules for key, rules in self.findings.items() if rules}
        if self.poll.number == 1:
            self.inventory, self.opening = dict(found), dict(found)
            self.messages.add(1)
            return
        for key in [key for key in self.inventory if key not in found and not self.is_frozen(*key[:2])]:
            del self.inventory[key]
            self.inventory_empty_at = self.poll.number if not self.inventory else None
        for key, rules in found.items():
            if key not in self.inventory and not self.is_frozen(*key[:2]):
                self.tell_finding(key, rules)
        for key, alert in list(self.open.items()):
            if self.is_frozen(*key[:2]):
                alert.events.append(Event(self.poll.number, "frozen"))
            elif key not in found:
                self.close(key, alert)

    def tell_finding(self, key: tuple, rules: dict) -> None:
        alert = self.open.get(key)
        if alert is None:
            self.episodes[key] += 1
            alert = SeenAlert(*key, self.episodes[key], self.poll.number, dict(rules))
            alert.events.append(Event(self.poll.number, "opened", dict(rules)))
            self.open[key] = alert
            self.alerts.append(alert)
            self.messages.add(self.poll.number)
            return
        worse = {r: v for r, v in rules.items() if r not in alert.told or (v or 0) > (alert.told[r] or 0)}
        ended = {r: None for r in alert.told if r not in rules}
        if worse:
            alert.events.append(Event(self.poll.number, "worse", worse))
            self.messages.add(self.poll.number)
        if ended:
            alert.events.append(Event(self.poll.number, "reason_ended", ended))
        alert.told = dict(rules)

    def close(self, key: tuple, alert: SeenAlert) -> None:
        milestone = MILESTONES.get(key[1])
        number = self.poll.number
        moved = milestone and milestone.find_baseline(number) != milestone.find_baseline(number - 1)
        alert.closed, alert.ending = number, "re-baselined" if moved else "resolved"
        alert.events.append(Event(number, alert.ending))
        self.messages.add(number)
        del self.open[key]
