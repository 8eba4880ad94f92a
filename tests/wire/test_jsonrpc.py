"""JSON-RPC reads by POST, finds the error inside 200, and calls nothing that was not named as reading."""

import pytest

from slipwatch.errors import ContractError, PermanentError, TransientError
from slipwatch.testing.clock import Clock
from slipwatch.testing.fault_server import Fault, FaultServer, reply_json
from slipwatch.wire.http import HttpClient
from slipwatch.wire.jsonrpc import JsonRpc
from tests.wire.test_http import NOW


def echo(request):
    return reply_json({"id": request.body["id"], "result": [request.body["method"], request.body["params"]]})


@pytest.fixture
def server():
    with FaultServer(echo) as running:
        yield running


@pytest.fixture
def rpc(server):
    clock = Clock(NOW)
    client = HttpClient(server.url, now=clock.now, sleep=clock.sleep)
    return JsonRpc(client, "db/rpc/", reads=("model.*.search_read",), explain=lambda error: ContractError(str(error)))


def test_a_call_is_method_and_parameters(rpc, server):
    assert rpc.call("model.party.search_read", [], 0) == ["model.party.search_read", [[], 0]]
    assert server.requests[0].path == "/db/rpc/"


@pytest.mark.parametrize("method", ["model.party.write", "model.party.search_read2", "common.db.drop", "search_read"])
def test_what_might_write_is_never_sent(rpc, server, method):
    with pytest.raises(PermanentError, match="only read"):
        rpc.call(method)
    assert server.requests == []


def test_an_error_inside_200_is_explained(rpc, server):
    server.system = lambda request: reply_json({"id": request.body["id"], "error": ["'x'", ""]})
    with pytest.raises(ContractError, match="'x'"):
        rpc.call("model.party.search_read")


def test_the_answer_to_another_question_is_asked_for_again(rpc, server):
    server.play(Fault(lambda request, reply: reply_json({"id": 999, "result": ["stale"]})))
    assert rpc.call("model.party.search_read") == ["model.party.search_read", []]
    server.play(Fault(lambda request, reply: reply_json({"id": 999, "result": ["stale"]}), times=99))
    with pytest.raises(TransientError, match="another question"):
        rpc.call("model.party.search_read")


@pytest.mark.parametrize("body", [[], "text", 5])
def test_what_is_no_rpc_answer_is_refused(rpc, server, body):
    server.system = lambda request: reply_json(body)
    with pytest.raises(PermanentError, match="no JSON-RPC"):
        rpc.call("model.party.search_read")


def test_an_answer_without_result_is_asked_again(rpc, server):
    server.play(Fault(lambda request, reply: reply_json({"id": request.body["id"]})))
    assert rpc.call("model.party.search_read")[0] == "model.party.search_read"
