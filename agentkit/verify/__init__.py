"""Checks on a proposal, cheapest first, and what they add up to."""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from agentkit.errors import WiringError
from agentkit.verify.answers import Grounding
from agentkit.verify.beside import beside, calibration_for, write_beside
from agentkit.verify.calibrate import Calibrator, load_calibration
from agentkit.verify.canonical import call_key, calls_key, canonical, tool_ids
from agentkit.verify.cascade import Calibration, Cascade
from agentkit.verify.checks import PolicyCheck, SchemaCheck, dry_run, precondition, repetition, semantic
from agentkit.verify.fitting import fit, split
from agentkit.verify.references import PathError, Reference
from agentkit.verify.scene import Finding, PerCall, Scene, Verifier, is_verifier, summed_up
from agentkit.verify.score import FEATURES, features, raw_score
from agentkit.verify.taint import taint as _taint
from agentkit.verify.votes import Agreement, Judge

BUILT_IN: dict[str, Callable[..., Verifier]] = {
    "policy": PolicyCheck,
    "repetition": lambda: PerCall("repetition", 0.01, repetition),
    "schema": SchemaCheck,
    "semantic": lambda: PerCall("semantic", 0.1, semantic),
    "precondition": lambda: PerCall("precondition", 0.2, precondition),
    "taint": lambda: PerCall("taint", 0.3, _taint),
    "grounding": Grounding,
    "agreement": Agreement,
    "dry_run": lambda: PerCall("dry_run", 5.0, dry_run),
}
"""How each built-in verifier is made; `judge` needs a model and is made with `Judge(model)`."""


def default_verifiers(
    names: Iterable[str] | None = None, options: Mapping[str, Mapping[str, Any]] | None = None
) -> tuple[Verifier, ...]:
    """The built-in verifiers of these names, all by default, in the order of their declared prices.

    `options` gives, by verifier, the keyword arguments it is made with: `{"policy": {"allowed": ["read"]}}`. Raises
    `WiringError` on an unknown name or option.
    """
    wanted = list(BUILT_IN) if names is None else list(names)
    for name in wanted:
        if name not in BUILT_IN:
            near = difflib.get_close_matches(name, BUILT_IN, n=1)
            hint = f"did you mean `{near[0]}`?" if near else f"the verifiers are {', '.join(BUILT_IN)}"
            hint = "make it with `Judge(model)`" if name == "judge" else hint
            raise WiringError(f"there is no built-in verifier `{name}`", hint=hint)
    return tuple(made_with(name, BUILT_IN[name], (options or {}).get(name, {})) for name in BUILT_IN if name in wanted)


def made_with(name: str, make: Callable[..., Verifier], options: Mapping[str, Any]) -> Verifier:
    """The verifier that `make` gives with these options; raises `WiringError` where they do not fit it."""
    takes = list(inspect.signature(make).parameters)
    for option in options:
        if option not in takes:
            near = difflib.get_close_matches(option, takes, n=1)
            listed = f"its options are {', '.join(takes)}" if takes else f"write `{name}` alone; it takes no options"
            hint = f"did you mean `{near[0]}`?" if near else listed
            raise WiringError(f"the verifier `{name}` has no option `{option}`", hint=hint)
    try:
        return make(**options)
    except (TypeError, ValueError) as error:
        shown = ", ".join(f"{option}: {value}" for option, value in options.items())
        raise WiringError(f"the options {shown} do not fit the verifier `{name}`", hint=str(error)) from error


__all__ = [
    "BUILT_IN",
    "FEATURES",
    "Agreement",
    "Calibration",
    "Calibrator",
    "Cascade",
    "Finding",
    "Grounding",
    "Judge",
    "PathError",
    "PerCall",
    "PolicyCheck",
    "Reference",
    "Scene",
    "SchemaCheck",
    "Verifier",
    "beside",
    "calibration_for",
    "call_key",
    "calls_key",
    "canonical",
    "default_verifiers",
    "features",
    "fit",
    "is_verifier",
    "load_calibration",
    "made_with",
    "raw_score",
    "split",
    "summed_up",
    "tool_ids",
    "write_beside",
]
