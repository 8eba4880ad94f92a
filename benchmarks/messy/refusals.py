"""Files that must be refused with a sentence: locked, half written, empty, bombs, and what holds no list at all."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from benchmarks.messy.compound import lock_workbook
from benchmarks.messy.grid import lay_out
from benchmarks.messy.lists import Style, build_list
from benchmarks.messy.truth import MessyFile, Truth, hold_bytes
from benchmarks.messy.workbooks import make_workbook

EMPTY = ("empty", "no row", "no record", "nothing", "header", "vide", "aucun")
PASSWORD = ("password", "mot de passe")
DAMAGE = ("damaged", "cut short", "half", "cannot be opened", "incomplete", "endommagé", "tronqué")
NO_TABLE = ("web page", "picture", "text", "not a", "is no", "page web", "image")

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
)


def make_refusals(seed: int, *, held_out: bool) -> Iterator[MessyFile]:
    """One of each per language where language matters, one otherwise. Everything is small."""
    for language in ("fr", "de") if held_out else ("en", "fr"):
        plan = build_plan(seed, language, held_out=held_out)
        yield refuse(f"40_locked_{language}.xlsx", language, "password", PASSWORD, lock_workbook(plan, f"slip{seed}"))
        yield refuse(
            f"~$41_plan_{language}.xlsx",
            language,
            "lock file",
            ("open", "lock", "temporary", "ouvert", "verrou"),
            owner_file(),
        )
        yield refuse(f"42_plan_{language}.pdf", language, "PDF", ("PDF",), write_pdf())
        yield refuse(f"43_plan_{language}.xlsx", language, "PDF", ("PDF",), write_pdf())
        yield refuse(f"44_export_{language}.csv", language, "empty export", EMPTY, b"")
        yield refuse(f"45_empty_{language}.xlsx", language, "empty export", EMPTY, empty_workbook())
        yield refuse(f"46_plan_{language}.xlsx", language, "half written", DAMAGE, plan[: len(plan) * 2 // 3])
        yield refuse(f"47_plan_{language}.xlsx", language, "half written", (*DAMAGE, *EMPTY), b"\0" * 9_000)
        yield refuse(
            f"48_plan_{language}.xlsx",
            language,
            "zip bomb",
            ("unpack", "bomb", "décompress", "times its size", "MB"),
            bomb(plan),
        )
        yield refuse(
            f"49_plan_{language}.xlsx",
            language,
            "entity bomb",
            (*DAMAGE, "document type", "entit", "DTD"),
            entities(plan),
        )
        yield refuse(f"50_login_{language}.csv", language, "web page", NO_TABLE, login_page(language))
        yield refuse(f"51_scan_{language}.xlsx", language, "picture", NO_TABLE, PIXEL)
        yield head_only(f"52_actions_{language}.csv", seed, language, held_out=held_out)
        yield head_only(f"53_actions_{language}.xlsx", seed, language, held_out=held_out)


def refuse(name: str, language: str, mess: str, words: tuple[str, ...], content: bytes) -> MessyFile:
    truth = Truth(file=name, language=language, messes=frozenset({mess}), refused=words)
    return MessyFile(truth=truth, write=hold_bytes(content))


def head_only(name: str, seed: int, language: str, *, held_out: bool) -> MessyFile:
    """A header and nothing below: an export whose filter caught nothing."""
    from benchmarks.messy.texts import make_csv

    layout = lay_out(build_list("actions", language, Random(seed), style=Style(days=("iso",)), held_out=held_out))
    del layout.rows[1:]
    content = io.BytesIO()
    made = make_csv(layout, name) if name.endswith(".csv") else make_workbook(layout, name)
    made.write(_Sink(content))  # type: ignore[arg-type]  # — a writer of bytes asks for nothing else
    return refuse(name, language, "header only", EMPTY, content.getvalue())


class _Sink:
    """Stands for a path and keeps what is written."""

    def __init__(self, out: io.BytesIO) -> None:
        self.out = out

    def write_bytes(self, content: bytes) -> int:
        return self.out.write(content)


def build_plan(seed: int, language: str, *, held_out: bool) -> bytes:
    layout = lay_out(build_list("plan", language, Random(seed), style=Style(), held_out=held_out, count=40))
    content = io.BytesIO()
    make_workbook(layout, "plan.xlsx").write(_Sink(content))  # type: ignore[arg-type]  # — as above
    return content.getvalue()


def owner_file() -> bytes:
    """What a spreadsheet program leaves beside an open workbook: 165 bytes with the name of who opened it."""
    name = "PMO office"
    return (bytes([len(name)]) + name.encode("cp1252")).ljust(55, b" ") + (
        bytes([len(name), 0]) + name.encode("utf-16-le")
    ).ljust(110, b" \0"[:1])


def write_pdf() -> bytes:
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
        b"trailer<</Root 1 0 R>>\n%%EOF\n"
    )


def empty_workbook() -> bytes:
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.set_properties({"created": datetime(2026, 6, 26, tzinfo=UTC)})
        book.add_worksheet("Sheet1")
    return out.getvalue()


def replace_part(workbook: bytes, part: str, content: bytes) -> bytes:
    """The workbook with another content of one part."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(
                zipfile.ZipInfo(name, (2026, 6, 26, 12, 0, 0)),
                content if name == part else old.read(name),
                zipfile.ZIP_DEFLATED,
            )
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


def bomb(plan: bytes) -> bytes:
    """A sheet of spaces: 40 MB out of 40 KB."""
    return replace_part(plan, SHEET, b" " * 40_000_000)


def entities(plan: bytes) -> bytes:
    """Entities that multiply: a gigabyte out of a few lines."""
    steps = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9))
    body = "<worksheet><sheetData>&l8;</sheetData></worksheet>"
    text = f'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY l0 "slip">{steps}]>{body}'
    return replace_part(plan, SHEET, text.encode())


def login_page(language: str) -> bytes:
    word = {"en": "Sign in", "fr": "Connexion", "de": "Anmelden"}[language]
    return (
        f"<!DOCTYPE html>\n<html><head><title>{word}</title></head><body><form>{word}</form></body></html>\n".encode()
    )


def write_large(folder: Path, *, megabytes: int = 300) -> Path:
    """An order list of so many megabytes, for benchmarks alone."""
    path = folder / "large.csv"
    line = "4500031{0:06d};10;Telmar Systèmes SARL;Convoyeur à bande n° {0};R100;12,000;PCE;24/04/2026;31/05/2026\r\n"
    head = "N° commande;Poste;Fournisseur;Désignation;Division;Qté commandée;Unité;Date besoin;Date promise\r\n"
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(head)
        block = 50_000
        rounds = megabytes * 1_000_000 // (block * len(line.format(1).encode())) + 1
        for turn in range(rounds):
            file.write("".join(line.format(turn * block + n) for n in range(block)))
    return path
