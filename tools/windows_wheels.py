"""Proves that every locked package that Windows needs can be installed there without a compiler.

    python tools/windows_wheels.py [--python-version 3.11]

Asks pip, on any machine, to resolve the lock for 64-bit Windows from wheels alone, against the locked hashes. Nothing
is installed. Exit code 0 when each has a wheel; else pip's own words and code. Needs the package index.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from packaging.requirements import Requirement

LOCK = Path(__file__).parent.parent / "requirements.lock"


def select_for_windows(lock: str, *, python_version: str) -> list[str]:
    """The entries of a hashed lock that a 64-bit CPython on Windows needs, one line each, hashes kept, markers gone.

    pip judges markers by the machine that it runs on, so that the ones that speak of Windows must be judged here.
    """
    windows = {
        "sys_platform": "win32",
        "platform_system": "Windows",
        "os_name": "nt",
        "platform_machine": "AMD64",
        "platform_python_implementation": "CPython",
        "implementation_name": "cpython",
        "python_version": python_version,
        "python_full_version": f"{python_version}.99",
    }
    chosen = []
    logical = lock.replace("\\\n", " ").splitlines()
    for line in (line for line in logical if line and not line.lstrip().startswith("#")):
        stated, *hashes = line.split(" --hash=")
        requirement = Requirement(stated.strip())
        if requirement.marker is None or requirement.marker.evaluate(windows):
            marks = " ".join(f"--hash={value.strip()}" for value in hashes)
            chosen.append(f"{requirement.name}{requirement.specifier} {marks}")
    return list(dict.fromkeys(chosen))  # a pin with extras stands beside its plain one


def resolve(entries: list[str], *, python_version: str) -> int:
    """pip's exit code for these entries on Windows; the folder named as target stays empty."""
    with tempfile.TemporaryDirectory() as folder:
        requirements = Path(folder, "windows.txt")
        requirements.write_text("\n".join(entries) + "\n", encoding="utf-8")
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--dry-run", "--no-deps", "--require-hashes"]
        wheels = ["--ignore-requires-python", "--only-binary=:all:", "--platform=win_amd64", "--implementation=cp"]
        target = [f"--python-version={python_version}", f"--target={folder}/nothing", f"--requirement={requirements}"]
        return subprocess.run([*command, *wheels, *target], check=False).returncode


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--python-version", default="3.11")
    version = parser.parse_args().python_version
    entries = select_for_windows(LOCK.read_text(encoding="utf-8"), python_version=version)
    code = resolve(entries, python_version=version)
    if code == 0:
        print(f"{len(entries)} locked packages have a wheel for 64-bit Windows and Python {version}")
    return code


if __name__ == "__main__":
    sys.exit(main())
