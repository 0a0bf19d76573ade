"""vLLM behind Outlines, by doubles: what is handed over, and what is read back. No real vLLM runs here."""

from __future__ import annotations

import json
import math
from typing import Any, cast

import openai
import outlines
import pytest
from jsonschema import Draft202012Validator
from outlines.models import AsyncVLLM, VLLMOffline

from agentkit.errors import ContextOverflowError, ModelLoadError, RemoteError, RunError
from agentkit.models.outlines import OutlinesModel
from agentkit.propose.constraint import build_constraint
from agentkit.propose.dialects.plain import BARE_TEMPLATE, PlainDialect
from agentkit.propose.dialects.template import ChatTemplate
from agentkit.spec.models import OutlinesConfig
from agentkit.types import Message, Sampling
from tests.models.vllm_doubles import CONTEXT, EngineDouble, vllm_module
from tests.tiny import hf_tokenizer, request, tool, torch_weights

__all__ = ["vllm_module"]  # a fixture

pytestmark = pytest.mark.usefixtures("vllm_module")


def held(engine: EngineDouble, **more: Any) -> OutlinesModel:
    return OutlinesModel(VLLMOffline(cast("Any", engine)), name="double", **more)


# in process --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("family", ["plain", "hermes", "nano"])
def test_the_grammar_handed_over_is_the_one_of_the_projects_own_engine(family: str) -> None:
    engine = EngineDouble(family)
    model = held(engine)
    asked = request(sampling=Sampling(max_tokens=300, seed=2))
    proposal = model.propose(asked)
    params = engine.asked[0].structured_outputs
    assert params is not None and model.dialect is not None
    assert params.grammar == build_constraint(asked, model.dialect).lark
    assert params.json is None
    assert (engine.asked[0].max_tokens, engine.asked[0].logprobs) == (300, 20)
    prompt = model.dialect.render(asked).text
    assert engine.prompts == [{"prompt_token_ids": engine.get_tokenizer()(prompt)["input_ids"]}]
    assert proposal.usage.prompt_tokens == len(engine.prompts[0]["prompt_token_ids"])


@pytest.mark.parametrize("family", ["plain", "hermes", "nano"])
def test_what_it_decodes_is_legal_and_has_decision_points(family: str) -> None:
    asked = request(controls=(), sampling=Sampling(temperature=1.5, seed=1, candidates=4, max_tokens=300))
    proposal = held(EngineDouble(family)).propose(asked)
    schemas = {spec.name: spec.parameters for spec in asked.tools}
    assert len(proposal.others) == 3
    for one in (proposal, *proposal.others):
        assert one.confidence_known and one.points
        assert all(0.0 < point.p <= 1.0 and point.legal > 1 for point in one.points)
        assert all(point.mass == pytest.approx(1.0, abs=1e-3) for point in one.points)
        for call in one.calls:
            cast("Any", Draft202012Validator(schemas[call.name])).validate(call.arguments)
    assert any(one.calls for one in (proposal, *proposal.others))
    tools = [point for point in proposal.points if point.field == "tool"]
    assert tools


def test_it_decides_as_a_steered_model_on_the_same_weights() -> None:
    torch: Any = pytest.importorskip("torch")
    tokenizer = hf_tokenizer("plain")
    weights = torch_weights(tokenizer)

    def scores(tokens: Any) -> Any:
        with torch.no_grad():
            return weights(torch.tensor([list(tokens)])).logits[0, -1].float().numpy()

    asked = request(controls=(), tools=(tool("switch", on={"type": "boolean"}), tool("beep")), max_calls=2)
    theirs = held(EngineDouble(scores=scores, tokenizer=tokenizer)).propose(asked)
    steered = OutlinesModel(cast("Any", outlines).from_transformers(weights, tokenizer), name="noise")
    own = steered.propose(asked)
    assert theirs.calls == own.calls != ()
    assert [(one.field, one.text, one.legal) for one in theirs.points] == [
        (one.field, one.text, one.legal) for one in own.points
    ]
    for one, other in zip(theirs.points, own.points, strict=True):
        assert one.p == pytest.approx(other.p, abs=1e-3)
        assert one.entropy == pytest.approx(other.entropy, abs=1e-2)


