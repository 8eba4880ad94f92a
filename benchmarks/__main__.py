"""`python -m benchmarks [NAME ...] [--size N] [--json]`: each figure beside its bar; ends with 1 when one is missed."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence

from benchmarks.figures import BENCHMARKS, Figure, describe_machine


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code: 0 when every bar is met, 1 when one is missed."""
    asked = read_arguments(arguments)
    figures: list[Figure] = []
    if not asked.json:
        print(describe_machine())
    for name in asked.names or BENCHMARKS:
        for figure in BENCHMARKS[name](asked.size):
            figures.append(figure)
            if not asked.json:
                print(write_line(figure), flush=True)
    if asked.json:
        print(json.dumps({"machine": describe_machine(), "figures": [figure.as_json() for figure in figures]}))
    return 0 if all(figure.met for figure in figures) else 1


def read_arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure speed and memory.")
    parser.add_argument("names", nargs="*", choices=[[], *BENCHMARKS], metavar="NAME", help=", ".join(BENCHMARKS))
    parser.add_argument("--size", type=int, help="records, rows or weeks instead of the usual number")
    parser.add_argument("--json", action="store_true", help="one JSON document instead of a table")
    return parser.parse_args(arguments)


def write_line(figure: Figure) -> str:
    bar = figure.describe_bar()
    verdict = "" if not bar else "met" if figure.met else "MISSED"
    line = f"  {figure.name:<40} {figure.value:>9.2f} {figure.unit:<3} {bar:<17} {verdict}".rstrip()
    return "\n".join([line, *(f"      {detail}" for detail in figure.details)])


if __name__ == "__main__":
    raise SystemExit(main())
