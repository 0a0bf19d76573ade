# pyright: basic, reportMissingImports=false
import csv
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="training needs the `train` extra")
pytest.importorskip("tokenizers", reason="training needs the `train` extra")
pytest.importorskip("gguf", reason="training needs the `train` extra")

import torch
from tokenizers import Tokenizer

from agentkit.nano.export import read_gguf, write_gguf
from agentkit.nano.mix import Block, Mixer
from agentkit.nano.model import SIZES, Decoder, Shape, attend_at_once, attend_in_parts, block_mask
from agentkit.nano.optimizer import orthogonalised, rate_factor
from agentkit.nano.pack import Packer
from agentkit.nano.pool import build_pool
from agentkit.nano.rows import Shard
from agentkit.nano.stream import batches
from agentkit.nano.tokenizer import SPECIAL, spelling_vectors, token_texts, train_tokenizer
from agentkit.nano.train import TrainConfig, Trainer, shape_for
from agentkit.nano.transplant import transplanted

TEXTS = (
    "set the alarm for 07:45 please",
    '[{"name":"set_alarm","arguments":{"time":" 07:45"}}]',
    "Ünïcode – naïve “quotes”",
    "a.b-c_d/e\\f",
    "   spaces   and\ttabs",
    "x=12.50, y=-3",
    "emoji 🙂 and 日本語",
    "don't we'll I'm",
    "camelCaseName HTTPServer",
)


def shard() -> Shard:
    made = Shard("tldr", "MIT")
    for word in ("alarm", "timer", "light", "radio", "fridge", "camera", "door", "music", "heating", "window"):
        made.tool(word, f"Switch the {word}", {"level": {"type": "integer"}, "room": {"type": "string"}}, group="g")
        for level in range(8):
            made.ask(
                f"switch the {word} in the attic to {level}", [(word, {"level": level, "room": "attic"})], group="g"
            )
    return made


@pytest.fixture(scope="module")
def mixer() -> Mixer:
    return Mixer(build_pool([shard()]), 0)


@pytest.fixture(scope="module")
def tokenizer(mixer: Mixer) -> Tokenizer:
    texts = (text for number in range(40) for text in (mixer.block(number).prefix, *mixer.block(number).conversations))
    return train_tokenizer((*texts, *TEXTS), 420)


def trainer(tokenizer: Tokenizer, mixer: Mixer, out: Path, steps: int, dev_every: float = 1e9) -> Trainer:
    config = TrainConfig(size="tiny", length=256, batch=2, steps=steps, log_every=1, dev_every_s=dev_every)
    dev = Packer(tokenizer, 256).pack([mixer.block(number) for number in range(4)])
    return Trainer(config, shape_for(config, tokenizer.get_vocab_size()), token_texts(tokenizer), out, dev)


def feed(mixer: Mixer, tokenizer: Tokenizer, start: int = 0, workers: int = 0):
    return batches(mixer, Packer(tokenizer, 256), 2, start, workers)


def test_a_packed_conversation_scores_as_it_would_alone(tokenizer: Tokenizer, mixer: Mixer) -> None:
    torch.manual_seed(0)
    model = Decoder(Shape(**{**SIZES["tiny"].to_json(), "vocabulary": tokenizer.get_vocab_size()}))
    block = mixer.block(5)
    packed = Packer(tokenizer, 512).pack([block])
    ids, segments, positions = (
        torch.from_numpy(array.astype(np.int64)) for array in (packed.ids, packed.segments, packed.positions)
    )
    with torch.no_grad():
        together = model.logits(model.states(ids, positions, block_mask(segments, torch.float32)))[0]
        for number in range(1, int(segments.max()) + 1):
            chosen = (segments[0] == 0) | (segments[0] == number)
            alone = model(ids[:, chosen])[0]
            assert torch.allclose(together[chosen], alone, atol=2e-4)


