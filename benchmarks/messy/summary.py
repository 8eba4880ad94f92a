"""What the points of a corpus add up to: shares, questions by mess and language, and every miss."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from benchmarks.messy.scoring import ASKED, MISSED, RIGHT, SILENT, Point, Score

HEADLINE = ("column", "key", "format", "kind")
"""What the share with a bar counts."""


@dataclass(frozen=True, kw_only=True)
class Summary:
    """The points of all files of a part."""

    scores: tuple[Score, ...]

    @property
    def points(self) -> list[Point]:
        return [point for score in self.scores for point in score.points]

    @property
    def share(self) -> float:
        """Percent of columns, keys, formats and kinds that are right without a needless question."""
        return share_right([point for point in self.points if point.what in HEADLINE])

    @property
    def silent(self) -> int:
        """Wrong, and neither asked nor left out."""
        return sum(point.result == SILENT for point in self.points)

    @property
    def questions(self) -> float:
        """Questions per file that was read."""
        read = [score for score in self.scores if not score.truth.refused]
        return sum(len(score.questions) for score in read) / max(1, len(read))


def share_right(points: Sequence[Point]) -> float:
    return 100 * sum(point.result == RIGHT for point in points) / max(1, len(points))


def tell_points(summary: Summary) -> Iterator[str]:
    """A line per sort of point."""
    for what in dict.fromkeys(point.what for point in summary.points):
        points = [point for point in summary.points if point.what == what]
        counts = "  ".join(
            f"{result} {sum(p.result == result for p in points)}" for result in (RIGHT, ASKED, MISSED, SILENT)
        )
        yield f"{what:<10} {share_right(points):>6.1f} %   {counts}"


def tell_groups(summary: Summary) -> Iterator[str]:
    """A line per language and per mess: files, share, questions per file, silent mistakes."""
    yield from tell_group(summary, "language", lambda score: [score.truth.language])
    yield from tell_group(summary, "mess", lambda score: sorted(score.truth.messes))


def tell_group(summary: Summary, title: str, name: Callable[[Score], list[str]]) -> Iterator[str]:
    groups: dict[str, list[Score]] = defaultdict(list)
    for score in summary.scores:
        for one in name(score):
            groups[one].append(score)
    yield f"{title:<34} {'files':>5} {'share':>7} {'questions':>9} {'silent':>6}"
    for one, scores in sorted(groups.items()):
        part = Summary(scores=tuple(scores))
        counted = any(point.what in HEADLINE for point in part.points)
        share = f"{part.share:.1f} %" if counted else "refused"
        yield f"{one:<34} {len(scores):>5} {share:>7} {part.questions:>9.1f} {part.silent:>6}"


def tell_misses(summary: Summary) -> Iterator[str]:
    """Everything that is not right, silent mistakes first."""
    order = {SILENT: 0, MISSED: 1, ASKED: 2}
    misses = [point for point in summary.points if point.result != RIGHT]
    for point in sorted(misses, key=lambda one: (order[one.result], one.file)):
        yield f"{point.result:<6} {point.file}: {point.what} {point.detail} | {point.note}"
