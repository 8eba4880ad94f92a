"""Proposes links: which records of two files are the same, and which project and milestone a record belongs to."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from slipwatch.inference.portfolio import PortfolioDraft, find_milestone
from slipwatch.inference.stream_records import Facts, make_key, read_day, read_text
from slipwatch.model.columns import Kind
from slipwatch.model.records import Record
from slipwatch.model.tables import ENTITIES
from slipwatch.settings.commented import Noted, NoteLine
from slipwatch.settings.links import DECLARED

_SHORTEST_CODE = 3
"""A shorter project code begins too many accounts by chance."""

_ENOUGH = 0.5
"""Two sources speak of the same things where so many labels of the smaller one stand in the other."""


@dataclass(frozen=True)
class Pair:
    """A record of another source that may be a milestone of the plan."""

    source: str
    label: str
    name: str
    milestone: str


def find_pairs(facts: Facts, draft: PortfolioDraft) -> list[Pair]:
    """Milestones of other files that bear another label, but stand in the same project on the same date.

    Only where exactly one milestone of the plan has that date, and one of the other file: equal dates are a hint, no
    proof, and somebody must confirm them.
    """
    plan = facts.find_plan()
    if plan is None:
        return []
    ours = _place_on_dates(plan.records, draft)
    pairs = []
    for stream in facts.list_of("milestone"):
        if (stream.source, stream.stream) == (plan.source, plan.stream):
            continue
        theirs = _place_on_dates([one for one in stream.records if not _is_known(one, draft)], draft)
        pairs += [
            Pair(stream.source, found[0].label, read_text(found[0], "name"), make_key(ours[place][0].label))
            for place, found in theirs.items()
            if len(found) == 1 and len(ours.get(place, ())) == 1
        ]
    return pairs


def _place_on_dates(records: Iterable[Record], draft: PortfolioDraft) -> dict[tuple[str, Any], list[Record]]:
    places: dict[tuple[str, Any], list[Record]] = defaultdict(list)
    for record in records:
        project, day = draft.codes.get(read_text(record, "project_code")), read_day(record, "forecast_on")
        if project and day:
            places[project, day].append(record)
    return places


def _is_known(record: Record, draft: PortfolioDraft) -> bool:
    """Whether label or name already say which declared milestone it is."""
    names = {entry["name"].casefold() for entry in draft.milestones.values()} | {
        key.casefold() for key in draft.milestones
    }
    return record.label.casefold() in names or read_text(record, "name").casefold() in names


def draft_identities(facts: Facts, pairs: Sequence[Pair]) -> list[Any]:
    """The rules of links.yaml that say what is the same thing; `pairs` are the confirmed ones."""
    rules: list[Any] = [
        NoteLine("A record called like something that the portfolio declares (key, name, alias, code) is that thing.")
    ]
    rules += [{"entity": entity, "by": "portfolio"} for entity in DECLARED]
    rules += [
        Noted(
            {"entity": "milestone", "source": pair.source, "label": pair.label, "is": pair.milestone},
            f"{pair.name}: same project, same date; confirmed",
        )
        for pair in pairs
    ]
    for entity in dict.fromkeys(stream.entity for stream in facts.streams if stream.records):
        if entity not in DECLARED:
            rules += _draft_labels(facts, entity)
    return rules


def _draft_labels(facts: Facts, entity: str) -> Iterator[Any]:
    """Labels are trusted in one source, and between sources that share most of them; else each source keeps its own."""
    labels: dict[str, set[str]] = defaultdict(set)
    for stream in facts.list_of(entity):
        labels[stream.source] |= {record.label for record in stream.records}
    if len(labels) == 1:
        yield Noted({"entity": entity, "by": "label"}, explain_references(facts, entity) or "one source has them")
        return
    small, large = sorted(labels.values(), key=len)[:2]
    shared = len(small & large)
    if shared >= _ENOUGH * len(small):
        why = f"{shared} of {len(small)} labels stand in both {' and '.join(labels)}"
        yield Noted({"entity": entity, "by": "label"}, why)
    else:
        yield NoteLine(f"{entity}: {' and '.join(labels)} share {shared} labels; each keeps its own records.")


def explain_references(facts: Facts, entity: str) -> str:
    """How many records of other streams name a record of this entity, such as confirmations an order line."""
    labels = {record.label for record in facts.list_records(entity)}
    told = []
    for stream in facts.streams:
        for column in ENTITIES[stream.entity].columns:
            if column.kind is Kind.REFERENCE and column.refers_to == entity:
                named = [text for record in stream.records if (text := read_text(record, column.name))]
                if named:
                    told.append(f"{sum(one in labels for one in named)} of {len(named)} {stream.stream} name one")
    return "; ".join(told)


def draft_assignments(facts: Facts, draft: PortfolioDraft) -> list[Any]:
    """The rules that say which project a record belongs to: accounts of order lines first, then equal project codes."""
    return [*_draft_accounts(facts, draft), *_draft_codes(draft)]


def _draft_codes(draft: PortfolioDraft) -> Iterator[Any]:
    if draft.codes:
        yield NoteLine("Where a source writes the project itself.")
    for code, key in draft.codes.items():
        yield {"entity": "*", "field": "project_code", "equals": code, "project": key}


def _draft_accounts(facts: Facts, draft: PortfolioDraft) -> Iterator[Any]:
    """Accounts (WBS elements) that end with the key of a milestone, then what they all begin with."""
    counts = count_accounts(facts)
    found = {code: key for code in counts if code not in draft.codes and (key := find_milestone(draft, code))}
    if found:
        yield NoteLine("The account of an order line ends with the key of a milestone.")
    for code, milestone in sorted(found.items()):
        project = draft.milestones[milestone]["project"]
        rule = {"entity": "order_line", "field": "project_code", "equals": code, "project": project}
        yield Noted({**rule, "milestone": milestone}, f"{counts[code]} lines")
    for prefix, project in find_own_prefixes(counts, draft).items():
        lines = sum(count for code, count in counts.items() if code.startswith(prefix) and code not in found)
        rule = {"entity": "order_line", "field": "project_code", "prefix": prefix, "project": project}
        yield Noted(rule, f"the account continues the code of the project; {lines} lines")
    for prefix, project in find_prefixes(found, draft).items():
        caught = sum(count for code, count in counts.items() if code.startswith(prefix) and code not in found)
        rule = {"entity": "order_line", "field": "project_code", "prefix": prefix, "project": project}
        yield Noted(rule, f"every account above that begins so is of {project}; {caught} lines more")


def find_own_prefixes(codes: Iterable[str], draft: PortfolioDraft) -> dict[str, str]:
    """What accounts begin with that continue the code of a project, as ERP-27/4711 continues ERP-27.

    >>> draft = PortfolioDraft(language="en", time_zone="UTC", codes={"ERP-27": "ERP-27"})
    >>> find_own_prefixes(["ERP-27/4711", "ERP-271"], draft)
    {'ERP-27/': 'ERP-27'}
    """
    found = {
        account[: len(code) + 1]: key
        for code, key in draft.codes.items()
        for account in codes
        if len(code) >= _SHORTEST_CODE and account.startswith(code) and not account[len(code) : len(code) + 1].isalnum()
        and account != code
    }  # fmt: skip
    return dict(sorted(found.items()))


def count_accounts(facts: Facts) -> Counter[str]:
    """Project codes of order lines, and how many lines have each."""
    return Counter(code for record in facts.list_records("order_line") if (code := read_text(record, "project_code")))


def find_prefixes(found: Mapping[str, str], draft: PortfolioDraft) -> dict[str, str]:
    """What stands before the last part of accounts, where two or more agree on one project.

    >>> from slipwatch.inference.portfolio import PortfolioDraft
    >>> points = {key: {"project": "ERP"} for key in ("EC-10", "EC-20")}
    >>> find_prefixes({"CF-EC-10": "EC-10", "CF-EC-20": "EC-20"},
    ...               PortfolioDraft(language="en", time_zone="UTC", milestones=points))
    {'CF-EC-': 'ERP'}
    """
    projects: dict[str, list[str]] = defaultdict(list)
    for code, milestone in found.items():
        head = code.rstrip("0123456789")
        if head and not head[-1].isalnum():
            projects[head].append(draft.milestones[milestone]["project"])
    return {head: named[0] for head, named in sorted(projects.items()) if len(named) > 1 and len(set(named)) == 1}


def list_unassigned(facts: Facts, draft: PortfolioDraft) -> dict[str, int]:
    """Accounts of order lines that no rule catches, and how many lines each has; "" for lines without any."""
    found = {code for code in count_accounts(facts) if code in draft.codes or find_milestone(draft, code)}
    known = {code: key for code in found if (key := find_milestone(draft, code))}
    prefixes = (*find_prefixes(known, draft), *find_own_prefixes(count_accounts(facts), draft))
    every = Counter(read_text(record, "project_code") for record in facts.list_records("order_line"))
    return {code: count for code, count in every.most_common() if code not in found and not code.startswith(prefixes)}
