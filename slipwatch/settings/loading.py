"""Loads a folder of configuration: every file is read and checked before the first problem is told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from slipwatch.errors import ConfigError
from slipwatch.model.tables import ENTITIES
from slipwatch.settings.baselines import BaselinesFile
from slipwatch.settings.configuration import FILES, OPTIONAL, Settings
from slipwatch.settings.links import LinksFile
from slipwatch.settings.marks import MarkedFile, read_marked, read_text
from slipwatch.settings.portfolio import PortfolioFile
from slipwatch.settings.problems import Problem, SettingsError, list_words, suggest
from slipwatch.settings.programme import ProgrammeFile
from slipwatch.settings.references import find_dangling
from slipwatch.settings.routing import RoutingFile
from slipwatch.settings.secrets import find_literals, find_missing
from slipwatch.settings.sources import SourcesFile
from slipwatch.settings.suites import Suite
from slipwatch.settings.tolerances import TolerancesFile
from slipwatch.settings.translate import translate

SUITES = "suites"

Model = TypeVar("Model", bound=BaseModel)


def load_settings(folder: Path, environ: Mapping[str, str] | None = None) -> Settings:
    """Read, check and freeze the configuration of a folder. With `environ`, every secret that is named must be there.

    Raises `ConfigError` where the folder is missing, else `SettingsError` with the problems of all files.
    """
    if not folder.is_dir():
        raise ConfigError(
            "there is no such folder", subject=str(folder), cure="`slipwatch init` writes a configuration"
        )
    problems = [*_find_strangers(folder), *_find_absent(folder)]
    marks = {file.name: file for file in _read_files(folder, problems)}
    parts = {
        name: _validate(file, _choose_model(name), problems) for name, file in marks.items() if _choose_model(name)
    }
    problems += [problem for file in marks.values() for problem in find_literals(file)]
    if problems:
        raise SettingsError(problems)
    settings = _assemble(folder, parts, marks)
    problems = [*find_dangling(settings), *(find_missing(marks.values(), environ) if environ is not None else ())]
    if problems:
        raise SettingsError(problems)
    return settings


def _find_strangers(folder: Path) -> Iterator[Problem]:
    """Files beside the known ones would be read by nobody: most often a name is misspelt."""
    for path in sorted(folder.iterdir()):
        if path.suffix in (".yaml", ".yml") and path.name not in FILES:
            close = suggest(path.name, FILES)
            yield _problem(path.name, "a file that nothing reads", list_words([*FILES]), close)
    for path in sorted((folder / SUITES).glob("*.y*ml")):
        if path.stem not in ENTITIES or path.suffix != ".yaml":
            close = suggest(path.stem, ENTITIES)
            yield _problem(
                f"{SUITES}/{path.name}",
                "a suite of no entity",
                "the name of an entity and .yaml",
                f"{close}.yaml" if close else None,
            )


def _find_absent(folder: Path) -> Iterator[Problem]:
    for name in FILES:
        if name not in OPTIONAL and not (folder / name).is_file():
            yield Problem(
                file=name,
                line=1,
                key="",
                found="no such file",
                allowed=name,
                cure="`slipwatch init` shows what it holds",
            )


def _problem(name: str, found: str, allowed: str, close: str | None) -> Problem:
    cure = f"did you mean {close!r}?" if close else "move it into a folder of its own"
    return Problem(file=name, line=1, key="", found=found, allowed=allowed, cure=cure)


def _read_files(folder: Path, problems: list[Problem]) -> Iterator[MarkedFile]:
    """Every YAML file of the folder and its sub-folders: what sources name there is part of the configuration too.

    A sub-folder that is a configuration of its own, as an example or a back-test may be, is none of it.
    """
    for path in sorted(folder.rglob("*.yaml")):
        if any(holds_configuration(above) for above in path.parents if folder in above.parents):
            continue
        name = path.relative_to(folder).as_posix()
        try:
            yield read_marked(name, read_text(path, name))
        except SettingsError as error:
            problems.extend(error.problems)


def holds_configuration(folder: Path) -> bool:
    """Whether a folder is a whole configuration, with a programme of its own."""
    return (folder / "slipwatch.yaml").is_file()


def _choose_model(name: str) -> type[BaseModel] | None:
    if name.startswith(f"{SUITES}/"):
        return Suite
    return FILES.get(name)


def _validate(file: MarkedFile, model: type[BaseModel] | None, problems: list[Problem]) -> BaseModel | None:
    if model is None:
        return None
    try:
        return model.model_validate(file.data)
    except ValidationError as error:
        problems.extend(translate(error, model=model, file=file))
        return None


def _pick(parts: Mapping[str, BaseModel | None], name: str, model: type[Model]) -> Model:
    """The part of a file, or an empty one where an optional file is missing."""
    part = parts.get(name)
    return part if isinstance(part, model) else model()


def _assemble(folder: Path, parts: Mapping[str, BaseModel | None], marks: Mapping[str, MarkedFile]) -> Settings:
    return Settings(
        folder=folder,
        programme=_pick(parts, "slipwatch.yaml", ProgrammeFile),
        sources=_pick(parts, "sources.yaml", SourcesFile).sources,
        links=_pick(parts, "links.yaml", LinksFile),
        portfolio=_pick(parts, "portfolio.yaml", PortfolioFile),
        baselines=_pick(parts, "baselines.yaml", BaselinesFile).baselines,
        tolerances=_pick(parts, "tolerances.yaml", TolerancesFile),
        routing=_pick(parts, "routing.yaml", RoutingFile),
        suites={Path(name).stem: suite for name, suite in parts.items() if isinstance(suite, Suite)},
        texts={name: file.text for name, file in marks.items()},
        marks=marks,
    )
