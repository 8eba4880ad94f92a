"""`python -m benchmarks.messy [FOLDER] [--held-out] [--seed N] [--score]`: write the corpus, score the inference."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.messy.carrying import score_records
from benchmarks.messy.corpus import make_corpus, write_corpus
from benchmarks.messy.judging import NEAR
from benchmarks.messy.scoring import score_file
from benchmarks.messy.summary import Summary, tell_groups, tell_misses, tell_points


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code 1 where a silent mistake was made."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.messy", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, help="where to leave the files")
    parser.add_argument("--held-out", action="store_true", help="the part that nobody shaped the inference by")
    parser.add_argument("--seed", type=int, help="another number makes other files")
    parser.add_argument("--score", action="store_true", help="read every file and compare")
    parser.add_argument("--misses", action="store_true", help="list everything that is not right")
    parser.add_argument("--json", action="store_true", help="the figures as one JSON document on the last line")
    asked = parser.parse_args(arguments)
    if not (asked.score or asked.misses or asked.json):
        folder = asked.folder or Path("messy")
        print(f"{len(write_corpus(folder, held_out=asked.held_out, seed=asked.seed))} files in {folder}")
        return 0
    summary = score_corpus(asked.folder, held_out=asked.held_out, seed=asked.seed)
    tell(summary, misses=asked.misses, quiet=asked.json)
    if asked.json:
        facts = {"files": len(summary.scores), "share": summary.share, "silent": summary.silent}
        print(json.dumps({**facts, "questions": summary.questions, "misses": list(tell_misses(summary))}))
    return 1 if summary.silent and not asked.json else 0


def score_corpus(folder: Path | None, *, held_out: bool, seed: int | None = None) -> Summary:
    """Write the files, read each, and compare it with its truth; the records that come of it too."""
    from slipwatch.inference.presets import load_presets
    from slipwatch.inference.read import read_file

    presets, scores = load_presets(), []
    if folder:
        write_corpus(folder, held_out=held_out, seed=seed)
    with tempfile.TemporaryDirectory(prefix="slipwatch-messy-") as place:
        for number, one in enumerate(make_corpus(held_out=held_out, seed=seed)):
            own = Path(place, str(number))  # of its own: the mapping may take in files of the same name
            own.mkdir()
            reading = read_file(one.write_into(own), presets=presets, today=NEAR)
            scores.append(score_file(one.truth, reading.as_json()))
            score_records(scores[-1], reading)
    return Summary(scores=tuple(scores))


def tell(summary: Summary, *, misses: bool, quiet: bool) -> None:
    if quiet:
        return
    lines = [*tell_points(summary), "", *tell_groups(summary), *(["", *tell_misses(summary)] if misses else [])]
    sys.stdout.write("\n".join(lines) + "\n\n")
    sys.stdout.write(
        f"{len(summary.scores)} files: {summary.share:.1f} % of columns, keys, formats and kinds right without a "
        f"question, {summary.silent} silent mistakes, {summary.questions:.1f} questions per file\n"
    )


if __name__ == "__main__":
    raise SystemExit(main())
