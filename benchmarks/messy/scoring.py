"""Compares one reading with the truth of its file, point by point."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from benchmarks.messy.judging import UNREAD, agree, read_day, read_figure
from benchmarks.messy.truth import Expected, Truth

Reading = Mapping[str, Any]
"""One file of `slipwatch start --json`, with its question ids."""

RIGHT, ASKED, MISSED, SILENT = "right", "asked", "missed", "silent"

ASSERTED = ("name", "order_number", "line_number", "supplier", "project_code", "site_code", "currency", "unit")
"""Text columns that a preview must show as they are."""


@dataclass(frozen=True, kw_only=True)
class Point:
    """One thing that a reading gets right, asks for, misses (and says so) or gets wrong in silence.

    `what` is kind, column, key, format, sheet, preset, layout, row, damage, notice, preview, record or refusal; the
    first four make the share that has a bar.
    """

    file: str
    language: str
    what: str
    detail: str
    result: str
    note: str = ""


class Score:
    """All points of one file."""

    def __init__(self, truth: Truth, reading: Reading) -> None:
        self.truth, self.reading = truth, reading
        self.points: list[Point] = []
        ids = [str(one).removeprefix(f"{reading.get('file')}/") for one in reading.get("questions", ())]
        self.questions = [(topic, detail) for topic, _, detail in (one.partition("/") for one in ids)]
        self.names = match_names(truth, reading)

    def add(self, what: str, detail: str, result: str, note: str = "") -> None:
        point = Point(
            file=self.truth.file, language=self.truth.language, what=what, detail=detail, result=result, note=note
        )
        self.points.append(point)

    def asks(self, topics: tuple[str, ...], name: str | None = None) -> bool:
        """Whether a question has one of these topics, and is about this column where one is named."""
        return any(topic in topics and (name is None or concerns(detail, name)) for topic, detail in self.questions)

    def judge(self, what: str, detail: str, *, right: bool, asked: bool, left: bool = False, note: str = "") -> None:
        """Right, else asked, else left out (a miss that shows), else a silent mistake."""
        self.add(what, detail, RIGHT if right else ASKED if asked else MISSED if left else SILENT, note)


def concerns(detail: str, name: str) -> bool:
    """Whether a question's detail names this column: the whole name, or one of its header rows."""
    parts = {name.casefold(), *(part.casefold() for part in name.split(" / "))}
    found = detail.casefold()
    return found in parts or any(part and part in {one.strip() for one in found.split(",")} for part in parts)


def match_names(truth: Truth, reading: Reading) -> dict[str, str]:
    """The reading's name of each column of the truth: the same, or one of its header rows, or with a number behind."""
    there = {*reading.get("columns", {}), *reading.get("unmapped", ()), *reading.get("formats", {})}
    found = {}
    for name in truth.columns:
        parts = [name, *reversed(name.split(" / "))]
        found[name] = next((one for one in parts if one in there), name)
    return found


def score_file(truth: Truth, reading: Reading) -> Score:
    """Every point of a file."""
    score = Score(truth, reading)
    if truth.refused:
        score_refusal(score)
    elif reading.get("status") != "read":
        score_wrong_refusal(score)
    else:
        score_kind(score)
        score_preset(score)
        score_layout(score)
        score_columns(score)
        score_keys(score)
        score_formats(score)
        score_rows(score)
        score_damage(score)
        score_preview(score)
    return score


def score_refusal(score: Score) -> None:
    """A sentence that names the reason, and a cure. A file with a header alone may also be read as one without rows."""
    reading = score.reading
    if reading.get("status") == "read":
        empty = "header only" in score.truth.messes and reading.get("rows") == 0 and reading.get("notices")
        score.judge("refusal", "", right=bool(empty), asked=False, note="read")
        return
    error, cure = str(reading.get("error") or ""), str(reading.get("cure") or "")
    said = any(word.casefold() in error.casefold() for word in score.truth.refused)
    score.judge("refusal", "", right=said and bool(cure), asked=False, left=True, note=f"{error} | {cure}")


