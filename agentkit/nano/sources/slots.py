"""Converters of spoken requests with marked slots: SNIPS, HWU64, SLURP, TOP (English side), Bot Framework LU.

An intent becomes a tool whose parameters are the slots seen with it.
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from agentkit.nano.rows import Shard
from agentkit.nano.sources.intents import INTENTS
from agentkit.nano.wording import normal, words

Slots = Sequence[tuple[str, str]]
_HWU = "CrossValidation/autoGeneFromRealAnno/autoGene_2018_03_22-13_01_25_169/CrossValidation/KFold_1/trainset"
_PER_INTENT = 400


class SlotBook:
    """Collects requests with slots by intent, then gives the tools their parameters."""

    def __init__(self, source: str, licence: str, *, share_alike: bool = False) -> None:
        self._shard = Shard(source, licence, share_alike)
        self._slots: dict[str, Counter[str]] = {}
        self._rows: list[tuple[str, str, Slots, str]] = []
        self._seen: set[tuple[str, str]] = set()

    def add(self, intent: str, request: str, slots: Slots, group: str = "") -> None:
        """Add one request; repeated slots and repeated requests are left out."""
        text = " ".join(request.split())
        if len({name for name, _ in slots}) < len(slots) or (intent, normal(text)) in self._seen or not normal(text):
            return
        if any(value not in text for _, value in slots):
            return
        self._seen.add((intent, normal(text)))
        self._slots.setdefault(intent, Counter()).update(name for name, _ in slots)
        self._rows.append((intent, text, slots, group))

    def shard(self, least: int = 3) -> Shard:
        """The shard of all intents with at least `least` requests."""
        count = Counter(intent for intent, *_ in self._rows)
        groups = {intent: group for intent, _, _, group in self._rows}
        kept: dict[str, set[str]] = {}
        for intent, slots in self._slots.items():
            if count[intent] < least:
                continue
            names = [name for name, seen in slots.most_common(7) if seen > 1 or len(slots) < 4]
            kept[intent] = set(names)
            properties = {name: {"type": "string"} for name in names}
            description = INTENTS.get(intent, words(intent).capitalize())
            self._shard.tool(intent, description, properties, group=groups[intent])
        for intent, text, slots, group in self._rows:
            if intent in kept and all(name in kept[intent] for name, _ in slots):
                self._shard.ask(text, [(intent, dict(slots))], group=group)
        return self._shard


def snips(folder: Path) -> Shard:
    """Seven intents, 14k requests."""
    book = SlotBook("snips", "CC0-1.0")
    for path in sorted((folder / "2017-06-custom-intent-engines").glob("*/train_*_full.json")):
        intent = path.parent.name
        for record in json.loads(path.read_bytes().decode("utf-8", "replace"))[intent]:
            parts = record["data"]
            slots = [(part["entity"], part["text"].strip()) for part in parts if "entity" in part]
            book.add(intent, "".join(part["text"] for part in parts), slots, "snips")
    return book.shard()


def hwu64(folder: Path) -> Shard:
    """Home-assistant requests, fold 1, training part."""
    book = SlotBook("hwu64", "CC-BY-4.0")
    for path in sorted((folder / _HWU).glob("*.csv")):
        with path.open(encoding="utf-8", errors="replace", newline="") as lines:
            for row in csv.DictReader(lines, delimiter=";"):
                text = row["answer_annotation"]
                slots = [(n.strip().replace(" ", "_"), v.strip()) for n, v in _bracketed(text)]
                plain = re.sub(r"\[[^:\]]+:\s*([^\]]+?)\s*\]", r"\1", text)
                book.add(f"{row['scenario']}_{row['intent']}", plain, slots, row["scenario"])
    return book.shard()


def slurp(folder: Path) -> Shard:
    """The development part's text; the same collection as HWU64 (removed again where the text repeats)."""
    book = SlotBook("slurp_devel", "CC-BY-4.0")
    with (folder / "dataset/slurp/devel.jsonl").open(encoding="utf-8") as lines:
        for record in map(json.loads, lines):
            slots = [(n.strip(), v.strip()) for n, v in _bracketed(record["sentence_annotation"])]
            book.add(record["intent"], record["sentence"], slots, record["scenario"])
    return book.shard()


def _bracketed(text: str) -> list[tuple[str, str]]:
    return re.findall(r"\[([^:\]]+):([^\]]+)\]", text)


def hinglish_top(folder: Path) -> Shard:
    """English requests with nested parses; a slot's value is its plain text, at the top level only."""
    book = SlotBook("hinglish_top_english", "CC-BY-SA (derived from TOPv2)", share_alike=True)
    for part in ("train", "validation", "test"):
        path = folder / "Dataset/Human Annotated Data" / f"{part}.tsv"
        with path.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
                parse = row.get("en_parse") or ""
                match = re.match(r"\[IN:(\w+) ", parse)
                if match and "UNSUPPORTED" not in parse:
                    intent = match.group(1).lower()
                    book.add(intent, row["en_query"], list(_top_slots(parse)), intent.split("_")[-1])
    return book.shard()


def _top_slots(parse: str) -> Iterator[tuple[str, str]]:
    depth, name, value = 0, "", list[str]()
    for word in parse.split():
        if word.startswith("["):
            depth += 1
            if depth == 2 and word.startswith("[SL:"):
                name, value = word[4:].lower(), []
        elif word == "]":
            if depth == 2 and name:
                yield name, " ".join(value)
                name = ""
            depth -= 1
        elif name:
            value.append(word)


def botframework(folder: Path) -> Shard:
    """Requests of the skills' English LU files; `{slot=value}` marks slots."""
    book = SlotBook("botframework_lu", "MIT")
    count: Counter[str] = Counter()
    for path in sorted(folder.rglob("*.lu")):
        if "en-us" not in str(path) or "General" in path.name or "Dialog" in path.name:
            continue
        intent = ""
        for line in path.read_text("utf-8-sig", errors="replace").splitlines():
            text = line.strip()
            heading = re.match(r"#+ ?(\w+)$", text)
            if heading or text.startswith("#"):
                intent = heading.group(1) if heading else ""
            elif intent and intent.lower() != "none" and re.match(r"[-*+] ", text) and not re.search(r"[@\[]", text):
                slots = [
                    (n.strip().replace(" ", "_"), v.strip()) for n, v in re.findall(r"\{([\w ]+)=([^{}]*)\}", text)
                ]
                plain = re.sub(r"\{[\w ]+=([^{}]*)\}", r"\1", text[2:])
                count[intent] += 1
                if "{" not in plain and count[intent] <= _PER_INTENT:
                    book.add(intent, plain, slots, path.stem)
    return book.shard()