def test_answers_count_in_full_and_decisions_more(tokenizer: Tokenizer, mixer: Mixer) -> None:
    packed = Packer(tokenizer, 512).pack([mixer.block(number) for number in range(6)])
    call, end = tokenizer.token_to_id("<|call|>"), tokenizer.token_to_id("<|end|>")
    for ids, weights in zip(packed.ids, packed.weights, strict=True):
        for start in np.flatnonzero(ids == call):
            stop = start + int(np.flatnonzero(ids[start:] == end)[0])
            assert weights[start] == 0
            assert weights[start + 1] == 4
            assert (weights[start + 1 : stop + 1] >= 1).all()
    assert (packed.weights[packed.segments <= 0] == 0).all()


def test_of_a_conversation_only_the_last_answer_is_a_target(tokenizer: Tokenizer) -> None:
    before, after = '<|user|> a<|call|>[{"name":"wrong","arguments":{}}]<|end|><|result|> ok', "<|call|>[]<|end|>"
    packed = Packer(tokenizer, 128).pack([Block("<|tool|>wrong: a", (before + after,))])
    targets = packed.ids[0][packed.weights[0] >= 1]
    assert tokenizer.decode(targets, skip_special_tokens=False) == "[]<|end|>"


def test_attention_in_parts_is_attention() -> None:
    torch.manual_seed(0)
    query, key, value = (torch.randn(2, 3, 37, 8) for _ in range(3))
    mask = block_mask(torch.randint(0, 3, (2, 37)).sort().values, torch.float32)
    assert torch.allclose(attend_in_parts(query, key, value, mask), attend_at_once(query, key, value, mask), atol=1e-5)


def test_a_run_that_stops_and_resumes_ends_where_a_whole_one_does(
    tokenizer: Tokenizer, mixer: Mixer, tmp_path: Path
) -> None:
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    whole.mkdir()
    parts.mkdir()
    one = trainer(tokenizer, mixer, whole, 4)
    one.run(feed(mixer, tokenizer))
    first = trainer(tokenizer, mixer, parts, 4)
    stream = feed(mixer, tokenizer)
    for _ in range(2):
        first.step(next(stream), rate_factor(first.progress.step, first.config.warm, 0.0))
        first.progress.step += 1
    first.save()
    second = trainer(tokenizer, mixer, parts, 4)
    assert second.resume()
    assert second.progress.step == 2
    second.run(feed(mixer, tokenizer, second.progress.step))
    for name, value in one.model.state_dict().items():
        assert torch.equal(value, second.model.state_dict()[name]), name


def test_training_lowers_the_loss_and_logs_it(tokenizer: Tokenizer, mixer: Mixer, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="the picture needs the `train` extra")
    run = trainer(tokenizer, mixer, tmp_path, 12, dev_every=0.0)
    run.run(feed(mixer, tokenizer))
    with (tmp_path / "log.csv").open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert float(rows[-2]["dev_loss"]) < float(rows[0]["dev_loss"])
    assert (tmp_path / "curve.png").stat().st_size > 1000


def test_workers_give_the_batches_of_one_process_in_order(tokenizer: Tokenizer, mixer: Mixer) -> None:
    alone, shared = feed(mixer, tokenizer, 3), feed(mixer, tokenizer, 3, workers=2)
    for _ in range(4):
        assert np.array_equal(next(alone).ids, next(shared).ids)


def test_matrices_are_orthogonalised_one_by_one_as_stacked() -> None:
    torch.manual_seed(0)
    gradients = torch.randn(3, 24, 40)
    stacked = orthogonalised(gradients)
    for one, other in zip(gradients, stacked, strict=True):
        assert torch.allclose(orthogonalised(one), other, atol=0.02)
        singular = torch.linalg.svdvals(other)
        assert float(singular.min()) > 0.5 and float(singular.max()) < 1.5


@pytest.mark.parametrize("size", sorted(SIZES))
def test_named_shapes_fit_the_wheel_and_the_quantisation(size: str) -> None:
    shape = SIZES[size]
    with torch.device("meta"):
        model = Decoder(shape)
    matrices = [parameter for parameter in model.parameters() if parameter.dim() == 2]
    assert all(parameter.shape[1] % 32 == 0 for parameter in matrices)
    assert sum(parameter.numel() for parameter in matrices) * 8.5 / 8 < 31e6


