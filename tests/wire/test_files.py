"""Files in a drop folder: which count, which are finished, which would lead out of it."""

import os
import socket
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slipwatch.errors import ConfigError, PermanentError, TransientError
from slipwatch.wire.files import compile_glob, compute_digest, list_files, look_at, wait_until_settled

NOW = datetime(2026, 3, 16, 5, 0, tzinfo=UTC)


def drop(folder, name, content=b"x", *, age_seconds=3600):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    at = (NOW - timedelta(seconds=age_seconds)).timestamp()
    os.utime(path, (at, at))
    return path


def names(folder, pattern, depth=1):
    return [file.name for file in list_files(folder, compile_glob(pattern), depth=depth)]


def test_only_files_of_the_pattern_and_none_that_is_half_sent_hidden_or_a_lock(tmp_path):
    for name in ["b_orders.csv", "A_ORDERS.CSV", "a_orders.csv.part", "a_orders.csv.tmp", "a_orders.csv.filepart",
                 "~$a_orders.csv", ".a_orders.csv", "orders.csv.bak", "plan.xlsx", "sub/c_orders.csv"]:  # fmt: skip
        drop(tmp_path, name)
    assert names(tmp_path, "*_orders.csv") == ["A_ORDERS.CSV", "b_orders.csv"]
    assert names(tmp_path, "*.part") == []
    assert names(tmp_path, "sub/*_orders.csv", depth=2) == ["sub/c_orders.csv"]
    assert names(tmp_path, "?_orders.csv") == ["A_ORDERS.CSV", "b_orders.csv"]
    assert names(tmp_path, "*/*.csv", depth=2) == ["sub/c_orders.csv"]


@pytest.mark.parametrize("pattern", ["../*.csv", "/etc/*", "a/../../b.csv", "..\\x.csv", "C:/x.csv", ""])
def test_a_pattern_that_leads_out_of_the_folder_stops_the_configuration(pattern):
    with pytest.raises(ConfigError, match="out of the folder"):
        compile_glob(pattern)


@given(st.text(st.sampled_from("ab/*?.[]()+^$"), max_size=12), st.text(st.sampled_from("ab/.x[]"), max_size=12))
def test_a_star_never_crosses_a_folder_and_other_signs_mean_themselves(pattern, name):
    if not pattern or pattern.startswith("/") or ".." in pattern.split("/"):
        return
    if compile_glob(pattern).fullmatch(name):
        assert name.count("/") == pattern.count("/")
        for sign in "[].x"[:2]:
            assert name.count(sign) >= pattern.count(sign)


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="this system has no symbolic links")
def test_links_are_listed_and_never_opened(tmp_path):
    outside = drop(tmp_path / "outside", "secret.csv", b"secret")
    folder = tmp_path / "drop"
    drop(folder, "a.csv")
    (folder / "link.csv").symlink_to(outside)
    (folder / "inside").symlink_to(tmp_path / "outside", target_is_directory=True)
    plain, link = list_files(folder, compile_glob("*.csv"))
    assert names(folder, "inside/*.csv", depth=2) == []
    assert (plain.is_plain, link.is_plain) == (True, False)
    with pytest.raises(PermanentError, match="could lead out of the folder"):
        link.require_plain()
    assert compute_digest(link) != compute_digest(look_at(outside, "secret.csv"))
    plain.require_plain()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes")
def test_pipes_and_sockets_are_never_opened(tmp_path):
    os.mkfifo(tmp_path / "pipe.csv")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "socket.csv"))
        for file in list_files(tmp_path, compile_glob("*.csv")):
            assert not file.is_plain
            assert compute_digest(file)


def test_a_folder_that_is_not_there_may_come_back(tmp_path):
    with pytest.raises(TransientError, match="cannot be reached"):
        list_files(tmp_path / "share", compile_glob("*"))


def settle(files, sleep=lambda seconds: None):
    return [file.name for file in wait_until_settled(files, seconds=30, now=NOW, sleep=sleep)]


def test_old_files_are_taken_at_once(tmp_path):
    drop(tmp_path, "a.csv")
    slept = []
    assert settle(list_files(tmp_path, compile_glob("*")), slept.append) == ["a.csv"]
    assert slept == []


@pytest.mark.parametrize("age_seconds", [5, -3600])
def test_a_young_file_is_looked_at_twice(tmp_path, age_seconds):
    """Also one whose time lies in the future: the clock of the share is wrong."""
    drop(tmp_path, "a.csv", age_seconds=age_seconds)
    slept = []
    assert settle(list_files(tmp_path, compile_glob("*")), slept.append) == ["a.csv"]
    assert slept == [30]


def test_a_file_that_grows_or_goes_meanwhile_is_left_for_the_next_time(tmp_path):
    for name in ("grows.csv", "goes.csv", "touched.csv", "rests.csv"):
        drop(tmp_path, name, age_seconds=5)
    drop(tmp_path, "old.csv")

    def meanwhile(_seconds):
        drop(tmp_path, "grows.csv", b"xx", age_seconds=5)
        drop(tmp_path, "touched.csv", age_seconds=0)
        (tmp_path / "goes.csv").unlink()

    assert settle(list_files(tmp_path, compile_glob("*")), meanwhile) == ["old.csv", "rests.csv"]


def test_a_digest_tells_contents_apart_and_not_names(tmp_path):
    for name, content in [("a", b"1"), ("b", b"1"), ("c", b"2")]:
        drop(tmp_path, name, content)
    a, b, c = (compute_digest(file) for file in list_files(tmp_path, compile_glob("*")))
    assert a == b != c
    assert len(a) == 20


def test_a_file_that_goes_before_it_is_read(tmp_path):
    path = drop(tmp_path, "a.csv")
    file = look_at(path, "a.csv")
    file.require_unchanged()
    path.unlink()
    assert look_at(path, "a.csv") is None
    with pytest.raises(TransientError, match="cannot be read"):
        compute_digest(file)
    with pytest.raises(TransientError, match="changed while it was being read"):
        file.require_unchanged()


def test_a_file_that_is_written_to_while_it_is_read(tmp_path):
    file = look_at(drop(tmp_path, "a.csv"), "a.csv")
    drop(tmp_path, "a.csv", b"more", age_seconds=1)
    with pytest.raises(TransientError, match="changed while it was being read"):
        file.require_unchanged()
