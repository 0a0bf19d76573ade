"""Converters of public data sets into shards: one function per set, looked up here by the set's name.

Data are read from the folder given by the user and never shipped. Scoreboards are not among the sets.
"""

from __future__ import annotations

import tarfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from agentkit.errors import WiringError
from agentkit.nano.rows import Shard
from agentkit.nano.sources import (
    dialogues,
    expressions,
    functions,
    home,
    phone,
    programs,
    schema_pool,
    screens,
    selection,
    slots,
)

POOL = "schema_pool"

SETS: dict[str, Callable[[Path], Shard]] = {
    "pythonic_fc": functions.pythonic_fc,
    "seal_tools": functions.seal_tools,
    "api_bank_lv3": functions.api_bank,
    "glaive_demo": functions.glaive,
    "droidcall": phone.droidcall,
    "rma_mobile": phone.rma_mobile,
    "autodroid_ui": screens.autodroid_ui,
    "snips": slots.snips,
    "hwu64": slots.hwu64,
    "slurp_devel": slots.slurp,
    "hinglish_top_english": slots.hinglish_top,
    "botframework_lu": slots.botframework,
    "sgd": dialogues.sgd,
    "star": dialogues.star,
    "taskmaster4": dialogues.taskmaster4,
    "home_llm": home.home_llm,
    "ohf_intents": home.ohf_intents,
    "thingpedia": programs.thingpedia,
    "typeagent": programs.typeagent,
    "recognizers_text": expressions.recognizers,
    "metatool": selection.metatool,
    "clinc150": selection.clinc150,
    "banking77": selection.banking77,
}


def convert(name: str, data: Path, scratch: Path) -> Shard:
    """Convert one set (or one file of the schema pool) found in `data`, unpacking its archive into `scratch`.

    Raises `WiringError` when the set is not there.
    """
    if name in schema_pool.LICENCES:
        folder = data / POOL
        if not (folder / f"{name}.jsonl.gz").exists():
            raise WiringError(
                f"no {name}.jsonl.gz in {folder}", hint="give the folder that holds schema_pool/ as --data"
            )
        return partial(schema_pool.convert, source=name)(folder)
    return SETS[name](_folder(name, data, scratch))


def _folder(name: str, data: Path, scratch: Path) -> Path:
    if (data / name).is_dir():
        return data / name
    archive = data / f"{name}.tar.gz"
    if not archive.exists():
        raise WiringError(f"neither {data / name} nor {archive} exists", hint="give the data sets' folder as --data")
    if not (scratch / name).is_dir():
        with tarfile.open(archive) as packed:
            packed.extractall(scratch, filter="data")
    return scratch / name


def all_names() -> tuple[str, ...]:
    """Every set that can be converted."""
    return (*SETS, *schema_pool.LICENCES)
