"""Secrets are named, never written: `env:NAME`, `file:/path`, `block:name`. A named one that is missing stops."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from slipwatch.errors import ConfigError
from slipwatch.settings.marks import MarkedFile, YamlPath, write_path
from slipwatch.settings.problems import Problem
from slipwatch.settings.translate import walk
from slipwatch.settings.values import REFERENCE_PATTERN

BlockResolver = Callable[[str], str]

_REFERENCE = re.compile(REFERENCE_PATTERN)
_SECRET_KEY = re.compile(
    r"(^|_)(password|passwd|passphrase|secret|token|api_?key|access_key|private_key)$", re.IGNORECASE
)
_PASSWORD_IN_URL = re.compile(r"://[^/\s:@]*:[^/\s@]+@")


def resolve_secret(reference: str, environ: Mapping[str, str], block_resolver: BlockResolver | None = None) -> str:
    """The value behind a reference. `block_resolver` reads a Prefect block; only flows have one.

    Raises `ConfigError` for what is no reference (without showing it) and for a secret that is missing or empty.
    """
    kind, _, name = reference.partition(":")
    if not _REFERENCE.match(reference):
        raise ConfigError("a literal value where a reference is expected", subject="secret", cure=_CURE)
    if kind == "env":
        value = environ.get(name, "")
        cure = f"set {name} in the environment"
    elif kind == "file":
        value, cure = _read_file(reference, name)
    else:
        value, cure = _read_block(reference, name, block_resolver)
    if not value:
        raise ConfigError("the secret is missing or empty", subject=reference, cure=cure)
    return value


_CURE = "name the secret: env:NAME, file:/path or block:name"


def _read_file(reference: str, name: str) -> tuple[str, str]:
    path = Path(name).expanduser()
    cure = f"write the secret alone into {path}"
    if not path.is_absolute():
        raise ConfigError("the path of a secret is not absolute", subject=reference, cure="write the whole path")
    try:
        return path.read_text(encoding="utf-8").strip(), cure
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError("the file of a secret cannot be read", subject=reference, cure=cure) from error


def _read_block(reference: str, name: str, block_resolver: BlockResolver | None) -> tuple[str, str]:
    if block_resolver is None:
        raise ConfigError(
            "Prefect blocks are known to flows only", subject=reference, cure="use env: or file: outside of a flow"
        )
    return block_resolver(name), f"save the Prefect block {name!r}"


def find_literals(file: MarkedFile) -> Iterator[Problem]:
    """Passwords, tokens and keys that stand in the configuration itself; what was found is never repeated."""
    for path, value in walk(file.data):
        if _is_literal(path, value):
            yield Problem(
                file=file.name,
                line=file.find_line(path),
                key=write_path(path),
                found="a literal value, not shown here",
                allowed="a reference to a secret: env:NAME, file:/path or block:name",
                cure="take it out of the file, change it where it was used, and name it here",
            )


def _is_literal(path: YamlPath, value: Any) -> bool:
    if isinstance(value, str) and _REFERENCE.match(value):
        return False
    if isinstance(value, str) and _PASSWORD_IN_URL.search(value):
        return True
    key = next((part for part in reversed(path) if isinstance(part, str)), "")
    return bool(_SECRET_KEY.search(key)) and isinstance(value, (str, int, float)) and not isinstance(value, bool)


def find_missing(files: Iterable[MarkedFile], environ: Mapping[str, str]) -> Iterator[Problem]:
    """References behind which nothing is. Prefect blocks are not looked up here: only a flow can."""
    for file in files:
        for path, value in walk(file.data):
            if not isinstance(value, str) or not _REFERENCE.match(value) or value.startswith("block:"):
                continue
            try:
                resolve_secret(value, environ)
            except ConfigError as error:
                yield Problem(
                    file=file.name,
                    line=file.find_line(path),
                    key=write_path(path),
                    found=f"{value}, but {error.message}",
                    allowed="a reference to a secret that is there",
                    cure=error.cure,
                )
