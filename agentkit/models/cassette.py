"""A model that replays recorded answers, keyed by the request, and records new ones from another model.

A request that was not recorded is an error that names the fields in which it differs from the nearest recorded one.
The file is JSON lines, one exchange each, to be read and compared by people too. Knows nothing of what the inner model
is; what it holds is what that model was sent, so a cassette behind an escalation holds placeholders.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import JsonValue, ValidationError

from agentkit.errors import ContextOverflowError, RemoteError, RemoteFault, RunError, WiringError
from agentkit.models.base import Cancel, Model
from agentkit.models.base import on_device as runs_here
from agentkit.spec.models import on_device
from agentkit.types import JsonObject, Proposal, ProposeRequest, Value

if TYPE_CHECKING:
    from agentkit.spec.models import CassetteConfig

_CLOCK = "now: "
_SHOWN = 3
_WIDTH = 60


class CassetteMissError(RunError):
    """A request that the cassette does not hold."""


class _Failure(Value):
    """A recorded failure of the inner model."""

    kind: Literal["remote", "overflow"]
    message: str
    status: RemoteFault = "down"

    def error(self) -> RunError:
        if self.kind == "overflow":
            return ContextOverflowError(self.message)
        return RemoteError(self.message, status=self.status)


class _Entry(Value):
    """One recorded exchange: a proposal or a failure."""

    key: str
    request: JsonObject
    proposal: Proposal | None = None
    failure: _Failure | None = None


class CassetteModel:
    """Replays what a file holds; `record` starts it anew from `inner`, `auto` records what is missing.

    A request that was recorded several times is answered in the recorded order, the last answer again and again.
    The fact that tells the time (`now: …`) takes no part in the key, nor do fields of the request named in `ignore`.
    `on_device` says whether the recorded model is on this machine; None asks `inner`. One that is not is asked with
    placeholders, also while it is replayed.
    Safe to call from several threads.
    """

    def __init__(
        self,
        path: Path,
        *,
        mode: Literal["replay", "record", "auto"] = "replay",
        inner: Model | None = None,
        ignore: tuple[str, ...] = (),
        on_device: bool | None = None,
    ) -> None:
        unknown = sorted(set(ignore) - ProposeRequest.model_fields.keys())
        if unknown:
            hint = f"the fields are {', '.join(ProposeRequest.model_fields)}"
            raise WiringError(f"`ignore` names {unknown[0]!r}, which is no field of a request", hint=hint)
        if mode != "replay" and inner is None:
            raise WiringError(f"a cassette in mode `{mode}` needs the model to record", hint="give it as `inner`")
        self._path, self._mode, self._inner, self._ignore = path, mode, inner, ignore
        self.on_device = inner is None or runs_here(inner) if on_device is None else on_device
        self._lock = threading.Lock()
        self._played: Counter[str] = Counter()
        if mode == "record":
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("", encoding="utf-8")
        self._entries = _read(path, missing_ok=mode != "replay")

    @classmethod
    def from_config(cls, config: CassetteConfig) -> CassetteModel:
        """The cassette of a spec; the inner model is loaded only where it may be needed."""
        from agentkit.models import load_model

        inner = None if config.inner is None or config.mode == "replay" else load_model(config.inner)
        return cls(Path(config.path), mode=config.mode, inner=inner, on_device=on_device(config))

    @property
    def name(self) -> str:
        """The name of the recorded model; that of the file before anything is recorded."""
        if self._inner is not None:
            return self._inner.name
        names = (entry.proposal.model for entry in self._entries if entry.proposal is not None)
        return next(names, self._path.stem)

    def propose(self, request: ProposeRequest, *, cancel: Cancel | None = None) -> Proposal:
        """The recorded answer; raises `CassetteMissError` when there is none and nothing to record from."""
        if cancel is not None:
            cancel.check()
        sent = self._keyed(request)
        key = hashlib.sha256(json.dumps(sent, sort_keys=True).encode()).hexdigest()[:16]
        entry = None if self._mode == "record" else self._next(key)
        if entry is None:
            if self._inner is None:
                raise self._miss(sent)
            entry = self._record(self._inner, key, sent, request, cancel)
        if entry.failure is not None:
            raise entry.failure.error()
        assert entry.proposal is not None
        return entry.proposal

    def close(self) -> None:
        """Close the inner model."""
        if self._inner is not None:
            self._inner.close()

    def _keyed(self, request: ProposeRequest) -> JsonObject:
        facts = tuple(fact for fact in request.facts if not fact.startswith(_CLOCK))
        return request.model_copy(update={"facts": facts}).model_dump(mode="json", exclude=set(self._ignore))

    def _next(self, key: str) -> _Entry | None:
        with self._lock:
            found = [entry for entry in self._entries if entry.key == key]
            position = self._played[key]
            self._played[key] += 1
        return found[min(position, len(found) - 1)] if found else None

    def _record(
        self, inner: Model, key: str, sent: JsonObject, request: ProposeRequest, cancel: Cancel | None
    ) -> _Entry:
        proposal, failure = None, None
        try:
            proposal = inner.propose(request, cancel=cancel)
        except RemoteError as error:
            failure = _Failure(kind="remote", message=error.message, status=error.status)
        except ContextOverflowError as error:
            failure = _Failure(kind="overflow", message=error.message)
        entry = _Entry(key=key, request=sent, proposal=proposal, failure=failure)
        with self._lock:
            self._entries.append(entry)
            self._played[key] += 1
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("a", encoding="utf-8") as file:
                file.write(entry.model_dump_json(exclude_defaults=True) + "\n")
        return entry

    def _miss(self, sent: JsonObject) -> CassetteMissError:
        hint = "record it: mode `auto` with an `inner` model"
        if not self._entries:
            return CassetteMissError(f"the cassette {self._path} is empty", hint=hint)
        asked = dict(_leaves(sent))
        compared = [
            (_differences(dict(_leaves(entry.request)), asked), index) for index, entry in enumerate(self._entries)
        ]
        differences, index = min(compared, key=lambda one: (len(one[0]), one[1]))
        shown = "; ".join(differences[:_SHOWN])
        more = f"; and {len(differences) - _SHOWN} more" if len(differences) > _SHOWN else ""
        return CassetteMissError(
            f"the cassette {self._path} does not hold this request; the nearest, line {index + 1}, differs in "
            f"{shown or 'nothing that is compared'}{more}",
            hint=hint,
        )


def _read(path: Path, *, missing_ok: bool) -> list[_Entry]:
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except FileNotFoundError as error:
        if missing_ok:
            return []
        raise WiringError(
            f"there is no cassette {path}", hint="record one: mode `record` with an `inner` model"
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        hint = "check its permissions, or record it again: mode `record` with an `inner` model"
        raise WiringError(f"cannot read the cassette {path}: {error}", hint=hint) from error
    entries: list[_Entry] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            entries.append(_Entry.model_validate_json(line))
        except ValidationError as error:
            text = f"{path}:{number}: not a recorded exchange: {error.errors()[0]['msg']}"
            raise WiringError(text, hint="record the cassette again") from error
    return entries


def _leaves(value: JsonValue, path: str = "") -> Iterator[tuple[str, JsonValue]]:
    """The scalars of a JSON value by path (`messages[1].content`); an empty container is a leaf."""
    if isinstance(value, dict) and value:
        for key, item in value.items():
            yield from _leaves(item, f"{path}.{key}" if path else key)
    elif isinstance(value, list) and value:
        for index, item in enumerate(value):
            yield from _leaves(item, f"{path}[{index}]")
    else:
        yield path, value


def _differences(recorded: dict[str, JsonValue], asked: dict[str, JsonValue]) -> list[str]:
    """A phrase for each path whose values differ, in the order of the request."""
    paths = [*asked, *(path for path in recorded if path not in asked)]
    missing: Any = object()
    return [
        f"`{path}`: recorded {_shown(recorded, path)}, asked {_shown(asked, path)}"
        for path in paths
        if recorded.get(path, missing) != asked.get(path, missing)
    ]


def _shown(values: dict[str, JsonValue], path: str) -> str:
    text = json.dumps(values[path], ensure_ascii=False) if path in values else "nothing"
    return text if len(text) <= _WIDTH else text[: _WIDTH - 1] + "…"
