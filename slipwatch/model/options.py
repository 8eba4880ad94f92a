"""The base of everything that a user configures for a plug-in."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Options(BaseModel):
    """Options of a source. Unknown keys are refused; secrets are references (`env:`, `file:`, `block:`)."""

    model_config = ConfigDict(extra="forbid", frozen=True)