def test_probabilities_from_before_the_mask_are_taken_over_the_legal_tokens() -> None:
    asked = request(controls=(), tools=(tool("switch", on={"type": "boolean"}),), max_calls=1)
    masked = held(EngineDouble(most=300)).propose(asked)
    raw = held(EngineDouble(most=300, listing="raw")).propose(asked)
    assert raw.calls == masked.calls
    for one, other in zip(raw.points, masked.points, strict=True):
        assert one.mass <= 1.0
        assert one.p <= 1.0 and one.legal == other.legal


def test_candidates_have_seeds_of_their_own_and_the_first_is_greedy_at_temperature_0() -> None:
    engine = EngineDouble()
    held(engine).propose(request(sampling=Sampling(candidates=3, seed=5, top_p=0.9)))
    assert [one.temperature for one in engine.asked] == [0.0, 1.0, 1.0]
    assert len({one.seed for one in engine.asked}) == 3
    assert {one.top_p for one in engine.asked} == {0.9}
    seeds = [one.seed for one in engine.asked]
    held(engine).propose(request(sampling=Sampling(candidates=3, seed=6)))
    assert not {one.seed for one in engine.asked} & set(seeds)


def test_without_token_probabilities_confidence_is_not_known() -> None:
    proposal = held(EngineDouble(listing="none")).propose(request(controls=()))
    assert proposal.calls
    assert proposal.points == () and not proposal.confidence_known


def test_an_engine_that_lists_fewer_tokens_is_asked_for_fewer() -> None:
    engine = EngineDouble(most=3)
    assert held(engine).propose(request(controls=())).points
    assert engine.asked[0].logprobs == 3


def test_an_answer_cut_off_has_no_calls() -> None:
    proposal = held(EngineDouble()).propose(request(controls=(), sampling=Sampling(max_tokens=4)))
    assert proposal.truncated and proposal.calls == ()


def test_a_prompt_longer_than_the_engines_context_is_refused() -> None:
    with pytest.raises(ContextOverflowError, match=f"there is room for {CONTEXT * 3 // 4}"):
        held(EngineDouble()).propose(request("word " * 400))


def test_an_answer_that_breaks_the_grammar_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = EngineDouble()
    generate = engine.generate

    def careless(*args: Any, **more: Any) -> Any:
        found = generate(*args, **more)
        found[0].outputs[0].token_ids[2] = engine.get_tokenizer()("~")["input_ids"][0]
        return found

    monkeypatch.setattr(engine, "generate", careless)
    with pytest.raises(RunError, match="breaks its grammar") as caught:
        held(engine).propose(request(controls=()))
    assert "guidance" in caught.value.hint


@pytest.mark.parametrize("backend", ["xgrammar", "auto", "outlines"])
def test_an_engine_with_another_reader_of_grammars_is_refused(backend: str) -> None:
    with pytest.raises(ModelLoadError, match=backend) as caught:
        held(EngineDouble(backend=backend))
    assert "structured_outputs_config" in caught.value.hint


def test_a_spec_loads_it_with_the_right_reader_of_grammars() -> None:
    config = OutlinesConfig(backend="vllm", model="some/weights", options={"max_model_len": 2048})
    made = OutlinesModel.from_config(config)
    assert made.name == "weights"
    engine: Any = cast("Any", made)._model.model
    assert engine.options == {
        "model": "some/weights",
        "max_model_len": 2048,
        "structured_outputs_config": {"backend": "guidance"},
    }


# a server ----------------------------------------------------------------------------------------------------------

PLAIN = PlainDialect(ChatTemplate(BARE_TEMPLATE))
ANSWER = '[{"name": "set_alarm", "arguments": {"hour": 7}}]'


def served(server: Any) -> OutlinesModel:
    client = openai.OpenAI(base_url=server.url, api_key="none", max_retries=0)
    server.opened.append(client)
    return OutlinesModel(outlines.from_vllm(client, "qwen"), name="served")


