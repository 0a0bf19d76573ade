"""What a tool may know of the run it is called in.

Knows nothing of models, of schemas or of who runs the tool.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from typing import Any, Generic, cast

from typing_extensions import TypeVar

from agentkit.cancel import Cancel
from agentkit.errors import WiringError

Deps = TypeVar("Deps", default=Any)
Wanted = TypeVar("Wanted")


def local_now() -> datetime:
    """The local time, with its offset."""
    seconds = time.time()
    here = time.localtime(seconds)
    return datetime.fromtimestamp(seconds, _zone(here.tm_gmtoff, here.tm_zone))


@lru_cache(maxsize=8)
def _zone(offset: int, name: str) -> timezone:
    return timezone(timedelta(seconds=offset), name)


@dataclass(frozen=True, kw_only=True)
class Context(Generic[Deps]):
    """One call's surroundings; a parameter annotated `Context` receives it and is not shown to the model.

    `task` is what the run was asked to do, `deps` what the caller handed to the agent, `now` the local time with its
    offset, `idempotency_key` the same string whenever the same call is tried again, `cancel` the flag that a long tool
    polls. In a run a context stands for one step: what was listed for it (`memo`) is not listed again.
    """

    run_id: str = ""
    task: str = ""
    call_id: str = ""
    idempotency_key: str = ""
    deps: Deps = cast(Any, None)  # noqa: RUF009 - no call at run time that could share state
    now: datetime = field(default_factory=local_now)
    cancel: Cancel = field(default_factory=Cancel)
    on_progress: Callable[[str], None] | None = None
    memo: dict[object, Any] = field(default_factory=dict[object, Any], init=False, repr=False, compare=False)

    def of_call(self, call_id: str, idempotency_key: str, cancel: Cancel) -> Context[Deps]:
        """The same moment as one call of it sees it; what was listed for the moment is not listed again."""
        return self._with(call_id=call_id, idempotency_key=idempotency_key, cancel=cancel)

    def at(self, now: datetime) -> Context[Deps]:
        """The same surroundings at another moment: nothing is remembered."""
        return self._with(now=now, memo={})

    def later(self) -> Context[Deps]:
        """The same surroundings once something changed: nothing is remembered."""
        return self._with(memo={})

    def _with(self, **changes: Any) -> Context[Deps]:
        """A copy with some fields replaced; the steps of a run make many."""
        made = object.__new__(type(self))
        vars(made).update(vars(self), **changes)
        return made

    def progress(self, text: str) -> None:
        """Tell whoever watches the run how far a long call has come."""
        if self.on_progress is not None:
            self.on_progress(text)

    def find(self, wanted: type[Wanted], name: str = "") -> Wanted | None:
        """The dependency of type `wanted`, or None.

        That is `deps` itself or, in a mapping, a sequence or an object, the first value of that type; with `name` only
        the entry or attribute of that name. Two packs can so share one `deps`: `{"notes": Path(…), "files": Path(…)}`.
        """
        return next((value for value in _values(self.deps, name) if isinstance(value, wanted)), None)

    def need(self, wanted: type[Wanted], name: str = "") -> Wanted:
        """Like `find`, but raises `WiringError` when the agent was given no such dependency."""
        found = self.find(wanted, name)
        if found is None:
            entry = f'{{"{name}": {wanted.__name__}(…)}}' if name else f"{wanted.__name__}(…)"
            kind = f"{'an' if wanted.__name__[0] in 'AEIO' else 'a'} {wanted.__name__}"
            raise WiringError(
                f"a tool needs {kind}{f' named `{name}`' if name else ''} and the agent was given none",
                hint=f"pass it as `deps`: Agent(…, deps={entry}), or name a `setup` in the spec",
            )
        return found


def _values(deps: object, name: str) -> Iterable[object]:
    if isinstance(deps, Mapping):
        entries = cast(Mapping[object, object], deps)
        yield from [entries[name]] if name in entries else [] if name else [deps, *entries.values()]
        return
    yield deps
    if isinstance(deps, Sequence) and not isinstance(deps, str | bytes):
        yield from cast(Sequence[object], deps)
    elif name:
        yield getattr(deps, name, None)
