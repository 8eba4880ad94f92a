"""What the inference makes of the messy files: nothing wrong in silence, and almost everything without a question."""

import pytest

from benchmarks.messy.__main__ import score_corpus
from benchmarks.messy.scoring import RIGHT, SILENT


@pytest.fixture(scope="module")
def summary():
    return score_corpus(None, held_out=False)


def tell(summary, *results):
    return [f"{p.file}: {p.what} {p.detail}: {p.note}" for p in summary.points if p.result in results]


def test_nothing_is_wrong_in_silence(summary):
    assert tell(summary, SILENT) == []


def test_columns_keys_formats_and_kinds_are_found_without_a_question(summary):
    assert summary.share >= 95


def test_what_no_one_can_read_is_refused_with_the_reason_and_a_cure(summary):
    refused = [point for score in summary.scores if score.truth.refused for point in score.points]
    assert refused
    assert [point for point in refused if point.result != RIGHT] == []


def test_damage_is_told(summary):
    assert [point for point in summary.points if point.what in ("damage", "notice") and point.result == SILENT] == []


def test_records_come_out_as_their_authors_meant_them(summary):
    points = [point for point in summary.points if point.what == "record"]
    assert len(points) > 100
    assert sum(point.result == RIGHT for point in points) >= 0.95 * len(points)
