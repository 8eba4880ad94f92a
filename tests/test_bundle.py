"""The bundle: what goes in is what is needed, and it installs on a machine without network."""

import hashlib
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from tools.bundle import (
    HERE,
    PIP_PLATFORMS,
    describe_target,
    list_needed,
    pin_wheel,
    select_pins,
    write_bundle,
    write_texts,
)

ROOT = Path(__file__).parent.parent
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"
NO_NETWORK = {
    "PIP_CONFIG_FILE": os.devnull,
    "PIP_NO_INDEX": "1",
    "HTTP_PROXY": "http://127.0.0.1:9",
    "HTTPS_PROXY": "http://127.0.0.1:9",
}
"""No settings of pip from this machine, and every way out ends at a closed door."""


def select(platform):
    target = describe_target(platform, "3.11")
    return select_pins(LOCK, list_needed(PROJECT["dependencies"], target), target)


@pytest.mark.parametrize("platform", PIP_PLATFORMS)
def test_what_runs_is_in_it_and_what_only_developers_need_is_not(platform):
    names = {re.match(r"[\w.-]+", pin)[0] for pin in select(platform)}

    assert {"pandas", "prefect", "great-expectations", "pydantic-core", "python-calamine"} <= names
    assert not names & {"pytest", "mypy", "ruff", "hypothesis", "import-linter"}
    assert ("pywin32" in names) == (platform == "windows")
    assert all("--hash=sha256:" in pin and ";" not in pin for pin in select(platform))


def test_each_language_says_how_and_none_names_an_address():
    texts = write_texts("windows", "3.12")

    assert {"README.txt", "LISEZMOI.txt", "LIESMICH.txt", "LICENSE.txt"} == set(texts)
    for name in ("README.txt", "LISEZMOI.txt", "LIESMICH.txt"):
        assert r"slipwatch-env\Scripts\python -m pip install --no-index -f wheels" in texts[name]
        assert "py -3.12 -m venv slipwatch-env" in texts[name]
        assert "://" not in texts[name]
        assert "{" not in texts[name]


def test_the_zip_is_one_folder_and_the_same_bytes_each_time(tmp_path):
    wheel = tmp_path / "slipwatch-0.1.0-py3-none-any.whl"
    wheel.write_bytes(b"wheel")
    for number in (1, 2):
        place = tmp_path / str(number) / "bundle.zip"
        place.parent.mkdir()
        write_bundle(place, wheels=[wheel], pins=[pin_wheel(wheel)], texts={"README.txt": "words"})
    first, second = (tmp_path / str(number) / "bundle.zip" for number in (1, 2))

    assert first.read_bytes() == second.read_bytes()
    with zipfile.ZipFile(first) as archive:
        assert sorted(archive.namelist()) == [
            "bundle/README.txt", "bundle/requirements.txt", "bundle/wheels/slipwatch-0.1.0-py3-none-any.whl",
        ]  # fmt: skip
        assert hashlib.sha256(b"wheel").hexdigest() in archive.read("bundle/requirements.txt").decode()


def find_bundle():
    """The bundle of this platform: named in SLIPWATCH_TEST_BUNDLE, or made by `make bundle`."""
    named = os.environ.get("SLIPWATCH_TEST_BUNDLE")
    made = sorted((ROOT / "dist").glob(f"slipwatch-*-{HERE}-py{VERSION.replace('.', '')}.zip"))
    return Path(named) if named else made[-1] if made else None


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory):
    bundle = find_bundle()
    if bundle is None:
        pytest.skip("no bundle to install: make bundle, which needs the package index")
    folder = tmp_path_factory.mktemp("laptop")
    with zipfile.ZipFile(bundle) as archive:
        archive.extractall(folder)
    return next(folder.iterdir())


def run(unpacked, *command, code=0):
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "SYSTEMROOT", "TEMP")}
    done = subprocess.run(command, cwd=unpacked, env=kept | NO_NETWORK, capture_output=True, text=True, timeout=900)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout


@pytest.mark.xdist_group("bundle")
def test_it_installs_into_an_empty_environment_without_network(unpacked):
    scripts = unpacked / "slipwatch-env" / ("Scripts" if os.name == "nt" else "bin")
    text = (unpacked / "README.txt").read_text(encoding="utf-8-sig")
    typed = next(line.split() for line in text.splitlines() if "pip install" in line)

    run(unpacked, sys.executable, "-m", "venv", "slipwatch-env")
    run(unpacked, scripts / "python", *typed[1:])

    assert run(unpacked, scripts / "slipwatch", "--version").startswith("slipwatch ")
    assert "A configuration that works" in run(unpacked, scripts / "slipwatch", "init")
    examples = [unpacked / "config" / "examples" / name for name in ("plan.csv", "orders.csv")]
    started = run(unpacked, scripts / "slipwatch", "--config", "mine", "start", "--yes", *examples, code=1)
    assert "mine" in started
    assert (unpacked / "mine" / "sources.yaml").is_file()
