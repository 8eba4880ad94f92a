"""Messages as files: whole or not at all, sorted by the day they leave, a repeat is no second file."""

import os
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from pydantic import ValidationError

from slipwatch.alerts.transports import CONTRACT_VERSION, Transport
from slipwatch.alerts.transports.eml_folder import EmlFolderTransport, name_file, write_whole
from slipwatch.errors import DeliveryError
from slipwatch.registry import find_transport
from tests.alerts.build import MONDAY
from tests.alerts.outbox import write_message
from tests.hostile import HOSTILE


@pytest.fixture
def transport(tmp_path):
    return EmlFolderTransport(EmlFolderTransport.Options(folder="mails"), str, tmp_path)


def test_it_is_found_by_name_and_keeps_the_contract(transport):
    assert find_transport("eml_folder") is EmlFolderTransport
    assert isinstance(transport, Transport)
    assert transport.contract_version == CONTRACT_VERSION


def test_file_holds_the_message_byte_for_byte(transport, tmp_path):
    message = write_message("m1")

    reply = transport.send(message)

    (path,) = (tmp_path / "mails").iterdir()
    assert reply.text == path.name
    assert path.read_bytes() == message.payload
    assert message_from_bytes(path.read_bytes(), policy=policy.SMTP)["Message-ID"] == "<m1@meridor.example>"


def test_repeat_overwrites_itself(transport, tmp_path):
    transport.send(write_message("m1"))
    transport.send(write_message("m1"))

    assert len(list((tmp_path / "mails").iterdir())) == 1


def test_names_sort_by_the_day_they_leave(transport, tmp_path):
    for days, id in ((7, "a"), (0, "z"), (14, "b")):
        transport.send(write_message(id, not_before=MONDAY + timedelta(days=days)))

    names = sorted(path.name for path in (tmp_path / "mails").iterdir())
    assert [name[:10] for name in names] == ["2026-04-13", "2026-04-20", "2026-04-27"]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:40]))
def test_hostile_recipient_or_id_stays_in_the_folder(transport, tmp_path, text):
    from dataclasses import replace

    message = replace(write_message("m1"), id=text, recipient=text)

    path = transport.folder / name_file(message)

    assert path.parent == transport.folder
    assert set(path.name) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.")
    assert len(path.name) < 120


def test_half_written_file_is_never_seen(tmp_path, monkeypatch):
    path = tmp_path / "mail.eml"
    path.write_bytes(b"whole and old")

    def stop(_descriptor):
        raise OSError("disk full")

    monkeypatch.setattr(os, "fsync", stop)
    with pytest.raises(OSError, match="disk full"):
        write_whole(path, b"new")

    assert path.read_bytes() == b"whole and old"
    assert list(tmp_path.iterdir()) == [path]


def test_folder_that_cannot_be_written_is_a_passing_failure(tmp_path):
    (tmp_path / "mails").write_text("a file where the folder should be")
    transport = EmlFolderTransport(EmlFolderTransport.Options(), str, tmp_path)

    with pytest.raises(DeliveryError) as caught:
        transport.send(write_message())

    assert not caught.value.permanent
    assert caught.value.code is None
    assert caught.value.cure


def test_unknown_option_is_refused():
    with pytest.raises(ValidationError, match="directory"):
        EmlFolderTransport.Options(directory="mails")
