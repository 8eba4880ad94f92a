"""A small, complete configuration as text, and a way to write it with some files changed."""

from pathlib import Path

FILES = {
    "slipwatch.yaml": """\
programme:
  name: Confluence
  language: fr
  time_zone: Europe/Paris
""",
    "sources.yaml": """\
sources:
  PLAN:
    type: files
    name: Steering plan
    owner: pmo
    rhythm_days: 7
    options:
      folder: drop
      streams:
        milestones: {title_rows: 3}
  WMS:
    type: sql_view
    name: Warehouse
    rhythm_days: 1
    site: DC
    evidence:
      - {entity: order_line, where: {site: DC}}
    guard: {drop_percent: 30}
    rejects_percent: 5
""",
    "portfolio.yaml": """\
projects:
  CORE: {name: Core, site: PLANT, accountable: lead}
  DEPOT: {name: Depot, site: DC}
sites:
  PLANT: {name: Plant, country: FR, time_zone: Europe/Paris, codes: [100, "0200"]}
  DC: {name: Depot, country: FR, subdivision: "57", extra_holidays: [2026-12-24], working: [2026-05-08]}
milestones:
  DESIGN: {name: Design sign-off, project: CORE, gate: true, accountable: lead, aliases: [Design]}
  DOCK: {name: Dock ready, project: DEPOT, site: DC}
suppliers:
  SCAN: {name: Scanners, codes: ["0042"], transit_days: 8, accountable: lead}
roles:
  pmo: {name: PMO, side: pmo, language: fr, address: pmo@example.org}
  lead: {name: Owner lead, side: owner}
committees:
  COPIL: {name: Steering, kind: steering, dates: [2026-01-29], projects: [CORE]}
""",
    "links.yaml": """\
identities:
  - {entity: milestone, by: portfolio}
  - {entity: order_line, by: label, sources: [WMS]}
  - {entity: milestone, source: PLAN, source_id: "17", is: DESIGN}
assignments:
  - {entity: order_line, field: project_code, prefix: C-, project: CORE, milestone: DESIGN}
  - {entity: "*", field: source, equals: WMS, project: DEPOT}
""",
    "baselines.yaml": """\
baselines:
  - number: 1
    kind: schedule
    name: Kick-off
    effective_on: 2025-12-18
    items:
      - {milestone: DESIGN, date: 2026-01-30}
  - {number: 1, kind: scope, name: Freeze, project: CORE, freeze_on: 2026-02-27}
""",
    "tolerances.yaml": """\
rules:
  schedule.milestone_slip: {gate_wd: 5, other_wd: 10}
projects:
  CORE:
    rules:
      schedule.milestone_slip: {gate_wd: 3}
off: [supply.promise_churn]
""",
    "routing.yaml": """\
pmo: pmo
roles:
  lead: {concerns: [time, cost]}
deferral: {site: PLANT}
""",
    "suites/order_line.yaml": """\
expectations:
  - type: expect_column_values_to_not_be_null
    kwargs: {column: promised_on}
    severity: critical
""",
}


def write_configuration(folder: Path, **changed: str | None) -> Path:
    """Write the configuration; `sources="..."` replaces sources.yaml, `links=None` leaves links.yaml out."""
    for name, text in FILES.items():
        text = changed.pop(Path(name).stem, text)
        if text is not None:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    assert not changed, f"no such file: {sorted(changed)}"
    return folder


def edit(name: str, old: str, new: str) -> dict[str, str]:
    """The file `name` with one piece of text replaced, as an argument of `write_configuration`."""
    text = FILES[name]
    assert text.count(old) == 1, f"{old!r} must occur once in {name}"
    return {Path(name).stem: text.replace(old, new)}
