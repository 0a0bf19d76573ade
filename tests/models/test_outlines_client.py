"""Models that Outlines only asks, as the first model of an agent: where they are, what leaves, how they fail."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import openai
import outlines
import pytest
from outlines.models import VLLMOffline
from outlines.models.openai import OpenAI as AskedOpenAI

from agentkit import Agent, tool
from agentkit.errors import RemoteError
from agentkit.escalate import Budgets
from agentkit.models.base import on_device
from agentkit.models.cassette import CassetteModel
from agentkit.models.outlines import OutlinesModel
from agentkit.trace import Store
from agentkit.types import ProposeRequest, RemoteExchange, Run, Sampling
from tests.models.vllm_doubles import EngineDouble, vllm_module
from tests.tiny import request

__all__ = ["vllm_module"]  # a fixture

PHONE = "+44 7700 900123"
TASK = f"send Ann that I am at {PHONE}"
ELSEWHERE = "https://example.org/v1"
Make = Callable[..., Any]
KINDS: list[Make] = [cast("Any", outlines).from_vllm, cast("Any", outlines).from_openai]


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@tool(effect="write")
def send(to: str, text: str) -> str:
    """Send a message to somebody."""
    return f"{to} got: {text}"


def client(server: Any, **more: Any) -> openai.OpenAI:
    given: dict[str, Any] = {"base_url": server.url, "api_key": "none", "max_retries": 0, **more}
    made = openai.OpenAI(**given)
    server.opened.append(made)
    return made


def asked(server: Any, make: Make, *, here: bool | None = None, **more: Any) -> OutlinesModel:
    return OutlinesModel(make(client(server, **more), "big"), name="big", on_device=here)


def completion(server: Any, make: Make, text: str) -> Any:
    """A reply with one call of `send`, as the kind of model wants it."""
    calls = [{"name": "send", "arguments": {"to": "Ann", "text": text}}]
    content = json.dumps(calls if make is KINDS[0] else {"calls": calls}, ensure_ascii=False)
    choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": content}}
    body = {"id": "1", "object": "chat.completion", "created": 0, "model": "big", "choices": [choice]}
    return server.page(200, json.dumps(body))


def run(model: Any, **more: Any) -> Run:
    settled: dict[str, Any] = {"store": False, "loop": "single_turn", "trust": "fast", **more}
    with Agent([send], model=model, **settled) as agent:
        return agent.run(TASK)


def hosted(run: Run) -> list[RemoteExchange]:
    return [step.hosted for step in run.steps if step.hosted is not None]


def sending(**sampling: Any) -> ProposeRequest:
    return request(tools=(send.spec,), controls=(), sampling=Sampling(**sampling))


# as a first model ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", KINDS)
def test_a_server_on_this_machine_is_an_agents_first_model(server: Any, make: Make) -> None:
    server.replies = [completion(server, make, PHONE)]
    model = asked(server, make)
    assert model.dialect is None
    done = run(model, budgets=Budgets(calls=0))
    (step,) = done.steps
    assert (done.status, step.results[0].text, step.proposal.tier) == ("success", f"Ann got: {PHONE}", "local")
    assert TASK in json.dumps(server.bodies)
    assert step.hosted is None
    assert step.proposal.usage.bytes_out == server.sizes[0]


# where it is -----------------------------------------------------------------------------------------------------


def of(held: Any) -> OutlinesModel:
    return OutlinesModel(AskedOpenAI(held, "big"), name="big")


@pytest.mark.parametrize(
    ("held", "here"),
    [
        (openai.OpenAI(base_url="http://localhost:8000/v1", api_key="none"), True),
        (openai.OpenAI(base_url="http://[::1]:8000/v1", api_key="none"), True),
        (openai.OpenAI(base_url=ELSEWHERE, api_key="none"), False),
        (openai.OpenAI(base_url="http://localhost.example.org/v1", api_key="none"), False),
        (SimpleNamespace(_client=SimpleNamespace(base_url="http://127.0.0.1:11434")), True),  # as Ollama's
        (SimpleNamespace(_client=SimpleNamespace(base_url="http://10.0.0.2:11434")), False),
        (SimpleNamespace(model="http://127.0.0.1:8080"), True),  # as that of the Hugging Face Hub
        (SimpleNamespace(model="some/weights"), False),
        (SimpleNamespace(), False),
    ],
)
def test_where_a_model_is_follows_from_its_client(held: Any, here: bool) -> None:
    assert on_device(of(held)) is here


@pytest.mark.parametrize(("name", "here"), [("http_proxy", False), ("ALL_PROXY", False), ("https_proxy", True)])
def test_a_server_behind_a_proxy_is_not_here(monkeypatch: pytest.MonkeyPatch, name: str, here: bool) -> None:
    monkeypatch.setenv(name, "http://proxy.example.org:3128")
    held = SimpleNamespace(base_url="http://127.0.0.1:8000/v1")
    assert on_device(of(held)) is here
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    assert on_device(of(held))


def test_a_model_in_process_is_here_and_what_is_said_holds(vllm_module: Any) -> None:
    assert on_device(OutlinesModel(VLLMOffline(cast("Any", EngineDouble())), name="double"))
    there = AskedOpenAI(openai.OpenAI(base_url=ELSEWHERE, api_key="none"), "big")
    assert on_device(OutlinesModel(there, name="big", on_device=True))


def test_a_cassette_is_where_the_model_it_records_is(server: Any, tmp_path: Path) -> None:
    there = of(openai.OpenAI(base_url=ELSEWHERE, api_key="none"))
    assert not on_device(CassetteModel(tmp_path / "there.jsonl", mode="record", inner=there))
    server.replies = [completion(server, KINDS[1], "I am at ⟦PHONE_1⟧")]
    inner = asked(server, KINDS[1], here=False)
    tape = tmp_path / "tape.jsonl"
    done = run(CassetteModel(tape, mode="record", inner=inner))
    assert hosted(done)[0].bytes_out == server.sizes[0]
    assert "7700" not in tape.read_text(encoding="utf-8") + json.dumps(server.bodies)


# what leaves -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", KINDS)
def test_a_server_elsewhere_gets_placeholders_and_the_exchange_has_its_bytes(
    server: Any, make: Make, tmp_path: Path
) -> None:
    server.replies = [completion(server, make, "I am at ⟦PHONE_1⟧")]
    store = Store(tmp_path / "runs.db")
    done = run(asked(server, make, here=False), store=store)
    assert "7700" not in json.dumps(server.bodies)
    (step,) = done.steps
    assert (done.status, step.results[0].text) == ("success", f"Ann got: I am at {PHONE}")
    assert step.proposal.tier == "hosted"
    (exchange,) = hosted(done)
    assert (exchange.status, exchange.bytes_out, exchange.attempts) == ("ok", server.sizes[0], 1)
    assert exchange.bytes_in == step.proposal.usage.bytes_in > len("I am at ⟦PHONE_1⟧")
    assert "⟦PHONE_1⟧" in exchange.placeholders
    (kept,) = hosted(store.run(done.id))
    assert kept.bytes_out == server.sizes[0]
    store.close()


def test_a_budget_holds_for_it(server: Any) -> None:
    done = run(asked(server, KINDS[1], here=False), budgets=Budgets(calls=0))
    assert (server.bodies, hosted(done)[0].status) == ([], "over_budget")


@pytest.mark.parametrize("make", KINDS)
def test_candidates_and_retries_of_the_sdk_count_all_their_bytes(server: Any, make: Make) -> None:
    server.replies = [server.error(503, "busy", retry_after_ms="1"), completion(server, make, "hi")]
    usage = asked(server, make, max_retries=1).propose(sending(candidates=2)).usage
    assert (usage.bytes_out, usage.attempts) == (sum(server.sizes), 3)
    again = asked(server, make)
    assert again.propose(sending()).usage.bytes_out == server.sizes[3]


def test_models_over_one_client_count_each_their_own(server: Any) -> None:
    server.replies = [completion(server, KINDS[1], "hi")]
    held = client(server)
    one, other = of(held), of(held)
    assert [model.propose(sending()).usage.bytes_out for model in (one, other, one)] == server.sizes


def test_a_client_that_cannot_be_watched_is_counted_by_its_texts() -> None:
    text = '{"calls": [{"name": "send", "arguments": {"to": "Ann", "text": "hé"}}]}'
    spoken: list[Any] = []
    choice = SimpleNamespace(message=SimpleNamespace(content=text, refusal=None))

    def create(**given: Any) -> Any:
        spoken.append(given)
        return SimpleNamespace(choices=[choice])

    held = SimpleNamespace(chat=SimpleNamespace(completions=SimpleNamespace(create=create)))
    usage = of(held).propose(sending(candidates=2)).usage
    assert (usage.bytes_in, usage.attempts) == (2 * len(text.encode()), 2)
    assert usage.bytes_out >= 2 * len(json.dumps(spoken[0]["messages"]))


# faults ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", KINDS)
@pytest.mark.parametrize(("code", "status"), [(401, "refused"), (400, "refused"), (429, "down"), (503, "down")])
def test_a_server_that_fails_says_how(server: Any, make: Make, code: int, status: str) -> None:
    server.replies = [server.error(code, "no, sorry")]
    with pytest.raises(RemoteError, match="no, sorry") as caught:
        asked(server, make).propose(sending())
    assert (caught.value.status, caught.value.bytes_out) == (status, server.sizes[0])
    assert caught.value.hint and caught.value.bytes_in > 0


@pytest.mark.parametrize("make", KINDS)
@pytest.mark.parametrize("page", ["<html>", "{", "[]"])
def test_a_page_that_is_no_completion_is_garbled(server: Any, make: Make, page: str) -> None:
    server.replies = [server.page(200, page, "text/html" if page == "<html>" else "application/json")]
    with pytest.raises(RemoteError, match="nothing that can be read") as caught:
        asked(server, make).propose(sending())
    assert caught.value.status == "garbled"


@pytest.mark.parametrize("make", KINDS)
def test_a_server_that_takes_too_long_is_a_timeout(server: Any, make: Make) -> None:
    server.replies = [server.hang]
    with pytest.raises(RemoteError) as caught:
        asked(server, make, timeout=0.2).propose(sending())
    assert (caught.value.status, caught.value.bytes_out) == ("timeout", server.sizes[0])


@pytest.mark.parametrize("make", KINDS)
def test_where_nobody_listens_nothing_has_left(server: Any, make: Make) -> None:
    model = asked(server, make, base_url="http://127.0.0.1:9/v1")
    with pytest.raises(RemoteError) as caught:
        model.propose(sending())
    assert (caught.value.status, caught.value.bytes_out) == ("down", 0)


def test_an_agent_survives_a_server_elsewhere_that_fails(server: Any) -> None:
    server.replies = [server.error(503, "busy")]
    done = run(asked(server, KINDS[1], here=False))
    assert done.status == "partial"
    assert (hosted(done)[0].status, hosted(done)[0].bytes_out) == ("down", server.sizes[0])
