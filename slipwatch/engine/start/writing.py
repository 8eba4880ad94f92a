"""Writes the proposed configuration: checked before a single file of an older one is touched."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from slipwatch.errors import ConfigError
from slipwatch.registry import find_connector
from slipwatch.settings import FILES, load_settings
from slipwatch.settings.commented import write_commented

_HEADS: Mapping[str, tuple[str, ...]] = {
    "slipwatch.yaml": ("The programme, where things are kept, and how mail leaves.",),
    "sources.yaml": (
        "The files that are read, and how: beside each column stands why it was taken for what. Correct what is wrong,",
        "then `slipwatch sources check`.",
    ),
    "portfolio.yaml": ("Projects, sites with their calendars, milestones, suppliers, roles, as the files name them.",),
    "links.yaml": (
        "Which records are the same thing, and which project a record belongs to. The first rule that catches wins;",
        "what no rule catches is counted as unassigned, and nothing is thrown away.",
    ),
    "baselines.yaml": (
        "The dates of the first version seen: NOT APPROVED, and no baseline until somebody approves them, with author",
        "and reason:  slipwatch baseline approve 1 --author NAME --reason TEXT",
    ),
    "tolerances.yaml": ("Thresholds where they differ from the defaults: `slipwatch rules explain ID` shows a rule.",),
    "routing.yaml": (
        "Who is told what. Until the PMO releases a recipient (`slipwatch recipients release ROLE`), every message",
        "goes to the PMO alone.",
    ),
}  # fmt: skip
_MARK = "Proposed by `slipwatch start` from your files; a comment says why each thing stands here."


def find_existing(folder: Path) -> list[str]:
    """The files of a configuration that the folder already holds."""
    return [name for name in FILES if (folder / name).exists()]


def write_configuration(folder: Path, files: Mapping[str, Mapping[str, Any]], *, force: bool) -> list[Path]:
    """Write the files and return them; with `force` an older one is kept beside as `.bak`.

    Raises `ConfigError` where a configuration is there and may not be replaced, and for what does not load: then
    nothing was written.
    """
    existing = find_existing(folder)
    if existing and not force:
        raise ConfigError(
            f"there is a configuration already ({', '.join(existing)})",
            subject=str(folder),
            cure="name another folder with --config, or replace it with --force (the old files are kept as .bak)",
        )
    folder.mkdir(parents=True, exist_ok=True)
    texts = {name: write_text(name, content) for name, content in files.items()}
    _prove(folder, texts)
    for name in existing:
        shutil.copyfile(folder / name, folder / f"{name}.bak")
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    return [folder / name for name in texts]


def write_text(name: str, content: Mapping[str, Any]) -> str:
    """One file of the configuration as text."""
    schema = f"yaml-language-server: $schema=schemas/{name.replace('.yaml', '.schema.json')}"
    return write_commented(content, head=(schema, *_HEADS.get(name, ()), _MARK))


def _prove(folder: Path, texts: Mapping[str, str]) -> None:
    """Load what would be written, beside the place where it will stand, options of the connectors included."""
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".slipwatch-start-") as place:
        trial = Path(place)
        for name, text in texts.items():
            (trial / name).write_text(text, encoding="utf-8", newline="\n")
        settings = load_settings(trial, os.environ)
        for key, source in settings.sources.items():
            connector = find_connector(source.type)
            settings.validate_at(connector.Options, source.options, "sources", key, "options")
