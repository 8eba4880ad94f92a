"""Makes a zip that installs Slipwatch on a machine without network and without administrator rights.

    python -m tools.bundle [--platform windows|linux] [--python-version 3.11] [--folder dist]

In it: the wheel of this checkout, a wheel of every locked package that it needs at run time (those of the developers
stay out), a list of them with their hashes, the licence, and how to install it in English, French and German. Without
`--platform` it is for a machine like this one. Asks pip to fetch the locked wheels: needs the package index.
"""

import argparse
import hashlib
import re
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
LOCK = ROOT / "requirements.lock"
WHEELS = "wheels"
LIST = "requirements.txt"
HERE = "windows" if sys.platform == "win32" else "linux"
PIP_PLATFORMS = {
    "windows": ("win_amd64",),
    "linux": ("manylinux_2_28_x86_64", "manylinux_2_17_x86_64", "manylinux2014_x86_64", "linux_x86_64"),
}
MARKERS = {
    "windows": {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt", "platform_machine": "AMD64"},
    "linux": {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix", "platform_machine": "x86_64"},
}


def describe_target(platform: str, python_version: str) -> dict[str, str]:
    """What markers are judged by on the machine that the bundle is for."""
    version = {"python_version": python_version, "python_full_version": f"{python_version}.99"}
    return {**default_environment(), **MARKERS[platform], **version, "implementation_name": "cpython"}


def list_needed(requirements: Iterable[str], target: Mapping[str, str]) -> set[str]:
    """Names of everything that these requirements need at run time, by what the installed packages say of themselves.

    A package that is not installed here (one for Windows alone) is taken with its name; what it needs stands in the
    lock of its own accord.
    """
    needed: set[str] = set()
    waiting = [Requirement(one) for one in requirements]
    seen: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        wanted = waiting.pop()
        name, extras = canonicalize_name(wanted.name), frozenset(wanted.extras)
        if (name, extras) in seen or not _is_for(wanted, target, extras=("",)):
            continue
        seen.add((name, extras))
        needed.add(name)
        waiting += _list_requirements(name, target, extras)
    return needed


def _list_requirements(name: str, target: Mapping[str, str], extras: frozenset[str]) -> Iterator[Requirement]:
    try:
        stated = distribution(name).requires or []
    except PackageNotFoundError:
        return
    for one in map(Requirement, stated):
        if _is_for(one, target, extras=("", *extras)):
            one.marker = None
            yield one


def _is_for(wanted: Requirement, target: Mapping[str, str], *, extras: Iterable[str]) -> bool:
    return wanted.marker is None or any(wanted.marker.evaluate({**target, "extra": extra}) for extra in extras)


def select_pins(lock: str, names: set[str], target: Mapping[str, str]) -> list[str]:
    """The entries of a hashed lock for these names, one line each, hashes kept, markers judged and gone."""
    chosen = []
    logical = lock.replace("\\\n", " ").splitlines()
    for line in (line for line in logical if line and not line.lstrip().startswith("#")):
        stated, *hashes = line.split(" --hash=")
        pin = Requirement(stated.strip())
        if canonicalize_name(pin.name) in names and _is_for(pin, target, extras=("",)):
            marks = " ".join(f"--hash={value.strip()}" for value in hashes)
            chosen.append(f"{pin.name}{pin.specifier} {marks}")
    return list(dict.fromkeys(chosen))


def fetch_wheels(pins: Iterable[str], folder: Path, *, platform: str, python_version: str) -> None:
    """Let pip fetch a wheel for each pin, against its hashes. Raises `CalledProcessError`; pip says why."""
    listed = folder / LIST
    listed.write_text("\n".join(pins) + "\n", encoding="utf-8")
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes"]
    command += ["--only-binary=:all:", "--implementation=cp", f"--python-version={python_version}"]
    command += [f"--platform={name}" for name in PIP_PLATFORMS[platform]]
    subprocess.run([*command, f"--dest={folder / WHEELS}", f"--requirement={listed}"], check=True)


def build_wheel(folder: Path) -> Path:
    """The wheel of this checkout."""
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*command, "--wheel-dir", str(folder), str(ROOT)], check=True)
    return next(folder.glob("slipwatch-*.whl"))


def pin_wheel(wheel: Path) -> str:
    """The entry of our own wheel, so that the whole bundle is checked against hashes."""
    version = wheel.name.split("-")[1]
    return f"slipwatch=={version} --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}"


def write_bundle(target: Path, *, wheels: Iterable[Path], pins: Iterable[str], texts: Mapping[str, str]) -> None:
    """The zip, everything below one folder of its own name; the same input gives the same bytes."""
    top = target.stem
    with zipfile.ZipFile(target, "w") as archive:
        for name, text in {**texts, LIST: "\n".join(pins) + "\n"}.items():
            _add(archive, f"{top}/{name}", text.encode("utf-8"), zipfile.ZIP_DEFLATED)
        for wheel in sorted(wheels):
            _add(archive, f"{top}/{WHEELS}/{wheel.name}", wheel.read_bytes(), zipfile.ZIP_STORED)


def _add(archive: zipfile.ZipFile, name: str, content: bytes, method: int) -> None:
    entry = zipfile.ZipInfo(name, date_time=(2026, 1, 1, 0, 0, 0))
    entry.external_attr = 0o644 << 16
    archive.writestr(entry, content, compress_type=method)


def write_texts(platform: str, python_version: str) -> dict[str, str]:
    """How to install it, in three languages, as Notepad shows it; and the licence."""
    folder = Path(__file__).parent / "bundle_texts"
    python, scripts = {
        "windows": (f"py -{python_version}", "slipwatch-env\\Scripts\\"),
        "linux": (f"python{python_version}", "slipwatch-env/bin/"),
    }[platform]
    words = {"{python}": python, "{scripts}": scripts, "{version}": python_version}
    texts = {}
    for path in sorted(folder.glob("*.txt")):
        text = path.read_text(encoding="utf-8")
        for word, meaning in words.items():
            text = text.replace(word, meaning)
        texts[path.name] = "\ufeff" + text.replace("\n", "\r\n")
    return {**texts, "LICENSE.txt": (ROOT / "LICENSE").read_text(encoding="utf-8")}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--platform", choices=sorted(PIP_PLATFORMS), default=HERE)
    parser.add_argument("--python-version", default=f"{sys.version_info.major}.{sys.version_info.minor}")
    parser.add_argument("--folder", type=Path, default=ROOT / "dist")
    asked = parser.parse_args()
    if not re.fullmatch(r"3\.\d+", asked.python_version):
        parser.error("--python-version: such as 3.11")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    target = describe_target(asked.platform, asked.python_version)
    pins = select_pins(LOCK.read_text(encoding="utf-8"), list_needed(project["dependencies"], target), target)
    asked.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=asked.folder) as place:
        folder = Path(place)
        fetch_wheels(pins, folder, platform=asked.platform, python_version=asked.python_version)
        own = build_wheel(folder)
        wheels = [own, *(folder / WHEELS).glob("*.whl")]
        name = f"slipwatch-{project['version']}-{asked.platform}-py{asked.python_version.replace('.', '')}.zip"
        path = asked.folder / name
        texts = write_texts(asked.platform, asked.python_version)
        write_bundle(path, wheels=wheels, pins=[pin_wheel(own), *pins], texts=texts)
    print(f"{path}: {len(wheels)} wheels, {path.stat().st_size // 1_000_000} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
