"""The cursor of a stream of files: which contents were read, whatever they were called."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from slipwatch.errors import PermanentError
from slipwatch.wire.windows import read_position, write_position

MOST_GONE = 1_000
"""So many contents are remembered beyond those whose file is still in the folder, the latest ones."""


@dataclass(frozen=True)
class Position:
    """`file` and `key` name the file of a window; `seen` holds the keys of all that was read, in that order."""

    file: str = ""
    key: str = ""
    seen: tuple[str, ...] = ()

    @classmethod
    def parse(cls, cursor: str | None) -> Position:
        """Raises `PermanentError` for a text that is none of ours."""
        if cursor is None:
            return cls()
        facts = read_position(cursor)
        seen = facts.get("seen")
        if not isinstance(seen, list):
            raise PermanentError("the cursor names no files", cure="let the stream be read anew")
        return cls(str(facts.get("file", "")), str(facts.get("key", "")), tuple(map(str, seen)))

    def is_new(self, file: str, key: str) -> bool:
        """Whether a file says something new: a content never read, or an earlier one to which the last file read has
        gone back (a date that was put back is news)."""
        return key not in self.seen or (file == self.file and key != self.key)

    def advance(self, file: str, key: str, *, present: Iterable[str]) -> Position:
        """The position after one more file. `present` are the keys of the files in the folder: they stay remembered."""
        here = set(present)
        gone = [one for one in self.seen if one not in here][-MOST_GONE:]
        kept = [one for one in self.seen if one in here or one in set(gone)]
        return Position(file, key, (*(one for one in kept if one != key), key))

    def write(self) -> str:
        return write_position(file=self.file, key=self.key, seen=list(self.seen))