def score_wrong_refusal(score: Score) -> None:
    """A list that was refused: allowed with a cure for old formats, else everything in it is missed."""
    note = f"refused: {score.reading.get('error')}"
    if score.truth.may_refuse and score.reading.get("cure"):
        score.add("refusal", "", RIGHT, note)
        return
    score.add("kind", "", MISSED, note)
    for name in score.truth.columns:
        score.add("column", name, MISSED, note)


def score_kind(score: Score) -> None:
    kind, truth = score.reading.get("kind"), score.truth
    asked = score.asks(("kind",))
    if ("kind", "") in truth.doubts:
        score.judge("kind", "", right=asked, asked=False, left=kind == "unknown", note=f"doubtful, {kind}")
        return
    score.judge(
        "kind", "", right=kind in truth.kinds and not asked, asked=asked, left=kind == "unknown", note=str(kind)
    )
    if truth.sheet or ("sheet", "") in truth.doubts:
        sheet, asked = score.reading.get("sheet"), score.asks(("sheet",))
        right = asked if ("sheet", "") in truth.doubts else sheet == truth.sheet and not asked
        score.judge("sheet", "", right=right, asked=asked, note=str(sheet))


def score_preset(score: Score) -> None:
    """The maker is known by its name before the first underscore; a home-made list is nobody's export."""
    found, wanted = (str(one or "").partition("_")[0] for one in (score.reading.get("preset"), score.truth.preset))
    if found or wanted:
        score.judge("preset", "", right=found == wanted, asked=False, left=not found, note=f"{found!r}, not {wanted!r}")


def score_layout(score: Score) -> None:
    """Format, encoding, delimiter and header rows."""
    reading, truth = score.reading, score.truth
    encoding = str(reading.get("encoding") or "").lower().replace("_", "-")
    facts = {
        "format": (reading.get("format"), (truth.format,)),
        "encoding": (encoding, truth.encodings or (encoding,)),
        "delimiter": (reading.get("delimiter"), (truth.delimiter,)),
        "header": (tuple(reading.get("header_rows") or ()), (truth.header_rows,)),
    }
    for detail, (found, wanted) in facts.items():
        if truth.format in ("csv", "xlsx") or detail == "format":
            score.judge(
                "layout", detail, right=found in wanted, asked=False, left=detail == "header", note=f"{found!r}"
            )


def score_columns(score: Score) -> None:
    mapped = score.reading.get("columns", {})
    for name, expected in score.truth.columns.items():
        shown = score.names[name]
        found, asked = mapped.get(shown), score.asks(("column",), name) or score.asks(("column",), shown)
        if expected.doubtful or ("kind", "") in score.truth.doubts:
            score.judge("column", name, right=asked or found is None, asked=False, note=f"doubtful, became {found}")
        else:
            right = found in expected.fields and not asked
            score.judge(
                "column", name, right=right, asked=asked, left=found is None, note=f"{found}, not {expected.fields}"
            )


def score_keys(score: Score) -> None:
    truth, asked = score.truth, score.asks(("keys", "key"))
    found = frozenset(score.reading.get("keys", ()))
    note = f"{sorted(found)}, not {[sorted(key) for key in truth.keys]}"
    if ("keys", "") in truth.doubts:
        score.judge("key", "", right=asked, asked=False, left=not found, note=f"doubtful, {sorted(found)}")
        return
    wanted = {frozenset(score.names.get(name, name) for name in key) for key in truth.keys}
    score.judge("key", "", right=found in wanted and not asked, asked=asked, left=not found, note=note)


def score_formats(score: Score) -> None:
    """Every column of days and figures that was mapped as it should: read each cell by the format that was found."""
    mapped = score.reading.get("columns", {})
    for name, expected in score.truth.columns.items():
        shown = score.names[name]
        field = mapped.get(shown)
        if field and field in expected.fields and not expected.doubtful and expected.kind not in ("text", "share"):
            score_format(score, name, shown, expected)


