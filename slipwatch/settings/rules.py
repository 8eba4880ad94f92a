"""Second stage of tolerances.yaml: a rule that is named there must exist, or its threshold would be silently unused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from slipwatch.settings.configuration import Settings
from slipwatch.settings.marks import YamlPath
from slipwatch.settings.problems import SettingsError
from slipwatch.settings.references import build_unknown

FILE = "tolerances.yaml"


def verify_rules(settings: Settings, numbers: Mapping[str, str]) -> None:
    """`numbers` gives the catalogue number of each rule by id (empty where it has none).

    A rule may be switched off by either name; thresholds stand under the id. Raises `SettingsError`.
    """
    ids = sorted(numbers)
    names = {*ids, *filter(None, numbers.values())}
    by_number = {number: name for name, number in numbers.items()}
    problems = []
    for path, name, allowed in _list_uses(settings, set(ids), names):
        if name not in allowed:
            known = [by_number[name]] if name in by_number else ids
            problems.append(build_unknown(settings.marks[FILE], path, name, known, kind="rule"))
    if problems:
        raise SettingsError(problems)


def _list_uses(settings: Settings, ids: set[str], names: set[str]) -> Iterator[tuple[YamlPath, str, set[str]]]:
    tolerances = settings.tolerances
    for name in tolerances.rules:
        yield ("rules", name), name, ids
    for project, own in tolerances.projects.items():
        for name in own.rules:
            yield ("projects", project, "rules", name), name, ids
    for index, name in enumerate(tolerances.off):
        yield ("off", index), name, names