def test_the_rate_warms_up_stays_and_falls() -> None:
    assert rate_factor(0, 10, 0.0) == pytest.approx(0.1)
    assert rate_factor(50, 10, 0.0) == 1.0
    assert rate_factor(50, 10, 0.5) == 0.5
    assert rate_factor(50, 10, 1.0) == pytest.approx(0.02)


def test_tokens_spelt_alike_start_close(tokenizer: Tokenizer) -> None:
    texts = ["alarm", "Ġalarm", "Alarm", "Ġalarms", "radio", "1", "2"]
    vectors = spelling_vectors(texts, 1024)
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    near = unit @ unit.T
    assert min(near[0, 1], near[0, 2]) > 0.5
    assert near[0, 3] > near[0, 4] + 0.15
    assert abs(near[5, 6]) < 0.3
    assert tokenizer.get_vocab_size() <= 420


def gguf_of(tokenizer: Tokenizer, folder: Path, kind: str = "f32") -> tuple[Decoder, Path]:
    torch.manual_seed(1)
    model = Decoder(Shape(**{**SIZES["tiny"].to_json(), "vocabulary": tokenizer.get_vocab_size()}))
    for name, parameter in model.named_parameters():
        if "norm" in name:
            parameter.data.uniform_(0.5, 1.5)
    return model, write_gguf(model, tokenizer, folder / f"{kind}.gguf", kind)


@pytest.mark.parametrize(("kind", "tolerance"), [("f32", 0.02), ("f16", 0.03), ("q8_0", 0.15)])
def test_the_exported_file_tokenises_and_scores_as_the_reference(
    tokenizer: Tokenizer, tmp_path: Path, kind: str, tolerance: float
) -> None:
    llama_cpp = pytest.importorskip("llama_cpp", reason="llama-cpp-python is not installed")
    model, path = gguf_of(tokenizer, tmp_path, kind)
    llama = llama_cpp.Llama(str(path), n_ctx=256, n_threads=1, logits_all=True, verbose=False)
    try:
        for text in TEXTS:
            assert llama.tokenize(text.encode(), add_bos=False, special=False) == tokenizer.encode(text).ids, text
        for token in SPECIAL:
            assert llama.tokenize(token.encode(), add_bos=False, special=True) == [tokenizer.token_to_id(token)]
        ids = tokenizer.encode("<|tool|>alarm: Switch the alarm<|user|> switch it<|call|>" + TEXTS[1]).ids
        llama.eval(ids)
        got = torch.tensor(np.array(llama.scores[: len(ids)]))
    finally:
        llama.close()
    with torch.no_grad():
        wanted = model(torch.tensor([ids]))[0]
    # llama.cpp keeps keys and values in 16 bits
    assert torch.allclose(got, wanted, atol=tolerance), (got - wanted).abs().max()


def test_a_gguf_can_be_trained_on(tokenizer: Tokenizer, tmp_path: Path) -> None:
    model, path = gguf_of(tokenizer, tmp_path)
    again, other = read_gguf(path)
    for name, value in model.state_dict().items():
        assert torch.equal(value, again.state_dict()[name])
    for text in (*TEXTS, "<|tool|>a<|end|>"):
        assert other.encode(text).ids == tokenizer.encode(text).ids


def test_a_model_goes_on_under_another_tokenizer(tokenizer: Tokenizer, tmp_path: Path) -> None:
    model, _ = gguf_of(tokenizer, tmp_path)
    other = train_tokenizer(TEXTS * 3, 300)
    changed = transplanted(model, tokenizer, other)
    texts, before = token_texts(other), token_texts(tokenizer)
    assert changed.shape.vocabulary == len(texts)
    kept = model.state_dict()
    assert all(
        torch.equal(value, kept[name]) for name, value in changed.state_dict().items() if name.startswith("blocks")
    )
    for index, text in enumerate(texts):
        spelt = [before.index(text)] if text in before else tokenizer.encode(other.decode([index])).ids
        assert torch.allclose(changed.embedding.weight[index], model.embedding.weight[spelt].mean(0))
