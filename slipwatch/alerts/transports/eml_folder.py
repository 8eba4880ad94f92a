"""Writes each message as an `.eml` file: the embedded default, so that nothing leaves the machine unasked."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

from pydantic import Field

from slipwatch.alerts.transports import CONTRACT_VERSION, Reply, TransportOptions
from slipwatch.errors import DeliveryError
from slipwatch.model.alert import OutboxMessage

MOST_NAME_CHARACTERS = 60
CURE_OF_A_FOLDER = "make room, or give the user that runs Slipwatch the right to write there"


class EmlFolderOptions(TransportOptions):
    """`folder` is where the files are written; a relative one starts from the programme's home."""

    folder: str = Field(default="mails", min_length=1)


class EmlFolderTransport:
    """Files that sort by the day they leave, like `2026-04-13T0400Z-pmo-3f2a91c04d77.eml`.

    The name is made of the message alone, so that a repeat overwrites itself instead of becoming a second file.
    """

    name: ClassVar[str] = "eml_folder"
    contract_version: ClassVar[int] = CONTRACT_VERSION
    Options: ClassVar[type[EmlFolderOptions]] = EmlFolderOptions

    def __init__(self, options: EmlFolderOptions, _resolve: Callable[[str], str], home: Path) -> None:
        self.folder = home / Path(options.folder).expanduser()

    def send(self, message: OutboxMessage) -> Reply:
        """Write the file. Raises `DeliveryError`, not permanent, where the folder or the disk refuses."""
        path = self.folder / name_file(message)
        try:
            write_whole(path, message.payload)
        except OSError as error:
            raise DeliveryError(
                f"the message cannot be written: {error.strerror or error}",
                permanent=False,
                subject=str(self.folder),
                cure=CURE_OF_A_FOLDER,
            ) from error
        return Reply(code=None, text=path.name)

    def check(self) -> str:
        """Whether the folder, or the nearest one above it, may be written. Raises `DeliveryError`."""
        nearest = next((path for path in (self.folder, *self.folder.parents) if path.exists()), self.folder)
        if not nearest.is_dir() or not os.access(nearest, os.W_OK | os.X_OK):
            raise DeliveryError(
                "no message can be written here", permanent=False, subject=str(nearest), cure=CURE_OF_A_FOLDER
            )
        return f"files in {self.folder}"

    def close(self) -> None:
        """Nothing is kept open."""


def name_file(message: OutboxMessage) -> str:
    """A file name that sorts by time and is safe on every system."""
    recipient = re.sub(r"[^a-z0-9]+", "-", message.recipient.lower()).strip("-")[:MOST_NAME_CHARACTERS]
    identity = re.sub(r"[^A-Za-z0-9]+", "", message.id)[:12]
    return f"{message.not_before:%Y-%m-%dT%H%MZ}-{recipient or 'reader'}-{identity}.eml"


def write_whole(path: Path, content: bytes) -> None:
    """Write a file that is seen whole or not at all, whatever happens in between. Raises `OSError`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
