"""The Outlines engine over the embedded weights: the same answers as the project's own engine, and clear refusals."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from outlines.models.base import Model as OutlinesBase
from outlines.models.base import ModelTypeAdapter

from agentkit.errors import Cancelled, ContextOverflowError, MissingExtraError, ModelLoadError
from agentkit.meaning import name_words
from agentkit.models import EMBEDDED
from agentkit.models.base import Cancel, Model
from agentkit.models.llamacpp_model import LlamaCppModel
from agentkit.models.outlines import OutlinesModel
from agentkit.ranker import save_ranker
from agentkit.spec.models import OutlinesConfig
from agentkit.types import Control, Sampling
from tests.rankers import cosine_weights, small_table
from tests.tiny import ALARM, TORCH, request


@pytest.fixture(scope="module")
def engine() -> Iterator[OutlinesModel]:
    config = OutlinesConfig(backend="llamacpp", model=str(EMBEDDED), options={"n_ctx": 1024})
    made = OutlinesModel.from_config(config)
    yield made
    made.close()
    made.close()


@pytest.mark.model
@pytest.mark.parametrize("text", ["wake me at 7 on weekdays", "turn the flashlight on", "what is love"])
def test_it_answers_as_the_projects_own_engine(engine: OutlinesModel, text: str) -> None:
    own = LlamaCppModel(EMBEDDED, context=1024)
    wanted = own.propose(request(text))
    own.close()
    got = engine.propose(request(text))
    assert isinstance(engine, Model)
    assert got.confidence_known
    assert got.usage.forward_passes >= wanted.usage.forward_passes
    if min((point.margin for point in wanted.points), default=1.0) < 0.1:
        return  # one batch or many give sums that differ in the last digits, which may turn a near tie
    assert got.calls == wanted.calls
    assert [(point.field, point.text) for point in got.points] == [(one.field, one.text) for one in wanted.points]
    for one, other in zip(got.points, wanted.points, strict=True):
        assert abs(one.p - other.p) < 0.05
    assert got.usage.decoded_tokens == wanted.usage.decoded_tokens


def _with_table(folder: Path) -> Path:
    """A copy of the embedded weights with a table in which `quiet` means the torch."""
    path = Path(shutil.copy(EMBEDDED, folder / "copy.gguf"))
    words: dict[str, tuple[float, float]] = dict.fromkeys(name_words(ALARM.name), (1.0, 0.0))
    words |= dict.fromkeys(("quiet", *name_words(TORCH.name)), (0.0, 1.0))
    save_ranker(path.with_suffix(".retrieval.npz"), small_table(words), cosine_weights())
    return path


@pytest.mark.model
def test_a_table_beside_the_weights_counts_as_in_the_projects_own_engine(tmp_path: Path) -> None:
    path = str(_with_table(tmp_path))
    own = LlamaCppModel(Path(path), context=1024)
    made = OutlinesModel.from_config(OutlinesConfig(backend="llamacpp", model=path, options={"n_ctx": 1024}))
    assert own.ranking is not None and made.ranking is not None
    scores = made.ranking.scores("quiet", (ALARM, TORCH))
    assert scores == own.ranking.scores("quiet", (ALARM, TORCH)) and scores[1] > scores[0]
    wanted, got = own.propose(request("quiet")), made.propose(request("quiet"))
    assert got.usage.prompt_tokens == wanted.usage.prompt_tokens
    assert [(one.field, one.text) for one in got.points] == [(one.field, one.text) for one in wanted.points]
    for one, other in zip(got.points, wanted.points, strict=True):
        assert abs(one.p - other.p) < 0.05
    own.close()
    made.close()


@pytest.mark.model
def test_whatever_it_samples_is_legal(engine: OutlinesModel) -> None:
    proposal = engine.propose(request(sampling=Sampling(temperature=2.0, seed=7, candidates=4)))
    assert len(proposal.others) == 3
    for one in (proposal, *proposal.others):
        assert not one.truncated
        for call in one.calls:
            assert call.control is Control.ABSTAIN or call.name in {"set_alarm", "set_flashlight"}
            if "hour" in call.arguments:
                assert call.arguments["hour"] in range(24)


@pytest.mark.model
def test_a_budget_too_small_truncates(engine: OutlinesModel) -> None:
    proposal = engine.propose(request(sampling=Sampling(max_tokens=3)))
    assert proposal.truncated
    assert proposal.calls == ()


@pytest.mark.model
def test_what_happens_in_the_processor_reaches_the_caller(engine: OutlinesModel) -> None:
    class Later(Cancel):
        seen = 0

        @property
        def is_set(self) -> bool:
            self.seen += 1
            return self.seen > 3

    with pytest.raises(Cancelled):
        engine.propose(request(), cancel=Later())
    assert engine.propose(request()).calls


@pytest.mark.model
def test_a_prompt_longer_than_the_context_is_refused(engine: OutlinesModel) -> None:
    with pytest.raises(ContextOverflowError):
        engine.propose(request("word " * 3000))


def test_a_backend_that_is_not_installed_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "mlx_lm", None)
    with pytest.raises(MissingExtraError, match="mlx_lm") as caught:
        OutlinesModel.from_config(OutlinesConfig(backend="mlx", model="some/weights"))
    assert caught.value.hint == "pip install mlx-lm"


def test_weights_that_are_not_there_say_so() -> None:
    with pytest.raises(ModelLoadError, match=r"nowhere\.gguf"):
        OutlinesModel.from_config(OutlinesConfig(backend="llamacpp", model="nowhere.gguf"))


# models that can only be held to a schema -------------------------------------------------------------------------


class _Adapter(ModelTypeAdapter):
    def format_input(self, model_input: Any) -> Any:
        return model_input

    def format_output_type(self, output_type: Any = None) -> Any:
        return output_type


class Held(OutlinesBase):
    """A model that Outlines cannot steer: it is given the schema and answers with a text."""

    def __init__(self, text: str) -> None:
        self.type_adapter = _Adapter()
        self.text = text
        self.asked: Any = None
        self.schema: Any = None

    def generate(self, model_input: Any, output_type: Any = None, **inference_kwargs: Any) -> Any:
        self.asked, self.schema = model_input, output_type
        return self.text

    def generate_batch(self, model_input: Any, output_type: Any = None, **inference_kwargs: Any) -> Any:
        raise NotImplementedError

    def generate_stream(self, model_input: Any, output_type: Any = None, **inference_kwargs: Any) -> Any:
        raise NotImplementedError


def test_candidates_of_a_model_that_is_only_asked_are_asked_for_one_by_one() -> None:
    held = Held('{"calls": [{"name": "set_alarm", "arguments": {"hour": 7}}]}')
    proposal = OutlinesModel(held, name="held").propose(request(sampling=Sampling(candidates=3)))
    assert [one.calls[0].arguments for one in proposal.others] == [{"hour": 7}] * 2
    assert proposal.usage.attempts == 3


def test_a_model_that_cannot_be_steered_is_given_the_schema() -> None:
    held = Held('{"calls": [{"name": "set_alarm", "arguments": {"hour": 7}}]}')
    proposal = OutlinesModel(held, name="held").propose(request())
    assert proposal.calls[0].arguments == {"hour": 7}
    assert not proposal.confidence_known
    assert json.loads(held.schema.schema)["required"] == ["calls"]
    assert "set_flashlight" in held.asked.messages[0]["content"]


@pytest.mark.parametrize(
    "text", ['{"calls": [{"name": "set_alarm", "arguments": {"hour": 99}}]}', '{"calls": [', "sure", "[]", "{}"]
)
def test_what_breaks_the_schema_never_counts(text: str) -> None:
    proposal = OutlinesModel(Held(text), name="held").propose(request())
    assert proposal.calls == ()
    assert proposal.truncated
