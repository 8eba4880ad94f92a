"""Follows a how-to that builds a package outside the tree: everything is a process, as a third party has it."""

import os
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.docs.pages import Reader

PIP = ("--no-index", "--no-deps", "--no-build-isolation", "--no-compile")
"""What lets pip install a package without the network: its build back-end is one of our own."""


@dataclass
class Workshop(Reader):
    """A reader whose commands are processes. What pip installs goes to a folder of its own, ahead on the path."""

    @property
    def site(self) -> Path:
        return self.folder.parent / f"{self.folder.name}-site"

    def stamp(self, path: Path) -> None:
        """The machine's clock is right here: processes read no other."""

    def type(self, line: str) -> str:
        ended = self._run(line)
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return ended.stdout + ended.stderr

    def fail(self, line: str) -> str:
        """What a command prints that must not succeed."""
        ended = self._run(line)
        assert ended.returncode != 0, ended.stdout
        return ended.stdout + ended.stderr

    def _run(self, line: str) -> subprocess.CompletedProcess[str]:
        self.done.append(line)
        words = shlex.split(line)
        command = [sys.executable, "-m", "slipwatch"] if words[0] == "slipwatch" else [sys.executable]
        command += words[1:]
        if words[1:4] == ["-m", "pip", "install"]:
            command += [*PIP, "--target", str(self.site)]
        return subprocess.run(
            command, cwd=self.folder, env=self._surround(), capture_output=True, text=True, check=False
        )

    def _surround(self) -> dict[str, str]:
        """The environment of somebody who works here, without the settings of this test run."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("SLIPWATCH_", "PYTEST_"))}
        here = {"PYTHONPATH": str(self.site), "COLUMNS": "120", **self.environ}
        return kept | here | {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_ROOT_USER_ACTION": "ignore"}
