"""Who stands behind the files: suppliers with their names, and the roles that are made responsible."""

from __future__ import annotations

from collections import Counter

from slipwatch.inference.role_words import find_company, is_role
from slipwatch.inference.stream_records import Facts, read_text

RESPONSIBLE = "responsible_code"


def list_responsible(facts: Facts) -> Counter[str]:
    """Roles that the files make responsible; pseudonyms of persons are none."""
    found = facts.count_values(RESPONSIBLE)
    return Counter({name: count for name, count in found.items() if is_role(name)})


def list_company_roles(facts: Facts) -> dict[str, str]:
    """Name of a role to the supplier whose name it bears."""
    companies = [name for _, name in name_suppliers(facts).values()]
    found = {name: find_company(name, companies) for name in list_responsible(facts)}
    return {name: company for name, company in found.items() if company}


def name_suppliers(facts: Facts) -> dict[str, tuple[int, str]]:
    """Number (or name) of each supplier to how many order lines it has, and its name."""
    lines: Counter[str] = Counter()
    names: dict[str, str] = {}
    for stream in facts.list_of("order_line"):
        beside = stream.marks.get("supplier", {})
        for record in stream.records:
            if code := read_text(record, "supplier"):
                lines[code] += 1
                names.setdefault(code, beside.get(record.source_id, "") or code)
    for record in facts.list_records("supplier"):
        names[record.label] = read_text(record, "name") or record.label
        lines.setdefault(record.label, 0)
    return {code: (count, names[code]) for code, count in lines.most_common()}