def score_format(score: Score, name: str, shown: str, expected: Expected) -> None:
    form = score.reading.get("formats", {}).get(shown, {})
    asked = score.asks(("format", "unit", "column"), name) or score.asks(("format", "unit", "column"), shown)
    if ("format", name) in score.truth.doubts:
        score.judge("format", name, right=asked, asked=False, note=f"doubtful, {form}")
        return
    wrong, unread = [], []
    factor = score.reading.get("unit_factor", {}).get(shown)
    for raw, meant in score.truth.cells.get(name, ()):
        found = read_figure(form, factor, raw) if expected.kind == "number" else read_day(form, raw)
        if found is UNREAD:
            unread.append(raw)
        elif not agree(found, meant) and not (found is None and meant is None):
            wrong.append(f"{raw!r} is {meant}, not {found}")
    note = f"{form} x{factor}: " + "; ".join([*wrong[:2], *(f"{raw!r} unread" for raw in unread[:2])])
    score.judge("format", name, right=not wrong and not unread and not asked, asked=asked, left=not wrong, note=note)


def score_rows(score: Score) -> None:
    """Rows that are no records, and records that must not be lost."""
    reading, truth = score.reading, score.truth
    if counts_rows(truth):
        ignored = {int(one["row"]) for one in reading.get("ignored_rows", ())}
        for row, why in truth.ignored.items():
            if why != "blank":
                score.judge("row", f"{row} {why}", right=row in ignored, asked=False, note="read as a record")
        for row in sorted(ignored & set(truth.meant)):
            score.add("row", str(row), SILENT, "a record was left out")
    if reading.get("rows") not in (None, truth.records):
        score.add("row", "count", MISSED, f"{reading.get('rows')} rows, not {truth.records}")


def counts_rows(truth: Truth) -> bool:
    """Whether rows have one number: not where a row takes several lines."""
    return "line breaks in quotes" not in truth.messes and truth.format != "xml"


def score_damage(score: Score) -> None:
    reading, truth = score.reading, score.truth
    told = {(int(one["row"]), str(one["column"])) for one in reading.get("damaged", ())}
    for row, name in sorted(truth.damaged):
        score.judge(
            "damage", f"{row} {name}", right=(row, score.names.get(name, name)) in told, asked=False, note="not told"
        )
    known = {(row, score.names.get(name, name)) for row, name in truth.damaged}
    weeks = {score.names[name] for name, expected in truth.columns.items() if expected.kind == "week"}
    for name in sorted({name for row, name in told - known if name not in weeks}):
        score.add("damage", name, MISSED, "a sound cell is told as damaged")
    if truth.notice:
        score.judge(
            "notice", "", right=bool(reading.get("notices") or told), asked=False, left=True, note="nothing told"
        )


def score_preview(score: Score) -> None:
    """The interpreted rows must show what the author meant."""
    mapped = score.reading.get("columns", {})
    wrong: dict[str, tuple[Any, str]] = {}
    for shown in score.reading.get("preview", ()) if counts_rows(score.truth) else ():
        meant = score.truth.meant.get(shown.get("row", 0))
        for name, value in (meant or {}).items():
            expected, field = score.truth.columns[name], mapped.get(score.names[name])
            if field is None or field not in expected.fields or is_loose(score, name, expected, field):
                continue
            found = shown.get("read", {}).get(field)
            if not (found in (None, "") and value is None) and not agree(found, value):
                wrong[name] = (found, f"row {shown['row']}: {found!r}, not {value!r}")
    if not wrong and score.reading.get("preview"):
        score.add("preview", "", RIGHT)
    for name, (found, note) in wrong.items():
        asked = score.asks(("format", "column", "unit"), name)
        score.judge("preview", name, right=False, asked=asked, left=found in (None, ""), note=note)


def is_loose(score: Score, name: str, expected: Expected, field: str) -> bool:
    """Columns whose interpreted value is not one value of the truth: joined, translated, or in doubt."""
    doubtful = expected.doubtful or any(detail == name for _, detail in score.truth.doubts)
    return doubtful or expected.kind == "instant" or (expected.kind == "text" and field not in ASSERTED)


def list_points(scores: list[Score]) -> Iterator[Point]:
    for score in scores:
        yield from score.points
