"""Finds connectors, checks, transports and text catalogues by name, through entry points.

Built-ins register in the same way as third parties. A plug-in that cannot be loaded is never a log line: it raises a
`ConfigError` when it is asked for, and `find_broken` lists it.
"""

from __future__ import annotations

from functools import cache
from importlib.metadata import EntryPoint, entry_points
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from slipwatch.errors import ConfigError

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    from slipwatch.check import Check
    from slipwatch.connector import Connector

GROUPS = ("slipwatch.connectors", "slipwatch.checks", "slipwatch.transports", "slipwatch.catalogues")


def list_names(group: str) -> tuple[str, ...]:
    """Names registered in a group, sorted."""
    return tuple(sorted(entry_points(group=group).names))


def _load(entry: EntryPoint) -> Any:
    try:
        return entry.load()
    except (ImportError, AttributeError, SyntaxError) as error:
        raise ConfigError(
            f"the plug-in {entry.value!r} cannot be loaded: {error}",
            subject=f"{entry.group} {entry.name}",
            cure="reinstall or remove the package that registers it",
        ) from error


@cache
def _find(group: str, name: str) -> Any:
    found = entry_points(group=group, name=name)
    if not found:
        raise ConfigError(
            f"nothing is registered under {name!r}", subject=group, cure=f"one of: {', '.join(list_names(group))}"
        )
    return _load(next(iter(found)))


def _verify_version(plugin: Any, name: str, supported: int) -> None:
    version = getattr(plugin, "contract_version", None)
    if version != supported:
        raise ConfigError(
            f"written for contract version {version}, this Slipwatch speaks {supported}",
            subject=name,
            cure="install a matching release of the plug-in",
        )


def find_connector(name: str) -> type[Connector]:
    """The connector type registered under `name`. Raises `ConfigError` when unknown, broken or of another contract."""
    from slipwatch.connector import CONTRACT_VERSION

    found: type[Connector] = _find("slipwatch.connectors", name)
    _verify_version(found, name, CONTRACT_VERSION)
    return found


@cache
def find_checks() -> tuple[Check, ...]:
    """Every registered check, sorted by id. Raises `ConfigError` for a broken plug-in or an id registered twice."""
    from slipwatch.check import CONTRACT_VERSION

    checks: dict[str, Check] = {}
    for entry in entry_points(group="slipwatch.checks"):
        for check in _load(entry):
            _verify_version(check, check.id, CONTRACT_VERSION)
            if check.id in checks:
                raise ConfigError("registered twice", subject=check.id, cure="remove one of the two plug-ins")
            checks[check.id] = check
    return tuple(checks[name] for name in sorted(checks))


def find_check(name: str) -> Check:
    """A check by readable id or catalogue number, whatever the case. Raises `ConfigError` when unknown."""
    for check in find_checks():
        if name.casefold() in (check.id.casefold(), check.alias.casefold()):
            return check
    raise ConfigError(
        f"no rule is called {name!r}",
        subject="rules",
        cure="`slipwatch rules list` shows all ids and catalogue numbers",
    )


def find_transport(name: str) -> Any:
    """The transport type registered under `name`. Raises `ConfigError` when unknown or broken."""
    return _find("slipwatch.transports", name)


@cache
def find_catalogues() -> tuple[Traversable, ...]:
    """Folders with a `.po` file per language, the kernel's first."""
    entries = sorted(entry_points(group="slipwatch.catalogues"), key=lambda entry: (entry.name != "kernel", entry.name))
    return tuple(files(entry.value) for entry in entries)


def find_letters() -> tuple[Traversable, ...]:
    """The same folders, and in each the folder `letters` with what leaves to suppliers and sites in more languages."""
    folders = find_catalogues()
    return (*folders, *(folder / "letters" for folder in folders if (folder / "letters").is_dir()))


def find_broken() -> tuple[str, ...]:
    """One sentence per registered plug-in that cannot be loaded."""
    broken = []
    for group in GROUPS[:3]:
        for entry in entry_points(group=group):
            try:
                _load(entry)
            except ConfigError as error:
                broken.append(str(error))
    return tuple(broken)
