"""Every word of the report, and every line of its chart, compared with what was read and found good."""

import pytest

from tests.reports.golden import FOLDER, GOLDEN, make


@pytest.mark.parametrize("file", GOLDEN)
def test_report_says_what_was_read_and_found_good(file):
    expected = FOLDER / file

    assert expected.exists(), f"{file} is missing: python -m tests.reports.golden writes it, then read it"
    assert make(file) == expected.read_text(encoding="utf-8")


def test_no_golden_file_is_left_over():
    assert {path.name for path in FOLDER.iterdir()} == set(GOLDEN)
