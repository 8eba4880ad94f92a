"""All files of the corpus, from a seed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from benchmarks.messy.doubtful import make_doubtful
from benchmarks.messy.home_made import make_home_made, make_hostile
from benchmarks.messy.planning_exports import make_planning_exports
from benchmarks.messy.purchasing_exports import make_purchasing_exports
from benchmarks.messy.refusals import make_refusals
from benchmarks.messy.tracker_exports import make_tracker_exports
from benchmarks.messy.truth import MessyFile, Truth

SEED, HELD_OUT_SEED = 2026, 4711
PARTS = (
    make_home_made, make_hostile, make_tracker_exports, make_purchasing_exports, make_planning_exports, make_doubtful,
    make_refusals,
)  # fmt: skip


def make_corpus(*, held_out: bool = False, seed: int | None = None) -> Iterator[MessyFile]:
    """Every file, with its truth. The held-out part has a seed, words and layouts of its own."""
    if seed is None:
        seed = HELD_OUT_SEED if held_out else SEED
    return chain.from_iterable(make(seed, held_out=held_out) for make in PARTS)


def write_corpus(folder: Path, *, held_out: bool = False, seed: int | None = None) -> list[tuple[Path, Truth]]:
    """Write the files; each with its truth."""
    folder.mkdir(parents=True, exist_ok=True)
    return [(one.write_into(folder), one.truth) for one in make_corpus(held_out=held_out, seed=seed)]
