"""Training: from converted rows to a checkpoint, on CPU or one GPU, resumable, with a log and a picture.

The batch of a step is a pure function of seed and step. With `steps` the whole run is; with `minutes` the clock decides
only when the rate decays and when the run ends. Knows nothing of where rows come from.
"""

# pyright: basic, reportMissingImports=false, reportMissingModuleSource=false
from __future__ import annotations

import csv
import json
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from agentkit.nano.model import SIZES, Decoder, Shape, block_mask
from agentkit.nano.optimizer import make_optimizers, rate_factor
from agentkit.nano.pack import Packed
from agentkit.nano.tokenizer import spelling_vectors

_CHECKPOINT = "checkpoint.pt"
_PAUSE_S = 120.0
_LOG_FIELDS = ("step", "positions", "seconds", "rate", "loss", "answer_loss", "dev_loss", "dev_token", "dev_decision")


@dataclass(frozen=True)
class TrainConfig:
    """The settings of a run; `minutes` 0 means that `steps` ends it."""

    size: str = "7m"
    length: int = 640
    batch: int = 10
    minutes: float = 0.0
    steps: int = 0
    seed: int = 0
    device: str = "cpu"
    threads: int = 0
    compile: bool = False
    workers: int = 1
    warm: int = 30
    decay: float = 0.4
    matrix_rate: float = 0.02
    other_rate: float = 3e-3
    spelling: bool = True
    log_every: int = 20
    dev_every_s: float = 240.0
    save_every_s: float = 240.0


@dataclass
class Progress:
    """Where a run stands; stored with each checkpoint."""

    step: int = 0
    positions: int = 0
    seconds: float = 0.0


