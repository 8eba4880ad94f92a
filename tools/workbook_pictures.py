"""Takes the pictures of the portfolio workbook anew, from a demo that really ran.

    python -m tools.workbook_pictures --demo slipwatch-demo

Types three mistakes into the exported workbook, imports it, and photographs the first sheet of the export and the
milestones and the list of the copy to correct. Needs LibreOffice Calc and pdftoppm (Debian: libreoffice-calc,
poppler-utils).
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path

from PIL import Image, ImageChops

from slipwatch.engine.wiring import open_programme
from slipwatch.engine.workbook.exporting import export_workbook
from slipwatch.engine.workbook.importing import carry_out_import, plan_import
from tests.workbook.hand import Hand

PICTURES = Path(__file__).parent.parent / "docs" / "pictures"
AT = datetime(2026, 6, 29, 6, tzinfo=UTC)
DOTS_PER_INCH = 130
MARGIN = 12
HIGHEST = 620
SHOWN = {
    "workbook-guide": (False, "How to use"),
    "workbook-red": (True, "Milestones"),
    "workbook-fix": (True, "To correct"),
}


def make_books(demo: Path, folder: Path) -> tuple[Path, Path]:
    """The exported workbook, and the copy to correct."""
    for name in ("config", "home"):
        shutil.copytree(demo / name, folder / name)
    programme = open_programme(folder / "config", environ={}, now=lambda: AT, home=folder / "home")
    try:
        book = export_workbook(programme, folder / "portfolio.xlsx", language="en")
        hand = Hand(book)
        hand.type("milestones", {"key": "EC-30"}, name="Migration rehearsal three", accountable="data-lead")
        hand.add("milestones", key="WD-60", name="Second shift trained", project="WMS-DC", accountable="hr-training")
        hand.add("milestones", key="SP 50", name="Handover to operations", project="SOP-PLAN", accountable="previsia")
        hand.type("dates", {"milestone": "EC-60", "number": 2}, date=date(2026, 11, 2))
        typed = hand.save(folder / "typed.xlsx")
        plan = plan_import(programme, typed)
        carry_out_import(programme, plan, author="PMO", reason="Steering committee of 25 June")
    finally:
        programme.close()
    assert plan.copy is not None
    return book, plan.copy


def photograph(book: Path, title: str, folder: Path) -> Image.Image:
    """The first page of one sheet, without the white around it."""
    call = ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "pdf"]
    subprocess.run([*call, "--outdir", str(folder), str(book)], check=True, capture_output=True)
    pages = folder / book.stem
    subprocess.run(["pdftoppm", "-r", str(DOTS_PER_INCH), "-png", f"{pages}.pdf", str(pages)], check=True)
    for number, page in enumerate(sorted(folder.glob(f"{book.stem}-*.png")), start=1):
        words = subprocess.run(
            ["pdftotext", "-f", str(number), "-l", str(number), f"{pages}.pdf", "-"],
            check=True, capture_output=True, text=True,
        ).stdout  # fmt: skip
        if words.startswith(title) or (title == "How to use" and number == 1):
            return crop(Image.open(page).convert("RGB"))
    raise SystemExit(f"{book.name} shows no sheet {title}")


def crop(page: Image.Image) -> Image.Image:
    box = ImageChops.difference(page, Image.new("RGB", page.size, "white")).getbbox() or (0, 0, *page.size)
    left, top = max(0, box[0] - MARGIN), max(0, box[1] - MARGIN)
    return page.crop((left, top, min(page.width, box[2] + MARGIN), min(page.height, box[3] + MARGIN, top + HIGHEST)))


def main() -> None:
    parser = argparse.ArgumentParser(description="Take the pictures of the portfolio workbook anew.")
    parser.add_argument("--demo", type=Path, default=Path("slipwatch-demo"), help="folder of a demo that was played")
    demo = parser.parse_args().demo
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        books = make_books(demo.resolve(), folder)
        for picture, (of_copy, title) in SHOWN.items():
            photograph(books[of_copy], title, folder).quantize(64).save(PICTURES / f"{picture}.png", optimize=True)


if __name__ == "__main__":
    main()
