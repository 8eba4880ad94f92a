"""One start: files are read, questions answered, streams tried, and a configuration written."""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from slipwatch.engine.start.answers import check_answer, refuse_answer
from slipwatch.engine.start.trying import read_facts
from slipwatch.engine.start.writing import write_configuration
from slipwatch.engine.wiring import Clock
from slipwatch.inference.answers import leave_out_open
from slipwatch.inference.places import find_zone, guess_country, guess_language, read_place
from slipwatch.inference.presets import Preset, load_all_presets
from slipwatch.inference.proposals import PROGRAMME, Proposal, list_questions, propose
from slipwatch.inference.read import read_answered, read_sheets
from slipwatch.inference.reading import LEAVE_OUT, FileReading, Question
from slipwatch.inference.sources import SourceProposal, propose_sources
from slipwatch.inference.stream_records import Facts

VERSION = 1
"""Of the document that `--json` prints."""


@dataclass(kw_only=True)
class Session:
    """`answers` are those given so far, by question id; `config` is the folder that will hold the configuration,
    `name` that of the programme."""

    paths: Sequence[Path]
    config: Path
    now: Clock
    name: str | None = None
    answers: dict[str, str] = field(default_factory=dict)
    written: list[Path] = field(default_factory=list)
    _read_before: dict[Any, FileReading] = field(default_factory=dict, repr=False)
    _seen: dict[str, Question] = field(default_factory=dict, repr=False)
    _asked: dict[str, list[Question]] = field(default_factory=dict, repr=False)

    @cached_property
    def presets(self) -> tuple[Preset, ...]:
        """Those in `presets/` of the configuration, and the installed ones."""
        return load_all_presets(self.config / "presets")

    @cached_property
    def as_found(self) -> list[FileReading]:
        """Every file, and every sheet or list of it that holds a table, before any answer."""
        today = self.now().date()
        return [reading for path in self.paths for reading in read_sheets(path, presets=self.presets, today=today)]

    @property
    def readings(self) -> list[FileReading]:
        """The files as they are read with the answers given so far; what is still unclear stays unmapped."""
        return [leave_out_open(reading) for reading in self._as_answered()]

    def _as_answered(self) -> list[FileReading]:
        return [
            drop_table(reading) if self._is_left_out(reading) else self._read_answered(reading)
            for reading in self.as_found
        ]

    def _read_answered(self, reading: FileReading) -> FileReading:
        """Read again where an answer is about it, once for each set of answers."""
        prefix = f"{reading.asked_as}/"
        own = {key: text for key, text in self.answers.items() if key.startswith(prefix)}
        if reading.status == "refused" or not own:
            return reading
        known = (reading.asked_as, reading.path, tuple(sorted(own.items())))
        if known not in self._read_before:
            self._read_before[known] = read_answered(
                reading.path, own, presets=self.presets, today=reading.today, part=reading.part
            )
        return self._read_before[known]

    def _is_left_out(self, reading: FileReading) -> bool:
        kinds = (question.id for question in reading.questions if question.topic == "kind")
        return any(self.answers.get(key) == LEAVE_OUT for key in kinds)

    def list_file_questions(self) -> list[Question]:
        """What is unclear about single files and was not answered yet."""
        found = [question for reading in self._as_answered() for question in reading.questions]
        self._seen.update((question.id, question) for question in found)
        return [question for question in found if question.id not in self.answers]

    @cached_property
    def sources(self) -> SourceProposal:
        """Asked for once the questions about files are answered: what follows hangs on it."""
        return propose_sources(self.readings)

    @cached_property
    def facts(self) -> Facts:
        with tempfile.TemporaryDirectory(prefix="slipwatch-start-") as home:
            return read_facts(self.sources.sources, time_zone=self._guess_zone(), now=self.now, home=Path(home))

    def _guess_zone(self) -> str:
        """Zone of times without an offset, for this first look: that of an answered site, else UTC."""
        sites = (text for key, text in self.answers.items() if key.startswith(f"{PROGRAMME}/site/"))
        places = (read_place(text) for text in sites)
        return next((zone for place in places if place and (zone := find_zone(place.country))), "UTC")

    @property
    def language(self) -> str:
        """French where most tables are; else English: reports are written in these two."""
        return "fr" if self._main_language == "fr" else "en"

    @cached_property
    def _main_language(self) -> str | None:
        """One vote for each stream, by its headers."""
        streams = (stream for source in self.sources.sources for stream in source.streams)
        votes = Counter(guess_language(column.name for column in stream.readings[0].columns) for stream in streams)
        return max((one for one in votes if one), key=lambda one: votes[one], default=None)

    def list_programme_questions(self) -> list[Question]:
        """What the files together leave open and was not answered yet."""
        return [one for one in self._all_programme_questions if one.id not in self.answers]

    @property
    def _all_programme_questions(self) -> list[Question]:
        told = self.answers.get(f"{PROGRAMME}/accounts", "")  # the one answer that brings up another question
        if told not in self._asked:
            self._asked[told] = self._ask_programme()
        return self._asked[told]

    def _ask_programme(self) -> list[Question]:
        return list_questions(
            self.facts, self.answers, language=self.language, country=guess_country(self._main_language)
        )

    def check_answers(self, questions: Iterable[Question], path: Path | None) -> None:
        """Raises `ConfigError` for the first answer of a file that its question does not allow."""
        for question in questions:
            given = self.answers.get(question.id)
            allowed = check_answer(question, given) if given is not None else None
            if given is not None and allowed:
                raise refuse_answer(question, given, allowed, path)

    def list_all_questions_so_far(self) -> list[Question]:
        """Those about files; with those about the programme once its streams were tried."""
        return [*self._list_first_questions(), *(self._all_programme_questions if "facts" in vars(self) else ())]

    def list_idle_answers(self) -> list[str]:
        """Ids of answers that are about no table of these files, and no question about the whole."""
        about = tuple(f"{reading.asked_as}/" for reading in self.as_found)
        asked = {question.id for question in self._all_programme_questions}
        return [key for key in self.answers if key not in asked and not key.startswith(about)]

    def list_all_questions(self) -> dict[str, Question]:
        """Every question by id, answered or not."""
        everything = [*self._list_first_questions(), *self._all_programme_questions]
        return {**self._seen, **{question.id: question for question in everything}}

    def _list_first_questions(self) -> list[Question]:
        """Those of files before any answer, then those that answers brought up."""
        readings = [*self.as_found, *self._as_answered()]
        return [question for reading in readings for question in reading.questions]

    def list_open_questions(self) -> list[Question]:
        return [*self.list_file_questions(), *self.list_programme_questions()]

    @property
    def bases(self) -> dict[str, str]:
        """Folder of each source as the configuration names it: relative to it, where there is a way."""
        return {source.key: write_folder(source.folder, self.config) for source in self.sources.sources}

    def propose(self) -> Proposal:
        """The configuration as far as the answers go."""
        return propose(
            self.facts,
            self.sources.sources,
            self.answers,
            language=self.language,
            bases=self.bases,
            today=self.now().astimezone(ZoneInfo("UTC")).date(),
            name=self.name,
        )

    def write(self, proposal: Proposal, *, force: bool) -> list[Path]:
        """Write the configuration. Raises `ConfigError` where one is there already."""
        self.written = write_configuration(self.config, proposal.files, force=force)
        return self.written

    def as_json(self, proposal: Proposal | None) -> dict[str, Any]:
        """The document of `--json`."""
        return {
            "version": VERSION,
            "files": [reading.as_json() for reading in self.readings],
            "proposals": _write_proposals(proposal, self.sources),
            "questions": [question.as_json() for question in self.list_open_questions()],
            "written": [path.as_posix() for path in self.written],
        }


def _write_proposals(proposal: Proposal | None, sources: SourceProposal) -> Mapping[str, Any]:
    if proposal is None:
        return {"left_out": [left.as_json() for left in sources.left]}
    return {
        **proposal.summary,
        "sources": {
            source.key: {stream.name: stream.entity for stream in source.streams} for source in sources.sources
        },
        "left_out": [left.as_json() for left in sources.left],
        "notes": list(proposal.notes),
    }


def drop_table(reading: FileReading) -> FileReading:
    """The reading of a table that nobody wants: nothing is asked of it any more."""
    return replace(reading, kind="unknown", entity=None, questions=())


def write_folder(folder: Path, config: Path) -> str:
    """A folder as seen from the configuration; absolute where it lies on another drive."""
    try:
        return Path(os.path.relpath(folder.absolute(), config.absolute())).as_posix()
    except ValueError:
        return folder.absolute().as_posix()