def completion(server: Any, text: str, finish: str = "stop", logprobs: Any = None) -> Any:
    choice = {
        "index": 0,
        "finish_reason": finish,
        "message": {"role": "assistant", "content": text},
        "logprobs": None if logprobs is None else {"content": logprobs},
    }
    body = {"id": "1", "object": "chat.completion", "created": 0, "model": "qwen", "choices": [choice]}
    usage = {"prompt_tokens": 40, "completion_tokens": 9, "total_tokens": 49}
    return server.page(200, json.dumps({**body, "usage": usage}))


def sure(text: str, p: float = 1.0, **others: float) -> dict[str, Any]:
    listed = [{"token": one, "logprob": math.log(q), "bytes": None} for one, q in {text: p, **others}.items()]
    return {"token": text, "logprob": math.log(p), "bytes": list(text.encode()), "top_logprobs": listed}


def test_a_server_is_handed_the_grammar_and_gives_decision_points(server: Any) -> None:
    tokens = [sure('[{"name": "'), sure("set_alarm", 0.75, set_flashlight=0.25), sure('", "arguments": {"hour": 7}}]')]
    server.replies = [completion(server, ANSWER, logprobs=tokens)]
    asked = request(facts=("it is 22:00",), sampling=Sampling(max_tokens=99))
    proposal = served(server).propose(asked)
    body = server.bodies[0]
    assert body["structured_outputs"] == {"grammar": build_constraint(asked, PLAIN).lark}
    assert (body["model"], body["max_tokens"], body["temperature"], body["logprobs"]) == ("qwen", 99, 0.0, True)
    assert [turn["role"] for turn in body["messages"]] == ["system", "user"]
    assert "set_flashlight" in body["messages"][0]["content"] and "it is 22:00" in body["messages"][1]["content"]
    assert proposal.calls[0].arguments == {"hour": 7}
    assert [(point.field, point.text, round(point.p, 2)) for point in proposal.points] == [("tool", "set_alarm", 0.75)]
    assert proposal.confidence_known and proposal.usage.prompt_tokens == 40


def test_a_server_without_token_probabilities_leaves_confidence_unknown(server: Any) -> None:
    server.replies = [completion(server, ANSWER)]
    proposal = served(server).propose(request(sampling=Sampling(candidates=2)))
    assert proposal.calls and len(proposal.others) == 1
    assert not proposal.confidence_known
    assert [body["temperature"] for body in server.bodies] == [0.0, 1.0]


def test_a_server_that_does_not_hold_the_grammar_is_an_error(server: Any) -> None:
    server.replies = [completion(server, "Sure! " + ANSWER)]
    with pytest.raises(RemoteError, match="what the grammar forbids") as caught:
        served(server).propose(request())
    assert "guidance" in caught.value.hint


def test_a_servers_answer_that_was_cut_off_is_truncated(server: Any) -> None:
    server.replies = [completion(server, ANSWER[:20], "length")]
    proposal = served(server).propose(request())
    assert proposal.truncated and proposal.calls == ()


@pytest.mark.parametrize(("code", "status"), [(400, "refused"), (503, "down")])
def test_a_server_that_fails_says_how(server: Any, code: int, status: str) -> None:
    server.replies = [server.error(code, "no such grammar")]
    with pytest.raises(RemoteError, match="no such grammar") as caught:
        served(server).propose(request())
    assert caught.value.status == status


def test_results_and_earlier_calls_reach_a_server_as_words(server: Any) -> None:
    server.replies = [completion(server, ANSWER)]
    said = (Message(role="user", content="hi"), Message(role="tool", call_id="1", name="clock", content="22:00"))
    served(server).propose(request(messages=said))
    assert server.bodies[0]["messages"][1:] == [{"role": "user", "content": "hi\nResult of clock: 22:00"}]


def test_an_asynchronous_model_is_refused() -> None:
    with pytest.raises(ModelLoadError, match="asynchronously"):
        OutlinesModel(AsyncVLLM(cast("Any", None)), name="later")
