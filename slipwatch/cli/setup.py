"""`init`, `migrate`, `schema`, `docs`: what is done once, or after an upgrade."""

from __future__ import annotations

import shutil
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING

from slipwatch.cli.call import Call
from slipwatch.errors import ConfigError

if TYPE_CHECKING:
    from pydantic import BaseModel

STARTER = "defaults"
_INSTALLED = frozenset({"presets", "words"})
"""Folders of the starter that every installation reads where it is: a copy would grow old."""


def write_starter(call: Call) -> None:
    """Copy the starter configuration into an empty or new folder, with the schemas of what is installed here.

    Examples that are configurations of their own stay where they are: they would belong to no programme of the PMO's.
    So do presets and words.
    """
    from slipwatch.settings import load_settings

    folder = Path(call.get("folder") or call.config)
    if folder.exists() and any(folder.iterdir()):
        raise ConfigError("this folder already holds files", subject=str(folder), cure="name another folder")
    with as_file(files("slipwatch") / STARTER) as starter:
        shutil.copytree(starter, folder, dirs_exist_ok=True, copy_function=shutil.copyfile, ignore=_leave_out)
    _write_schemas(call, folder / "schemas")
    call.console.say(f"A configuration that works is in {folder}: {len(load_settings(folder).texts)} files. Next:")
    call.console.say(f"  slipwatch --config {folder} doctor    checks it")
    call.console.say(f"  slipwatch --config {folder} run       reads its two example files")
    call.console.say("Then declare your programme in portfolio.yaml and your systems in sources.yaml.")


def _leave_out(folder: str, names: list[str]) -> list[str]:
    from slipwatch.settings import holds_configuration

    return [name for name in names if name in _INSTALLED or holds_configuration(Path(folder, name))]


def write_schemas(call: Call) -> None:
    """Write the JSON Schemas, with the options of the connectors and the thresholds of the rules installed here."""
    folder = Path(call.get("folder") or call.config / "schemas")
    for path in _write_schemas(call, folder):
        call.console.say(path)


def _write_schemas(call: Call, folder: Path) -> list[Path]:
    """A plug-in that cannot be loaded is named, and left out."""
    from slipwatch.registry import find_checks, find_connector, list_names
    from slipwatch.settings import write_schemas as write

    options: dict[str, type[BaseModel]] = {}
    thresholds: dict[str, type[BaseModel]] = {}
    for name in list_names("slipwatch.connectors"):
        try:
            options[name] = find_connector(name).Options
        except ConfigError as error:
            call.console.note(error)
    try:
        thresholds = {check.id: check.thresholds for check in find_checks()}
    except ConfigError as error:
        call.console.note(error)
    return write(folder, options=options, thresholds=thresholds)


def migrate_ledger(call: Call) -> None:
    """Create the ledger or move it to the schema of this version."""
    from slipwatch.engine.wiring import find_home, find_ledger_url
    from slipwatch.settings import load_settings
    from slipwatch.store.ledger import migrate

    settings = load_settings(call.config, call.environ)
    home = find_home(settings, call.config, call.environ, call.home)
    home.mkdir(parents=True, exist_ok=True)
    migrate(find_ledger_url(settings, home, call.environ))
    call.console.say("The ledger has the schema of this version.")


def write_docs(call: Call) -> int:
    """Write the generated pages, or say which are stale."""
    from slipwatch.cli.reference import build_pages

    folder = Path(call.get("folder"))
    stale = [path for path, text in build_pages(folder).items() if _read(path) != text]
    if call.get("check"):
        for path in stale:
            call.console.note(f"{path} is stale: run `slipwatch docs`")
        return 1 if stale else 0
    for path, text in build_pages(folder).items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
        call.console.say(path)
    return 0


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""
