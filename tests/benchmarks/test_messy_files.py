"""That the files of the messy corpus are what their truth says, read back with plain readers."""

import csv
import io
from collections import defaultdict
from functools import cache

import pytest
import python_calamine

from benchmarks.messy.corpus import make_corpus, write_corpus
from benchmarks.messy.words import LANGUAGES

TRUTHS = {}


@pytest.fixture(scope="module", params=[False, True], ids=["shown", "held_out"])
def corpus(request, tmp_path_factory):
    files = write_corpus(tmp_path_factory.mktemp("corpus"), held_out=request.param)
    TRUTHS.update(files)
    return files


@cache
def read_rows(path):
    """The cells of the file by row number, as a spreadsheet or a text editor shows them."""
    truth = TRUTHS[path]
    if truth.format == "csv":
        text = path.read_bytes().decode(truth.encodings[0])
        return dict(enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=truth.delimiter), 1))
    book = python_calamine.load_workbook(path)
    sheet = book.get_sheet_by_name(truth.sheet or book.sheet_names[0])
    return dict(enumerate(sheet.to_python(skip_empty_area=False), 1))


def test_there_are_enough_files_and_every_mess_is_there_in_every_language(corpus):
    assert len(corpus) >= 80
    assert len({path.name for path, _ in corpus}) == len(corpus)
    languages = defaultdict(list)
    for _, truth in corpus:
        for mess in truth.messes:
            languages[mess].append(truth.language)
    assert {mess for mess, found in languages.items() if len(found) < 2} == set()
    refusals = {mess for _, truth in corpus if truth.refused for mess in truth.messes}
    assert {mess for mess, found in languages.items() if set(found) != set(LANGUAGES)} - refusals == set()


def test_headers_stand_where_the_truth_says(corpus):
    for path, truth in corpus:
        if truth.header_rows:
            rows = read_rows(path)
            words = {cell for row in truth.header_rows for cell in rows[row]}
            parts = {part for name in truth.columns for part in name.split(" / ")}
            merged = "merged cells" in truth.messes
            assert parts <= words | {""} if not merged else parts & words, path.name


def test_rows_are_records_or_ignored_and_nothing_else(corpus):
    for path, truth in corpus:
        if truth.header_rows and not truth.refused:
            rows = read_rows(path)
            below = {row for row in rows if row > max(truth.header_rows)}
            assert below == set(truth.meant) | set(truth.ignored), path.name
            assert len(truth.meant) == truth.records
            for row, why in truth.ignored.items():
                assert any(map(str, rows[row])) == (why != "blank"), (path.name, row)


def test_raw_cells_of_the_truth_stand_in_the_file(corpus):
    for path, truth in corpus:
        if truth.header_rows and not truth.refused:
            seen = {str(cell) for cells in read_rows(path).values() for cell in cells}
            for name, pairs in truth.cells.items():
                if truth.format == "csv":
                    assert {str(raw) for raw, _ in pairs} <= seen, (path.name, name)


def test_keys_identify_every_row(corpus):
    for path, truth in corpus:
        if ("keys", "") not in truth.doubts:
            for key in truth.keys:
                damaged = {row for row, _ in truth.damaged}
                found = [
                    tuple(cells.get(name) for name in sorted(key))
                    for row, cells in truth.meant.items()
                    if row not in damaged
                ]
                assert len(set(found)) == len(found) or not key, (path.name, key)


def test_an_order_of_day_and_month_shows_unless_it_is_in_doubt(corpus):
    """At least one day above 12 stands in every column of numbers, so that asking would be needless."""
    for path, truth in corpus:
        for name, pairs in truth.cells.items():
            if truth.columns[name].kind == "date" and ("format", name) not in truth.doubts:
                days = [value for raw, value in pairs if value and isinstance(raw, str)]
                assert not days or any(day.day > 12 for day in days), (path.name, name)


def test_one_seed_gives_the_same_files(tmp_path, corpus):
    held_out = corpus[0][1].meant == next(make_corpus(held_out=True)).truth.meant
    again = write_corpus(tmp_path, held_out=held_out)
    pairs = zip(corpus, again, strict=True)
    assert [mine.name for (mine, _), (other, _) in pairs if mine.read_bytes() != other.read_bytes()] == []


def test_the_held_out_part_has_files_and_words_of_its_own():
    shown = {one.truth.file: one.truth for one in make_corpus()}
    for one in make_corpus(held_out=True):
        twin = shown.get(one.truth.file)
        assert twin is None or not twin.meant or twin.meant != one.truth.meant, one.truth.file


def test_a_locked_workbook_is_locked(corpus):
    path = next(path for path, truth in corpus if "password" in truth.messes)
    with pytest.raises(python_calamine.PasswordError):
        python_calamine.load_workbook(path)
