"""Where the names of the columns stand: under titles, over two rows, in two languages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from slipwatch.inference.lexicon import Lexicon
from slipwatch.wire.tables import (
    MOST_TITLE_ROWS,
    Header,
    Line,
    Merged,
    is_blank,
    join_header_rows,
    normalise_name,
)

_LONGEST_NAME = 80
_FIGURE = re.compile(r"[\s\d.,/:%€$£+\-]*\d[\s\d.,/:%€$£+\-]*")


@dataclass(frozen=True)
class HeaderGuess:
    """`rows` are the rows that hold the names. `is_sure` is false where no name is known and the rows below tell
    nothing either."""

    rows: tuple[int, ...]
    header: Header
    titles: tuple[Line, ...]
    why: str
    is_sure: bool = True


@dataclass(frozen=True)
class _Candidate:
    lines: tuple[Line, ...]
    names: tuple[Any, ...]
    known: int
    score: float


def find_header_rows(
    lines: Sequence[Line], lexicon: Lexicon, *, merged: Merged = (), subject: str = ""
) -> HeaderGuess | None:
    """The header among the first rows of a table; None where no row can be one."""
    head = [line for line in lines if line.cells is not None and not is_blank(line.cells)]
    candidates = [
        found
        for index in range(min(len(head), MOST_TITLE_ROWS))
        for found in _list_candidates(head, index, lexicon, merged)
    ]
    candidates = _drop_repeats(candidates)
    if not candidates:
        return None
    best = max(candidates, key=lambda one: (one.score, -one.lines[0].first))
    rows = tuple(line.first for line in best.lines)
    others = [one for one in candidates if one.lines[-1].first not in rows and one.score > best.score - 2]
    why = f"{best.known} of {_count(best.names)} names are known" if best.known else "the first row of names only"
    return HeaderGuess(
        rows=rows,
        header=Header.build(list(best.names), subject=subject),
        titles=tuple(line for line in head if line.first < rows[0]),
        why=why,
        is_sure=best.known >= 2 or not others,
    )


def _drop_repeats(candidates: Sequence[_Candidate]) -> list[_Candidate]:
    """A header that is repeated further down is the first one."""
    first: dict[tuple[str, ...], _Candidate] = {}
    for one in candidates:
        first.setdefault(tuple(normalise_name(name) for name in one.names), one)
    return list(first.values())


def _list_candidates(head: Sequence[Line], index: int, lexicon: Lexicon, merged: Merged) -> list[_Candidate]:
    line = head[index]
    cells = line.cells or []
    if not _may_be_names(cells):
        return []
    below = [one.cells or [] for one in head[index + 1 : index + 31]]
    full = sum(_count(one.cells or []) >= 0.7 * _count(cells) for one in head[max(0, index - 10) : index])
    found = [_rate((line,), cells, lexicon, below, bonus=-2.0 * full)]
    if index + 1 < len(head) and _go_together(line, head[index + 1], lexicon, merged):
        second = head[index + 1]
        names = join_header_rows([cells, second.cells or []], first_row=line.first, merged=merged)
        found.append(_rate((line, second), names, lexicon, below[1:], bonus=1.0 - 2.0 * full))
    return found


def _rate(
    lines: tuple[Line, ...], names: Sequence[Any], lexicon: Lexicon, below: Sequence[Sequence[Any]], *, bonus: float
) -> _Candidate:
    """Known names count most, then how much of the width below is named, and that what is below looks otherwise."""
    filled = _count(names)
    texts = [str(name) for name in names if isinstance(name, str) and name.strip()]
    known = sum(lexicon.knows(text) for text in texts)
    width = sorted(map(_count, below))[len(below) * 3 // 4] if below else filled
    score = 3.0 * known + 3.0 * min(1.0, filled / max(1, width)) + bonus
    score += 2.0 * _compare_kinds(names, below)
    score -= 2.0 * (filled - len(texts)) + 1.5 * (len(texts) - len(set(texts)))
    score -= sum(len(text) > _LONGEST_NAME for text in texts) + (4.0 if not below else 0.0)
    return _Candidate(lines, tuple(names), known, score)


def _compare_kinds(names: Sequence[Any], below: Sequence[Sequence[Any]]) -> float:
    """The share of named columns whose cells below are figures or dates, while the name is none."""
    columns = [index for index, name in enumerate(names) if not is_blank((name,))]
    if not columns or not below:
        return 0.0
    typed = sum(any(index < len(row) and _is_value(row[index]) for row in below[:10]) for index in columns)
    return typed / len(columns)


def _may_be_names(cells: Sequence[Any]) -> bool:
    filled = [cell for cell in cells if not is_blank((cell,))]
    values = sum(map(_is_value, filled))
    return len(filled) >= 1 and values <= 0.3 * len(filled)


def _is_value(cell: Any) -> bool:
    """A date, a figure, or a text of digits."""
    if isinstance(cell, str):
        return bool(_FIGURE.fullmatch(cell.strip()))
    return isinstance(cell, date | int | float) and not isinstance(cell, bool)


def _go_together(first: Line, second: Line, lexicon: Lexicon, merged: Merged) -> bool:
    """Whether two rows are one header: neither holds a digit, and groups, empty cells or known names say so."""
    top, bottom = first.cells or [], second.cells or []
    if second.first != first.last + 1 or (_count(top) < 2 and not _spans_columns(first, merged)):
        return False
    if any(re.search(r"\d", str(cell)) for cell in bottom if not is_blank((cell,))):
        return False
    known_top, known_bottom = _count_known(top, lexicon), _count_known(bottom, lexicon)
    if known_bottom < 2 or 2 * known_bottom < _count(bottom):
        return False
    if _spans_columns(first, merged):
        return True
    complements = any(
        is_blank(top[index : index + 1]) != is_blank(bottom[index : index + 1])
        for index in range(min(len(top), len(bottom)))
    )
    return (known_top >= 2) if not complements else _count(top) >= 2


def _spans_columns(line: Line, merged: Merged) -> bool:
    """A name over some of the columns; a title over all of them from the first one is none."""
    width = len(line.cells or [])
    spans = [(left, right) for top, left, bottom, right in merged if top == line.first == bottom and right > left]
    return any(not (left == 1 and right >= width) for left, right in spans)


def _count_known(cells: Sequence[Any], lexicon: Lexicon) -> int:
    return sum(isinstance(cell, str) and bool(cell.strip()) and lexicon.knows(cell) for cell in cells)


def _count(cells: Sequence[Any]) -> int:
    return sum(not is_blank((cell,)) for cell in cells)
