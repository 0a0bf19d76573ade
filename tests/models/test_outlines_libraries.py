"""The Outlines engine on Transformers and on MLX: models of noise, one constraint, the same promises."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any, cast

import outlines
import pytest
from jsonschema import Draft202012Validator

from agentkit.errors import Cancelled, ContextOverflowError, ModelLoadError
from agentkit.models.base import Cancel
from agentkit.models.outlines import OutlinesModel
from agentkit.types import Control, Message, Proposal, Sampling, ToolCall
from tests.tiny import hf_tokenizer, mlx_weights, request, tool, torch_weights

Build = Callable[..., OutlinesModel]

FIND = tool("find_contact", returns={"type": "object", "properties": {"id": {"type": "integer"}}, "required": ["id"]})
CALL = tool("call_contact", id={"type": "integer", "minimum": 0, "maximum": 0})


def on_transformers(family: str = "nano", **more: Any) -> OutlinesModel:
    tokenizer = hf_tokenizer(family)
    weights = torch_weights(tokenizer, **more)
    return OutlinesModel(cast("Any", outlines).from_transformers(weights, tokenizer), name="noise")


def on_mlx(family: str = "nano", **more: Any) -> OutlinesModel:
    tokenizer = hf_tokenizer(family)
    weights = mlx_weights(tokenizer, **more)
    wrapper: Any = pytest.importorskip("mlx_lm.tokenizer_utils").TokenizerWrapper
    return OutlinesModel(cast("Any", outlines).from_mlxlm(weights, wrapper(tokenizer)), name="noise")


@pytest.fixture(params=[on_transformers, on_mlx], ids=["transformers", "mlx"])
def build(request: pytest.FixtureRequest) -> Build:
    return request.param


def each(proposal: Proposal) -> tuple[Proposal, ...]:
    return proposal, *proposal.others


def drawn(seed: int, candidates: int = 1, temperature: float = 2.0) -> Sampling:
    return Sampling(temperature=temperature, seed=seed, candidates=candidates, max_tokens=200)


@pytest.mark.parametrize("family", ["nano", "hermes", "plain"])
def test_what_it_answers_is_legal_and_has_decision_points(build: Build, family: str) -> None:
    model = build(family)
    assert model.dialect is not None
    assert model.dialect.name.partition(".")[0] == family
    asked = request(sampling=drawn(1, 3))
    proposal = model.propose(asked)
    assert len(proposal.others) == 2
    schemas = {spec.name: spec.parameters for spec in asked.tools}
    for one in each(proposal):
        assert one.points and one.confidence_known
        assert all(0.0 < point.p <= 1.0 and point.legal > 1 for point in one.points)
        for call in one.calls:
            assert call.name in schemas or call.control in asked.controls
            if call.name in schemas:
                cast("Any", Draft202012Validator(schemas[call.name])).validate(call.arguments)


def test_a_seed_draws_the_same_answers_again_and_another_one_draws_others(build: Build) -> None:
    model = build()
    first, again, other = (model.propose(request(sampling=drawn(seed, 2), controls=())) for seed in (3, 3, 4))
    texts = [[one.text for one in each(proposal)] for proposal in (first, again, other)]
    assert texts[0] == texts[1] != texts[2]
    assert texts[0][0] != texts[0][1]
    assert [one.points for one in each(first)] == [one.points for one in each(again)]


def test_of_several_candidates_at_temperature_0_the_first_is_greedy(build: Build) -> None:
    model = build()
    greedy = model.propose(request(controls=()))
    several = model.propose(request(controls=(), sampling=Sampling(candidates=8, seed=1)))
    assert several.text == greedy.text
    assert {one.text for one in several.others} != {greedy.text}


def _answers(model: OutlinesModel, wanted: Callable[[tuple[ToolCall, ...]], bool], **more: Any) -> tuple[ToolCall, ...]:
    """The first calls of which `wanted` holds, among draws."""
    for seed in range(150):
        proposal = model.propose(request(sampling=drawn(seed, temperature=5.0), controls=(), **more))
        if wanted(proposal.calls):
            return proposal.calls
    raise AssertionError("no draw was as wanted")


def test_a_turn_may_hold_several_calls(build: Build) -> None:
    calls = _answers(build("plain"), lambda calls: len(calls) > 1, tools=(FIND, CALL))
    assert [call.id for call in calls] == [str(index + 1) for index in range(len(calls))]


def test_a_later_call_may_refer_to_the_result_of_an_earlier_one(build: Build) -> None:
    def refers(calls: tuple[ToolCall, ...]) -> bool:
        return any(isinstance(call.arguments.get("id"), dict) for call in calls)

    calls = _answers(build("plain"), refers, tools=(FIND, CALL), max_calls=3)
    named = {call.id: call.name for call in calls}
    for call in calls:
        value = call.arguments.get("id")
        if isinstance(value, dict):
            assert value["path"] == "id"
            assert named[str(value["$ref"])] == "find_contact"
            assert int(str(value["$ref"])) < int(call.id)


def test_the_result_of_an_earlier_turn_may_be_referred_to(build: Build) -> None:
    returns: Any = FIND.returns
    calls = _answers(
        build("plain"),
        lambda calls: any(call.arguments.get("id") == {"$ref": "1", "path": "id"} for call in calls),
        tools=(CALL,),
        messages=(
            Message(role="user", content="call anna"),
            Message(role="assistant", calls=(ToolCall(id="1", name="find_contact"),)),
            Message(role="tool", call_id="1", name="find_contact", content='{"id": 4}'),
        ),
        results={"1": returns},
    )
    assert all(int(call.id) > 1 for call in calls)


def test_a_prompt_longer_than_the_context_is_refused_and_old_results_are_left_out(build: Build) -> None:
    model = build()
    with pytest.raises(ContextOverflowError, match="there is room for 1536"):
        model.propose(request("word " * 400))
    said = (
        Message(role="user", content="call anna"),
        Message(role="assistant", calls=(ToolCall(id="1", name="find_contact"),)),
        Message(role="tool", call_id="1", name="find_contact", content="long " * 400),
        Message(role="user", content="wake me at 7"),
    )
    proposal = model.propose(request(messages=said, controls=()))
    assert proposal.usage.prompt_tokens < 1536


def test_the_context_is_what_the_weights_say(build: Build) -> None:
    with pytest.raises(ContextOverflowError, match="there is room for 384"):
        build(context=512).propose(request("word " * 100))


def test_a_budget_too_small_truncates(build: Build) -> None:
    proposal = build("plain").propose(request(controls=(), sampling=Sampling(max_tokens=3)))
    assert proposal.truncated
    assert proposal.calls == ()


class _Later(Cancel):
    seen = 0

    @property
    def is_set(self) -> bool:
        self.seen += 1
        return self.seen > 3


def test_it_can_be_cancelled_while_it_decodes(build: Build) -> None:
    model, later = build("plain"), _Later()
    with pytest.raises(Cancelled):
        model.propose(request(controls=()), cancel=later)
    assert later.seen == 4  # no further pass was made
    assert model.propose(request(controls=())).calls


def test_a_model_without_a_chat_template_is_told_the_tools_in_words(build: Build) -> None:
    model = build("plain")
    assert model.dialect is not None
    prompt = model.dialect.render(request()).text
    assert "User: wake me at 7 on weekdays" in prompt and '"set_alarm"' in prompt
    assert model.propose(request(sampling=Sampling(max_tokens=3))).usage.prompt_tokens == len(prompt.encode())


def test_threads_take_turns(build: Build) -> None:
    model = build()
    asked, got = request(controls=()), list[Proposal]()
    wanted = model.propose(asked)
    threads = [threading.Thread(target=lambda: got.append(model.propose(asked))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [one.text for one in got] == [wanted.text, wanted.text]


def test_nothing_is_read_after_the_last_decision(build: Build) -> None:
    proposal = build("plain").propose(request(controls=(), max_calls=1))
    usage = proposal.usage
    assert proposal.calls and proposal.text.endswith("}]")
    assert usage.forward_passes < usage.decoded_tokens


def test_both_libraries_decide_the_same_on_the_same_weights() -> None:
    tokenizer = hf_tokenizer("plain")
    weights = torch_weights(tokenizer)
    theirs = mlx_weights(tokenizer, weights=weights)
    wrapper: Any = pytest.importorskip("mlx_lm.tokenizer_utils").TokenizerWrapper
    make: Any = outlines
    one = OutlinesModel(make.from_transformers(weights, tokenizer), name="noise").propose(request(controls=()))
    other = OutlinesModel(make.from_mlxlm(theirs, wrapper(tokenizer)), name="noise").propose(request(controls=()))
    assert one.calls == other.calls != ()
    assert [(point.field, point.text) for point in one.points] == [(point.field, point.text) for point in other.points]
    assert max(abs(a.p - b.p) for a, b in zip(one.points, other.points, strict=True)) < 1e-3
    assert max(abs(a.mass - b.mass) for a, b in zip(one.points, other.points, strict=True)) < 1e-3
    assert one.usage.forward_passes == other.usage.forward_passes


# what is particular to a library ----------------------------------------------------------------------------------


def test_mlx_weights_may_be_in_sixteen_bits() -> None:
    mx: Any = pytest.importorskip("mlx.core", reason="MLX is not installed")
    for kind in (mx.bfloat16, mx.float16):
        model = on_mlx()
        cast("Any", model)._model.model.set_dtype(kind)
        assert model.propose(request(controls=())).calls


_WITHOUT_TORCH = """
import sys
sys.modules["torch"] = None
from tests.models.test_outlines_libraries import on_mlx
from tests.tiny import request
assert on_mlx().propose(request(controls=())).calls
"""


def test_mlx_needs_no_torch() -> None:
    pytest.importorskip("mlx_lm", reason="mlx-lm is not installed (on Linux: mlx[cpu] mlx-lm)")
    done = subprocess.run([sys.executable, "-c", _WITHOUT_TORCH], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_tokenizer_may_be_given_to_mlx_without_its_wrapper() -> None:
    tokenizer = hf_tokenizer()
    model = OutlinesModel(cast("Any", outlines).from_mlxlm(mlx_weights(tokenizer), tokenizer), name="noise")
    assert model.propose(request(controls=())).calls


def test_the_generation_settings_of_weights_do_not_bend_their_logits() -> None:
    plain, bent = on_transformers(), on_transformers()
    settings: Any = cast("Any", bent)._model.model.generation_config
    settings.repetition_penalty, settings.do_sample, settings.temperature, settings.num_beams = 5.0, True, 0.1, 3
    assert bent.propose(request(controls=())).points == plain.propose(request(controls=())).points


def test_an_answer_may_end_with_each_token_that_the_weights_end_at() -> None:
    tokenizer = hf_tokenizer("hermes")
    weights = torch_weights(tokenizer)
    turn = tokenizer.convert_tokens_to_ids("<|im_end|>")
    weights.generation_config.eos_token_id = [tokenizer.eos_token_id, turn]
    model = OutlinesModel(cast("Any", outlines).from_transformers(weights, tokenizer), name="noise")
    assert model.vocabulary.ends == {tokenizer.eos_token_id, turn}
    assert model.propose(request(controls=())).calls


def test_weights_that_name_no_end_stop_at_the_end_of_the_answer() -> None:
    model = on_transformers()
    weights: Any = cast("Any", model)._model.model
    weights.config.eos_token_id = weights.generation_config.eos_token_id = None
    proposal = model.propose(request(controls=()))
    assert proposal.calls
    assert proposal.usage.forward_passes <= proposal.usage.decoded_tokens


def test_a_text_begins_with_one_start_token_even_if_template_and_tokenizer_write_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tokenizer = hf_tokenizer("plain", bos_token="<|begin|>")
    tokenizer.chat_template = "{{ bos_token }}{% for message in messages %}{{ message.content }}\n{% endfor %}"
    processors: Any = pytest.importorskip("tokenizers").processors
    first = tokenizer.bos_token_id
    tokenizer.backend_tokenizer.post_processor = processors.Sequence(
        [
            processors.ByteLevel(trim_offsets=False),
            processors.TemplateProcessing(single="<|begin|> $A", special_tokens=[("<|begin|>", first)]),
        ]
    )
    assert tokenizer("a")["input_ids"][0] == first
    weights = torch_weights(tokenizer)
    model = OutlinesModel(cast("Any", outlines).from_transformers(weights, tokenizer), name="noise")
    seen: list[list[int]] = []
    generate = weights.generate

    def spy(**given: Any) -> Any:
        seen.append(given["input_ids"][0].tolist())
        return generate(**given)

    monkeypatch.setattr(weights, "generate", spy)
    proposal = model.propose(request(controls=()))
    assert model.dialect is not None
    assert model.dialect.render(request()).text.startswith("<|begin|>")
    assert seen[0].count(first) == 1 and seen[0][0] == first
    assert proposal.usage.prompt_tokens == len(seen[0])


def test_a_tokenizer_that_is_not_fast_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    model = on_transformers()
    tokenizer: object = cast("Any", model)._model.hf_tokenizer
    monkeypatch.setattr(type(tokenizer), "backend_tokenizer", None)
    with pytest.raises(ModelLoadError, match="not a fast one"):
        model.propose(request())


def test_abstaining_is_scored_by_the_same_distribution(build: Build) -> None:
    proposal = build("plain").propose(request(controls=(Control.ABSTAIN,), sampling=Sampling(max_tokens=120)))
    tools = [point for point in proposal.points if point.field == "tool"]
    assert tools and tools[0].legal > 1
