"""What is installed is what was locked, from wherever the reader installs, on Windows too."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tools.windows_wheels import select_for_windows

ROOT = Path(__file__).parent.parent
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
LOCKS = [ROOT / "requirements.lock", ROOT / "tests" / "servers" / "requirements-tryton.lock"]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
STATED = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["dev"]]
# in two halves, so that this file does not hold what it forbids
ADDRESSES = ["pypi" + ".org", "python" + "hosted", "npm" + "js.org", "--index" + "-url", "--extra-index" + "-url"]


def entries(lock):
    """Name and specifier per locked package, with its hashes."""
    logical = lock.replace("\\\n", " ").splitlines()
    return [line.split(" --hash=") for line in logical if line and not line.lstrip().startswith("#")]


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.name)
def test_every_entry_is_pinned_and_hashed(path):
    locked = entries(path.read_text(encoding="utf-8"))
    assert len(locked) > 30
    for stated, *hashes in locked:
        assert re.fullmatch(r"[\w.-]+(\[[\w, -]+\])?==\S+( ; .*)?", stated.strip())
        assert hashes
        assert all(value.strip().startswith("sha256:") for value in hashes)


@pytest.mark.parametrize("stated", STATED)
def test_lock_holds_what_the_project_asks_for(stated):
    wanted = Requirement(stated)
    pins = [Requirement(entry[0].strip()) for entry in entries(LOCK)]
    same = [pin for pin in pins if canonicalize_name(pin.name) == canonicalize_name(wanted.name)]
    assert same
    for pin in same:
        assert wanted.specifier.contains(str(pin.specifier).removeprefix("=="))


def test_windows_gets_its_own_packages_and_no_others():
    lock = "\n".join([
        "everywhere==1.0 \\",
        "    --hash=sha256:aa \\",
        "    --hash=sha256:bb",
        "    # via something",
        "pywin32==312 ; sys_platform == 'win32' \\",
        "    --hash=sha256:cc",
        "uvloop==0.22 ; sys_platform != 'win32' \\",
        "    --hash=sha256:dd",
        "backport==2.0 ; python_full_version < '3.11.3' \\",
        "    --hash=sha256:ee",
    ])  # fmt: skip
    assert select_for_windows(lock, python_version="3.11") == [
        "everywhere==1.0 --hash=sha256:aa --hash=sha256:bb",
        "pywin32==312 --hash=sha256:cc",
    ]


def test_no_file_names_a_package_index():
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode:
        pytest.skip("not a git checkout: no list of the files that are ours")
    paths = [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]
    texts = {path.relative_to(ROOT).as_posix(): path.read_bytes().decode(errors="replace") for path in paths}
    found = [(name, address) for name, text in texts.items() for address in ADDRESSES if address in text]
    assert found == []


def test_every_pin_with_extras_is_there_without_them():
    """pip before 24, as Debian 12 ships it, needs both (tools/pin_plain.py)."""
    pins = re.findall(r"^([a-z0-9._-]+)(\[[^]]+\])?==(\S+)", LOCK, re.MULTILINE)
    plain = {(name, version) for name, extras, version in pins if not extras}
    assert {(name, version) for name, extras, version in pins if extras} <= plain
