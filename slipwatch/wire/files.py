"""Files that others drop into a folder: which ones count, whether they are finished, and what tells two apart."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from slipwatch.errors import AccessError, ConfigError, PermanentError, TransientError

UNFINISHED = (".part", ".tmp", ".filepart", ".partial", ".crdownload")
_CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, kw_only=True)
class FoundFile:
    """A file in the folder: `name` is its path below it, with `/`. `is_plain` is false for links, devices and pipes,
    which are never opened."""

    name: str
    path: Path
    size: int
    modified: datetime
    is_plain: bool = True

    def require_plain(self) -> None:
        """Raises `PermanentError` for anything but a file that really stands in the folder."""
        if not self.is_plain:
            raise PermanentError(
                "is a link or a device, and could lead out of the folder",
                subject=self.name,
                cure="drop the file itself",
            )

    def require_unchanged(self) -> None:
        """Raises `TransientError` where the file was written to, or taken away, meanwhile."""
        now = look_at(self.path, self.name)
        if now is None or (now.size, now.modified) != (self.size, self.modified):
            raise TransientError(
                "changed while it was being read", subject=self.name, cure="it is read again next time"
            )


def compile_glob(pattern: str) -> re.Pattern[str]:
    """A file pattern (`*` and `?`) below the folder, upper and lower case alike; `*` stays inside one folder.

    Raises `ConfigError` for a pattern that leads out of the folder.
    """
    if not pattern or pattern.startswith("/") or ".." in pattern.split("/") or "\\" in pattern or ":" in pattern:
        raise ConfigError(f"the pattern {pattern!r} leads out of the folder", cure="name files below it, with /")
    signs = {"*": "[^/]*", "?": "[^/]"}
    return re.compile("".join(signs.get(sign) or re.escape(sign) for sign in pattern), re.IGNORECASE)


def list_files(folder: Path, pattern: re.Pattern[str], *, depth: int = 1) -> list[FoundFile]:
    """The files whose whole name matches, by name; hidden, half-sent and lock files are left out, links not followed.

    Raises `TransientError` for a folder that cannot be reached, `AccessError` for one that may not be read.
    """
    try:
        names = [name for name in _walk(folder, "", depth) if pattern.fullmatch(name)]
    except PermissionError as error:
        raise AccessError(f"may not be read: {error.strerror}", subject=str(folder), cure="grant the right") from None
    except OSError as error:
        raise TransientError(
            f"cannot be reached: {error.strerror}", subject=str(folder), cure="is the share there, the path right?"
        ) from None
    found = (look_at(folder / name, name) for name in sorted(names))
    return [file for file in found if file is not None]


def _walk(folder: Path, prefix: str, depth: int) -> Iterator[str]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith((".", "~$")) or entry.name.casefold().endswith(UNFINISHED):
                continue
            if not entry.is_dir(follow_symlinks=False):
                yield prefix + entry.name
            elif depth > 1:
                yield from _walk(folder / entry.name, f"{prefix}{entry.name}/", depth - 1)


def look_at(path: Path, name: str) -> FoundFile | None:
    """None for a file that is gone."""
    try:
        seen = path.lstat()
    except OSError:
        return None
    modified = datetime.fromtimestamp(0, UTC) + timedelta(microseconds=seen.st_mtime_ns // 1000)
    return FoundFile(name=name, path=path, size=seen.st_size, modified=modified, is_plain=stat.S_ISREG(seen.st_mode))


def wait_until_settled(
    files: Iterable[FoundFile], *, seconds: float, now: datetime, sleep: Callable[[float], None]
) -> list[FoundFile]:
    """The files that nobody writes to any more: older than `seconds`, or the same at two looks that far apart."""
    files = list(files)
    young = {file.name for file in files if now - file.modified < timedelta(seconds=seconds)}
    if not young:
        return files
    sleep(seconds)
    return [file for file in files if file.name not in young or look_at(file.path, file.name) == file]


def compute_digest(file: FoundFile) -> str:
    """The first 80 bits of the content's SHA-256 (links: of their name). Raises `TransientError`."""
    if not file.is_plain:
        return sha256(file.name.encode("utf-8", "surrogateescape")).hexdigest()[:20]
    digest = sha256()
    try:
        with file.path.open("rb") as content:
            while chunk := content.read(_CHUNK_BYTES):
                digest.update(chunk)
    except OSError as error:
        raise TransientError(f"cannot be read: {error.strerror}", subject=file.name) from None
    return digest.hexdigest()[:20]
