"""From a path to what the file is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from slipwatch.errors import SourceError
from slipwatch.inference.compose import compose_reading
from slipwatch.inference.kinds import KindGuess, guess_kind
from slipwatch.inference.lexicon import Lexicon, load_lexicon
from slipwatch.inference.opening import Opened, open_unknown
from slipwatch.inference.presets import Preset, load_presets
from slipwatch.inference.reading import FileReading, OtherSheet, Question, refuse_file
from slipwatch.inference.tables import TableSketch, sketch_facts, sketch_table


@dataclass(frozen=True)
class Inquiry:
    """What a file is read with. `answers` are by id; once `asked_as` is set, only those of this file, by topic and
    detail: `column/Fin`."""

    path: Path
    presets: Sequence[Preset]
    today: date | None
    answers: Mapping[str, str]
    lexicon: Lexicon = field(default_factory=load_lexicon)
    asked_as: str = ""
    part: str | None = None


@dataclass(frozen=True)
class _Candidate:
    """One list of a file. `score` says how surely it is a list of a known kind."""

    name: str | None
    sketch: TableSketch | None
    kind: KindGuess | None
    why: str
    rows: int = 0

    @property
    def score(self) -> float:
        return self.kind.best.score if self.kind and self.kind.best else 0.0

    @property
    def size(self) -> int:
        """Columns times the rows that were looked at."""
        return len(self.sketch.header.names) * self.rows if self.sketch else 0

    @property
    def label(self) -> str:
        return self.kind.best.kind if self.kind and self.kind.best else "a list of no known kind"


def read_file(
    path: Path,
    *,
    presets: Sequence[Preset] | None = None,
    today: date | None = None,
    sheet: str | None = None,
    records: str | None = None,
) -> FileReading:
    """Read an unknown file as it is. It never raises for what stands in the file: a refused reading says why.

    `presets` are tried before anything is inferred (without, those that are installed); `today` is the day around
    which weeks without a year are sought; `sheet` (of a workbook) or `records` (path of a list in a document) name the
    part to read, else it is the one that looks most like a list of a known kind.
    """
    return read_answered(path, {}, presets=presets, today=today, part=sheet or records)


def read_answered(
    path: Path,
    answers: Mapping[str, str],
    *,
    presets: Sequence[Preset] | None = None,
    today: date | None = None,
    part: str | None = None,
) -> FileReading:
    """The same with `answers` to questions of an earlier reading, by their ids: what hangs on them is found anew."""
    return _read(Inquiry(path, load_presets() if presets is None else presets, today, answers, part=part))[0]


def read_sheets(
    path: Path, *, presets: Sequence[Preset] | None = None, today: date | None = None
) -> tuple[FileReading, ...]:
    """A reading for every list of a file: each visible sheet of a workbook that is one, each list of a document."""
    inquiry = Inquiry(path, load_presets() if presets is None else presets, today, {})
    return tuple(_read(inquiry, every=True))


def _read(inquiry: Inquiry, *, every: bool = False) -> list[FileReading]:
    path = inquiry.path
    if not path.is_file():
        return [refuse_file(path, "there is no such file", "give the path of a file")]
    try:
        opened = open_unknown(path)
        return _read_opened(opened, inquiry, every=every)
    except SourceError as error:
        return [refuse_file(path, error.message, error.cure or "export it again")]
    except OSError as error:
        return [refuse_file(path, f"cannot be read: {error.strerror}", "close it elsewhere, and check your rights")]


def _read_opened(opened: Opened, inquiry: Inquiry, *, every: bool) -> list[FileReading]:
    names, others = _list_names(opened, inquiry.part)
    candidates = [_try_candidate(opened, name, inquiry) for name in names]
    lists = sorted((one for one in candidates if one.sketch and one.score > 0), key=lambda one: -one.score)
    if not lists:
        lists = sorted((one for one in candidates if one.sketch), key=lambda one: -one.size)
    if not lists:
        return [_refuse_all(inquiry.path, candidates)]
    if every and len(lists) > 1:
        return [_compose(opened, one, inquiry, (), part=one.name) for one in lists]
    chosen = _answer_sheet(lists, inquiry.answers.get(f"{inquiry.path.name}/sheet"))
    others += [OtherSheet(sheet=str(one.name), why=one.why) for one in candidates if one.name and one is not chosen]
    reading = _compose(opened, chosen, inquiry, others, part=inquiry.part)
    return [reading if inquiry.part else _ask_sheet(reading, lists, inquiry.answers)]


def _list_names(opened: Opened, sheet: str | None) -> tuple[list[str | None], list[OtherSheet]]:
    """The tables to look at; hidden sheets are said, and only read where there is no other."""
    if sheet is not None and (opened.sheets or sheet in opened.lists):
        return [sheet], []
    if not opened.sheets:
        return list(opened.lists), []
    visible = [name for name, is_visible in opened.sheets if is_visible]
    hidden = [name for name, is_visible in opened.sheets if not is_visible]
    if not visible:
        opened.notices.append("has hidden sheets only: they were read")
        return list(hidden), []
    return list(visible), [OtherSheet(sheet=name, why="hidden: not read") for name in hidden]


def _try_candidate(opened: Opened, name: str | None, inquiry: Inquiry) -> _Candidate:
    try:
        table = opened.load(name)
        sketch = sketch_table(table, inquiry.lexicon, subject=name or inquiry.path.name)
    except SourceError as error:
        if len(opened.sheets) <= 1 and len(opened.lists) <= 1:
            raise
        return _Candidate(name, None, None, f"no table: it {error.message}")
    facts = sketch_facts(sketch)
    kind = guess_kind(facts, inquiry.lexicon, places=list_places(inquiry.path, sketch), given={})
    best = kind.best
    why = f"a list too: {best.kind}" if best else "a list of no known kind"
    rows = facts[0].profile.kinds.total() if facts else 0
    if not best and not rows:
        why = "no table: it has no rows below its header"
    return _Candidate(name, sketch, kind, why, rows)


def list_places(path: Path, sketch: TableSketch) -> dict[str, str]:
    """The texts around a table that may say what it is."""
    places = {"file name": path.stem, "title": " ".join(sketch.list_titles()[:3])}
    if sketch.table.sheet:
        places["sheet"] = sketch.table.sheet
    if sketch.table.records:
        places["list"] = sketch.table.records.replace("_", " ")
    return places


def _refuse_all(path: Path, candidates: Sequence[_Candidate]) -> FileReading:
    reasons = "; ".join(f"{one.name}: {one.why}" for one in candidates[:5])
    return refuse_file(path, f"holds no list ({reasons})", "save the sheet with the list, and close the file")


def _answer_sheet(lists: Sequence[_Candidate], answer: str | None) -> _Candidate:
    return next((one for one in lists if one.name == answer), lists[0])


def _compose(
    opened: Opened,
    chosen: _Candidate,
    inquiry: Inquiry,
    others: Sequence[OtherSheet],
    *,
    part: str | None,
) -> FileReading:
    name = f"{inquiry.path.name}#{part}" if part else inquiry.path.name
    prefix = f"{name}/"
    of_file = {key.removeprefix(prefix): told for key, told in inquiry.answers.items() if key.startswith(prefix)}
    asked = replace(inquiry, answers=of_file, asked_as=name, part=part)
    if chosen.sketch is None:
        raise TypeError("only a table with a header is composed")
    return compose_reading(opened, chosen.sketch, asked, list_places(inquiry.path, chosen.sketch), others)


def _ask_sheet(reading: FileReading, lists: Sequence[_Candidate], answers: Mapping[str, str]) -> FileReading:
    """Two sheets of one kind, or of none that is known: which one counts, only a person can tell."""
    same = [one for one in lists if one.name and one.rows and one.label == lists[0].label]
    identity = f"{reading.file}/sheet"
    if len(same) < 2 or identity in answers:
        return reading
    question = Question(
        id=identity, file=reading.file, text=f"Which sheet of {reading.file} is to be read?",
        choices=tuple(str(one.name) for one in same), proposed=None,
        why=f"{' and '.join(str(one.name) for one in same)}: each is {same[0].label}",
    )  # fmt: skip
    return replace(reading, questions=(question, *reading.questions))