class Trainer:
    """One run: model, optimizers, progress, log."""

    def __init__(
        self,
        config: TrainConfig,
        shape: Shape,
        tokens: list[str],
        out: Path,
        dev: Packed,
        *,
        start: Decoder | None = None,
    ) -> None:
        if config.threads:
            torch.set_num_threads(config.threads)
        torch.manual_seed(config.seed)
        self.config, self.out, self.dev, self.progress = config, out, dev, Progress()
        self.device = torch.device(config.device)
        self.model = start or Decoder(shape)
        if start is None and config.spelling:
            vectors = torch.from_numpy(spelling_vectors(tokens, shape.width, config.seed))
            self.model.embedding.weight.data.copy_(vectors * 0.02)
        self.model.to(self.device)
        self.optimizers = make_optimizers(self.model, config.matrix_rate, config.other_rate)
        self._states = torch.compile(self.model.states, dynamic=False) if config.compile else self.model.states
        self._began = time.monotonic()

    def resume(self) -> bool:
        """Load the checkpoint in the output folder, if there is one."""
        path = self.out / _CHECKPOINT
        if not path.exists():
            return False
        saved = torch.load(path, map_location=self.device, weights_only=True)
        self.model.load_state_dict(saved["model"])
        for optimizer, state in zip(self.optimizers, saved["optimizers"], strict=True):
            optimizer.load_state_dict(state)
        self.progress = Progress(**saved["progress"])
        return True

    def save(self) -> None:
        """Write the checkpoint; a crash in between leaves the old one."""
        state = {
            "model": self.model.state_dict(),
            "optimizers": [optimizer.state_dict() for optimizer in self.optimizers],
            "progress": asdict(self.progress),
            "shape": self.model.shape.to_json(),
            "config": asdict(self.config),
        }
        part = self.out / f"{_CHECKPOINT}.part"
        torch.save(state, part)
        part.replace(self.out / _CHECKPOINT)

    def run(self, batches: Any) -> None:
        """Train until minutes or steps are over; `batches` yields `Packed` from the step resumed at.

        A process that is stopped (SIGSTOP) and continued loses no more than two of its minutes.
        """
        saved = measured = now = time.monotonic()
        elapsed = 0.0
        while (fraction := self._fraction(elapsed)) < 1.0:
            factor = rate_factor(self.progress.step, self.config.warm, self._decayed(fraction))
            loss, answer = self.step(next(batches), factor)
            spent, now = min(time.monotonic() - now, _PAUSE_S), time.monotonic()
            elapsed += spent
            self.progress.step += 1
            self.progress.seconds += spent
            if self.progress.step % self.config.log_every == 0:
                due = now - measured >= self.config.dev_every_s
                measured = now if due else measured
                self.log(factor, float(loss), float(answer), dev=due)
            if now - saved >= self.config.save_every_s:
                saved = now
                self.save()
        self.save()
        self.log(0.0, float("nan"), float("nan"), dev=True)

    def _fraction(self, elapsed: float) -> float:
        if self.config.minutes:
            return elapsed / (self.config.minutes * 60)
        return self.progress.step / max(1, self.config.steps)

    def _decayed(self, fraction: float) -> float:
        constant = 1.0 - self.config.decay
        return max(0.0, (fraction - constant) / self.config.decay) if self.config.decay else 0.0

    def step(self, packed: Packed, factor: float) -> tuple[Tensor, Tensor]:
        """One update; returns the weighted loss and the loss on answer tokens."""
        for optimizer in self.optimizers:
            for group in optimizer.param_groups:
                group["lr"] = group["base"] * factor
        losses, weights, _ = self._losses(packed)
        loss = (losses * weights).sum() / weights.sum()
        loss.backward()
        others = [p for name, p in self.model.named_parameters() if p.dim() != 2 or "embedding" in name]
        nn.utils.clip_grad_norm_(others, 1.0)
        for optimizer in self.optimizers:
            optimizer.step()
        self.model.zero_grad(set_to_none=True)
        self.progress.positions += packed.ids.size
        return loss.detach(), losses.detach()[weights >= 1].mean()

    def _losses(self, packed: Packed) -> tuple[Tensor, Tensor, Tensor]:
        """Loss, weight and whether the likeliest token is right, for every position that counts."""
        ids, segments, positions, weights = (
            torch.from_numpy(array.astype(kind)).to(self.device, non_blocking=True)
            for array, kind in (
                (packed.ids, np.int64),
                (packed.segments, np.int64),
                (packed.positions, np.int64),
                (packed.weights, np.float32),
            )
        )
        counted = weights[:, 1:] > 0
        with torch.autocast(self.device.type, torch.bfloat16):
            states = self._states(ids, positions, block_mask(segments, torch.bfloat16))
            logits = self.model.logits(states[:, :-1][counted]).float()
        targets = ids[:, 1:][counted]
        return F.cross_entropy(logits, targets, reduction="none"), weights[:, 1:][counted], logits.argmax(-1) == targets

    @torch.no_grad()
    def measure(self) -> tuple[float, float, float]:
        """On unseen tools: answer loss, share of answer tokens right, share of decision tokens right."""
        total = right = count = decided = decisions = 0.0
        size = self.config.batch
        for first in range(0, len(self.dev) - size + 1, size):
            part = slice(first, first + size)
            packed = Packed(
                self.dev.ids[part], self.dev.segments[part], self.dev.positions[part], self.dev.weights[part]
            )
            losses, weights, correct = self._losses(packed)
            answer, decision = weights >= 1, weights > 1
            total += float(losses[answer].sum())
            right += float(correct[answer].sum())
            count += float(answer.sum())
            decided += float(correct[decision].sum())
            decisions += float(decision.sum())
        return total / count, right / count, decided / decisions

    def log(self, rate: float, loss: float, answer: float, *, dev: bool) -> None:
        """Append a line to `log.csv`, with the dev measures when `dev`, and redraw the picture then."""
        path = self.out / "log.csv"
        fresh = not path.exists()
        measured = [f"{value:.4f}" for value in self.measure()] if dev else ["", "", ""]
        progress = self.progress
        with path.open("a", newline="", encoding="utf-8") as out:
            writer = csv.writer(out)
            if fresh:
                writer.writerow(_LOG_FIELDS)
            seconds = f"{progress.seconds:.1f}"
            writer.writerow(
                [progress.step, progress.positions, seconds, f"{rate:.3f}", f"{loss:.4f}", f"{answer:.4f}", *measured]
            )
        if dev:
            draw(path, self.out / "curve.png")


def draw(log: Path, picture: Path) -> None:
    """The learning curve as a picture: answer loss in training and on unseen tools, against positions."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    with log.open(newline="", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    figure, left = plt.subplots(figsize=(7, 4))
    right = left.twinx()
    seen = [row for row in rows if row["dev_loss"]]
    left.plot([int(row["positions"]) / 1e6 for row in rows], [float(row["answer_loss"]) for row in rows], lw=0.6)
    left.plot([int(row["positions"]) / 1e6 for row in seen], [float(row["dev_loss"]) for row in seen], "o-")
    right.plot([int(row["positions"]) / 1e6 for row in seen], [float(row["dev_decision"]) for row in seen], "g^-")
    left.set(xlabel="positions (millions)", ylabel="answer loss: training, unseen tools", yscale="log")
    right.set(ylabel="decision tokens right, unseen tools", ylim=(0, 1))
    figure.tight_layout()
    figure.savefig(picture, dpi=110)
    plt.close(figure)


def shape_for(config: TrainConfig, vocabulary: int) -> Shape:
    """The named shape with the vocabulary that the tokenizer has."""
    return Shape(**{**SIZES[config.size].to_json(), "vocabulary": vocabulary})


def save_settings(config: TrainConfig, shape: Shape, out: Path) -> None:
    """Write `run.json`: what was run, for the model card."""
    settings = {"config": asdict(config), "shape": shape.to_json(), "torch": torch.__version__}
    (out / "run.json").write_text(json.dumps(settings, indent=2) + "\n", encoding="utf-8")
