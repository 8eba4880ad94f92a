"""slipwatch.yaml: the programme, where things are kept, how mail leaves, what is done with names of persons."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from slipwatch.settings.values import LEDGER_FORMAT, REFERENCE_PATTERN, Language, Mailbox, Part, Text, Whole, Zone

Ledger = Annotated[
    str,
    StringConstraints(pattern=rf"^sqlite$|{REFERENCE_PATTERN}"),
    Field(json_schema_extra={"format": LEDGER_FORMAT}),
]

Days = Annotated[Whole, Field(ge=1, le=36_500)]


class Programme(Part):
    """The programme that is watched."""

    name: Text = Field(description="Name of the programme, as it stands on reports and in mails")
    language: Language = Field(default="en", description="Language of reports and of the PMO's own messages")
    time_zone: Zone = Field(default="UTC", description="Time zone in which a day begins and ends (IANA name)")


class Mail(Part):
    """How messages leave. `options` belong to the transport and are checked by it."""

    transport: Text = Field(
        default="eml_folder",
        description="smtp sends to a mail server; eml_folder writes each message as a file, so that nothing leaves",
    )
    sender: Mailbox = Field(default="slipwatch@localhost.invalid", description="Mailbox that messages come from")
    reply_to: Mailbox | None = Field(default=None, description="Mailbox that answers go to; without it the sender's")
    domain: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9.-]+$")] = Field(
        default="localhost.invalid", description="Domain in the Message-ID; never change it, threads hang on it"
    )
    options: Mapping[str, Any] = Field(
        default_factory=dict,
        description="For smtp: host, port, starttls, username, password (references); for eml_folder: folder",
    )


class Privacy(Part):
    """What happens to the names of persons in the sources."""

    assignees: Literal["pseudonymise", "keep"] = Field(
        default="pseudonymise", description="keep stores names of assignees and needs a purpose"
    )
    purpose: Text | None = Field(default=None, description="Why names are kept, as agreed with those concerned")

    @model_validator(mode="after")
    def demand_purpose(self) -> Self:
        """Names may be kept only for a purpose."""
        if self.assignees == "keep" and self.purpose is None:
            raise ValueError("keep only together with purpose")
        return self


class Archive(Part):
    """How long the raw archive keeps what was read. Without a number it keeps everything for ever."""

    superseded_days: Days | None = Field(
        default=None,
        description="Days after which a window is deleted that nothing needs any more: each of its records was read "
        "again since. What `slipwatch remap` and the quarantine need stays",
    )
    needed_days: Days | None = Field(
        default=None,
        description="Days after which a window is deleted although `slipwatch remap` may need it: the records that "
        "were not read since can then no longer be put right. Windows that are held stay",
    )

    @model_validator(mode="after")
    def order_limits(self) -> Self:
        """What is needed is never deleted sooner than what is not."""
        if self.needed_days is not None and self.needed_days < (self.superseded_days or 0):
            raise ValueError("needed_days is not less than superseded_days")
        return self


class ProgrammeFile(Part):
    """The file slipwatch.yaml."""

    programme: Programme
    home: Text | None = Field(
        default=None,
        description="Folder of ledger, spool, drafts, mails and reports, from this folder; SLIPWATCH_HOME in the "
        "environment wins; without both it is slipwatch-home beside this folder",
    )
    ledger: Ledger = Field(
        default="sqlite", description="sqlite (a file in home), or a reference to the URL of a PostgreSQL database"
    )
    mail: Mail = Mail()
    prefect_url: Annotated[str, StringConstraints(pattern=r"^https?://[^@\s]+$")] | None = Field(
        default=None, description="Address of the Prefect UI as readers reach it: links in mails go there"
    )
    privacy: Privacy = Privacy()
    archive: Archive = Archive()
