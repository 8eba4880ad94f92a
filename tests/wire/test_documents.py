"""JSON documents: whole or refused, with their own count where they have one."""

import json

import pytest

from slipwatch.errors import ContractError, IncompleteError, PermanentError
from slipwatch.wire.documents import count_records, fetch_value, list_records, load_document, read_document_rows
from slipwatch.wire.rows import Damaged

EXPORT = {"exported_at": "2026-03-16T05:00:00Z", "counts": {"items": 2}, "data": {"items": [{"id": 1}, {"id": 2}]}}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "tracker.json"


def load(path, content, **options):
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return load_document(path, **options)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_document_with_lists_inside(path, encoding):
    document = load(path, json.dumps(EXPORT).encode(encoding))
    assert list_records(document, "data.items", subject="f") == [{"id": 1}, {"id": 2}]
    assert count_records(document, "counts.items", subject="f") == 2
    assert count_records(document, None, subject="f") is None
    assert fetch_value(document, "exported_at") == "2026-03-16T05:00:00Z"
    assert fetch_value(document, "data.gone.deeper") is None


def test_a_list_by_itself(path):
    assert list_records(load(path, '[{"id": 1}]'), None, subject="f") == [{"id": 1}]


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ('{"items": [{"id": 1}, {"id"', IncompleteError),
        ('{"items": [{"id": 1}, {"id": "ab', IncompleteError),
        ('[{"id": 1},', IncompleteError),
        ('{"items": NaN}', PermanentError),
        ('{"items": [Infinity]}', PermanentError),
        ("{'items': []}", PermanentError),
        (b'{"title": "\xe9t\xe9"}', PermanentError),
        ("[" * 200_000 + "]" * 200_000, PermanentError),
        ("", PermanentError),
        ("<html>Please log in</html>", PermanentError),
        ('{"n": ' + "9" * 5000 + "}", PermanentError),
    ],
)
def test_what_is_no_document_is_refused(path, content, kind):
    with pytest.raises(kind) as refused:
        load(path, content)
    assert refused.value.subject == "tracker.json"
    assert refused.value.cure


def test_a_document_that_is_too_large_is_not_loaded(path):
    with pytest.raises(PermanentError, match="larger than 0 MB"):
        load(path, json.dumps(EXPORT), largest_bytes=10)


@pytest.mark.parametrize("name", ["items", "exported_at", "counts", None])
def test_a_missing_list_is_told_with_what_there_is(name):
    with pytest.raises(ContractError, match="it has exported_at, counts, data"):
        list_records(EXPORT, name, subject="f")


@pytest.mark.parametrize("name", ["exported_at", "gone", "data.items"])
def test_a_count_that_is_no_number(name):
    with pytest.raises(ContractError, match="no number of records"):
        count_records(EXPORT, name, subject="f")


def test_rows_of_a_document_and_what_is_no_object():
    rows = list(read_document_rows([{"id": 1, "title": "é"}, "text", None], place="tracker.json"))
    assert [row.item for row in rows] == [{"id": 1, "title": "é"}, Damaged('"text"'), Damaged("null")]
    assert rows[0].raw == '{"id":1,"title":"é"}'
    assert rows[1].place == "tracker.json, record 2"
    assert rows[1].raw == '"text"'
