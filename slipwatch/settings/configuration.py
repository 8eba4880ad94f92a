"""The configuration in force: one frozen object that still knows where each value is written."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from slipwatch.model import portfolio as declared
from slipwatch.settings.baselines import BaselinesFile, Proposal
from slipwatch.settings.links import LinksFile
from slipwatch.settings.marks import MarkedFile, YamlPath
from slipwatch.settings.portfolio import PortfolioFile, build_portfolio
from slipwatch.settings.problems import SettingsError
from slipwatch.settings.programme import ProgrammeFile
from slipwatch.settings.references import build_unknown
from slipwatch.settings.routing import RoutingFile
from slipwatch.settings.sources import SourceSetting, SourcesFile
from slipwatch.settings.suites import Suite
from slipwatch.settings.tolerances import TolerancesFile
from slipwatch.settings.translate import translate

FILES: Mapping[str, type[BaseModel]] = {
    "slipwatch.yaml": ProgrammeFile,
    "sources.yaml": SourcesFile,
    "links.yaml": LinksFile,
    "portfolio.yaml": PortfolioFile,
    "baselines.yaml": BaselinesFile,
    "tolerances.yaml": TolerancesFile,
    "routing.yaml": RoutingFile,
}
"""The files of a configuration; beside them `suites/<entity>.yaml`, and whatever the options of sources name."""

OPTIONAL = ("links.yaml", "baselines.yaml", "tolerances.yaml")

Model = TypeVar("Model", bound=BaseModel)


class Settings(BaseModel):
    """The configuration in force. `texts` are the YAML files of the folder as they were read, by relative name."""

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    folder: Path
    programme: ProgrammeFile
    sources: Mapping[str, SourceSetting]
    links: LinksFile
    portfolio: PortfolioFile
    baselines: tuple[Proposal, ...]
    tolerances: TolerancesFile
    routing: RoutingFile
    suites: Mapping[str, Suite]
    texts: Mapping[str, str] = Field(repr=False)
    marks: Mapping[str, MarkedFile] = Field(repr=False, exclude=True)

    @property
    def fingerprint(self) -> str:
        """SHA-256 over all files: equal exactly when no character of the configuration differs."""
        digest = hashlib.sha256()
        for name in sorted(self.texts):
            for part in (name, self.texts[name]):
                digest.update(hashlib.sha256(part.encode()).digest())
        return digest.hexdigest()

    def build_portfolio(self) -> declared.Portfolio:
        """The portfolio as checks and calendars take it."""
        return build_portfolio(self.programme, self.portfolio, self.sources)

    def locate(self, *path: str | int) -> str:
        """Where a value is written, as `sources.yaml:12`; its nearest ancestor where it is not written at all."""
        file = self.find_file(path)
        return f"{file.name}:{file.find_line(path)}"

    def validate_at(self, model: type[Model], data: Mapping[str, Any], *path: str | int) -> Model:
        """Second stage: read what only a connector, transport or rule understands.

        `path` is where `data` stand, such as ("sources", "PLAN", "options"). Raises `SettingsError` with file and line.
        """
        try:
            return model.model_validate(data)
        except ValidationError as error:
            raise SettingsError(translate(error, model=model, file=self.find_file(path), prefix=path)) from error

    def refuse_name(self, name: str, known: list[str], *path: str | int, kind: str) -> SettingsError:
        """The error for a name that only a plug-in could have known, such as a rule id or a type of connector."""
        return SettingsError([build_unknown(self.find_file(path), path, name, known, kind=kind)])

    def find_file(self, path: YamlPath) -> MarkedFile:
        """The file that holds most of the path: a key such as `projects` occurs in two."""
        return max(self.marks.values(), key=lambda file: _rate(file, path))


def _rate(file: MarkedFile, path: YamlPath) -> tuple[int, bool]:
    """How much of a path stands in a file, and whether its first key could stand there."""
    model = FILES.get(file.name)
    known = max(length for length in range(len(path) + 1) if path[:length] in file.lines)
    return known, model is not None and path[:1] in {(name,) for name in model.model_fields}
