"""Takes the pictures of the committee's pack anew, from a demo that really runs.

    python -m tools.pack_pictures [--demo FOLDER]

Plays 21 of the 26 weeks of the sample programme (three days before its committee), writes the pack of one project in
our template and in a foreign one, prints both with LibreOffice and keeps four pages as docs/pictures/pack-*.png.
`--demo` takes a demo that was played before. Needs LibreOffice and Poppler's tools.
"""

import argparse
import os
import tempfile
from pathlib import Path

from PIL import Image

from slipwatch.engine.packing import write_pack
from slipwatch.engine.wiring import open_programme
from slipwatch.sample.demo import Clock
from slipwatch.sample.programme import POLLS
from tests.document.templates import build_foreign
from tests.servers_available import Office, find_office
from tools.pictures import PICTURES, ROOT, play_demo

AT = POLLS[20].at
PAGES = {
    "pack-status": ("ours", 1),
    "pack-milestones": ("ours", 2),
    "pack-decisions": ("ours", 3),
    "pack-foreign": ("foreign", 3),
}
"""Which page of which file each picture shows."""

DOTS_PER_INCH = 96
COLOURS = 128
MOST_BYTES = 150_000


def print_packs(office: Office, demo: Path, folder: Path) -> dict[str, list[Path]]:
    """Pages of the pack as PNG, in our template in English and in a foreign one in French."""
    template = folder / "client.pptx"
    template.write_bytes(build_foreign())
    programme = open_programme(demo / "config", environ=os.environ, now=Clock(POLLS[-1].at), home=demo / "home")
    try:
        ours = write_pack(programme, "ERP-CORE", language="en", output=folder / "ours", at=AT)
        theirs = write_pack(programme, "ERP-CORE", language="fr", template=template, output=folder / "foreign", at=AT)
    finally:
        programme.close()
    printed = {"ours": ours.slides, "foreign": theirs.slides}
    pages = {}
    for name, path in printed.items():
        (pdf,) = office.print_files(path.parent, path)
        pages[name] = office.draw_pages(pdf, dots_per_inch=DOTS_PER_INCH)
    return pages


def keep_picture(name: str, page: Path) -> None:
    target = PICTURES / f"{name}.png"
    full = Image.open(page).convert("RGB")
    full.quantize(COLOURS, kmeans=5, dither=Image.Dither.NONE).save(target, optimize=True)
    print(f"{target.relative_to(ROOT)}  {target.stat().st_size / 1000:.0f} kB")
    if target.stat().st_size > MOST_BYTES:
        raise SystemExit(f"{target.name} is larger than {MOST_BYTES / 1000:.0f} kB")


def main() -> None:
    parser = argparse.ArgumentParser(description="Take the pictures of the committee's pack anew.")
    parser.add_argument("--demo", type=Path, help="folder of a demo that was played before")
    chosen = parser.parse_args()
    executable = find_office()
    if executable is None:
        raise SystemExit("no LibreOffice: install libreoffice-impress and poppler-utils")
    with tempfile.TemporaryDirectory(prefix="slipwatch-pack-") as scratch:
        demo = (chosen.demo or Path(scratch) / "confluence").resolve()
        if chosen.demo is None:
            play_demo(demo)
        pages = print_packs(Office(executable, Path(scratch) / "profile"), demo, Path(scratch))
        for name, (template, number) in PAGES.items():
            keep_picture(name, pages[template][number - 1])


if __name__ == "__main__":
    main()
