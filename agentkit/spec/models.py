"""Which engine stands behind a tier, and with which options: one closed value per kind.

Knows nothing of the engines; `agentkit.models.load_model` turns one of these into a `Model`.
"""

from __future__ import annotations

import ipaddress
import re
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, JsonValue, field_validator, model_validator

from agentkit.spec.problems import BrokenRule
from agentkit.spec.shapes import is_mapping
from agentkit.types import Value

HOSTED = "https://api.openai.com/v1"
HOSTED_KEY = "OPENAI_API_KEY"
"""The variable that holds the key of the hosted service, and of no other server."""


class LlamaOptions(Value):
    """What both llama.cpp kinds share; None lets the engine choose from the weights and the machine."""

    context: int | None = Field(default=None, ge=128, description="Context length in tokens.")
    threads: int | None = Field(default=None, ge=1, description="CPU threads.")
    batch: int | None = Field(default=None, ge=1, description="Tokens per forward pass while reading the prompt.")
    gpu_layers: int = Field(default=0, ge=-1, description="Layers to offload to an accelerator; -1 is all.")
    dialect: str = Field(default="auto", description="How tools and calls are written for this model.")
    snapshots: bool = Field(default=True, description="Keep the key-value cache of a tool prefix on disk.")


class EmbeddedConfig(LlamaOptions):
    """The weights that ship with the package."""

    kind: Literal["embedded"] = "embedded"


class GgufConfig(LlamaOptions):
    """A GGUF file, loaded in process by llama.cpp."""

    kind: Literal["gguf"] = "gguf"
    path: str = Field(description="The file; relative to the spec.")


class OutlinesConfig(Value):
    """Any model that Outlines steers."""

    kind: Literal["outlines"] = "outlines"
    backend: Literal["transformers", "mlx", "vllm", "llamacpp"] = "transformers"
    model: str = Field(description="Name or folder of the weights, as the backend knows them.")
    device: str | None = Field(default=None, description="Where the backend puts the weights, e.g. `cpu`, `cuda`.")
    dialect: str = Field(default="auto", description="How tools and calls are written for this model.")
    options: dict[str, JsonValue] = Field(default_factory=dict, description="Passed to the backend as they are.")


class RemoteConfig(Value):
    """A server that speaks the OpenAI protocol: hosted, or llama-server, vLLM, Ollama, LM Studio."""

    kind: Literal["remote"] = "remote"
    model: str = Field(description="The server's name for the model.")
    base_url: str = Field(default=HOSTED, description="Where the server's `/v1` is.")
    api_key_env: str | None = Field(
        default=None,
        description=f"Environment variable that holds the key. Not given, it is `{HOSTED_KEY}` for "
        "https://api.openai.com, and no key is sent to any other server.",
    )
    output: Literal["auto", "tools", "json_schema", "text"] = Field(
        default="auto", description="How the server is asked for calls; `auto` tries them in this order."
    )
    timeout_s: float = Field(default=30.0, gt=0, description="Longest wait for one attempt, in seconds.")
    deadline_s: float = Field(default=60.0, gt=0, description="Longest wait for an answer over all attempts.")
    retries: int = Field(default=2, ge=0, le=10, description="Further attempts after a fault that may pass.")
    price_in: float = Field(default=0.0, ge=0, description="US dollars per million prompt tokens.")
    price_out: float = Field(default=0.0, ge=0, description="US dollars per million answer tokens.")
    logprobs: bool = Field(default=True, description="Ask for token probabilities where the server gives them.")
    options: dict[str, JsonValue] = Field(default_factory=dict, description="Added to each request's body.")
    on_device: bool | None = Field(
        default=None,
        description="Under `local`: whether what the server is sent stays on this machine; by default where "
        "`base_url` is on the loopback interface.",
    )

    @field_validator("base_url")
    @classmethod
    def _address(cls, given: str) -> str:
        if not _names_a_server(given):
            raise BrokenRule("should be an http(s) address with a host", "e.g. `base_url: http://127.0.0.1:8080/v1`")
        return given


class ScriptedCall(Value):
    """A call of a scripted answer; `name` may be a control such as `finish`."""

    name: str = Field(min_length=1, description="The tool, or a control.")
    arguments: dict[str, JsonValue] = Field(default_factory=dict, description="The arguments, by name.")


def _each_field(given: Any) -> Any:
    return {"tool": given} if isinstance(given, int | float) and not isinstance(given, bool) else given


_Probability = Annotated[float, Field(ge=0, le=1)]
_Probabilities = Annotated[
    dict[str, _Probability], BeforeValidator(_each_field, json_schema_input_type=_Probability | dict[str, _Probability])
]


class ScriptedAnswer(Value):
    """One answer of a script; without `p` its confidence is not known."""

    calls: tuple[ScriptedCall, ...] = Field(default=(), description="What the model proposes.")
    p: _Probabilities = Field(default_factory=dict, description="Probability of the tool, or by field: `0.hour: 0.6`.")
    text: str = Field(default="", description="What it says besides.")


class ScriptedConfig(Value):
    """A double that gives written answers in order, with token probabilities; for tests and dry runs."""

    kind: Literal["scripted"] = "scripted"
    path: str | None = Field(default=None, description="A file of answers (YAML or JSON); relative to the spec.")
    answers: tuple[ScriptedAnswer, ...] = Field(default=(), description="The answers, one for each step.")

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if ("answers" in self.model_fields_set) == (self.path is not None):
            raise BrokenRule(
                "should have either `answers` or the `path` of a file of them",
                "e.g. `answers: [{calls: [{name: set_alarm, arguments: {hour: 7}}]}]`",
            )
        return self


class CassetteConfig(Value):
    """A double that replays recorded exchanges, keyed by the request; records new ones from `inner`."""

    kind: Literal["cassette"] = "cassette"
    path: str = Field(description="The recording; relative to the spec.")
    mode: Literal["replay", "record", "auto"] = Field(
        default="replay", description="`auto` replays what is recorded and records the rest."
    )
    inner: ModelConfig | None = Field(default=None, description="The model that is recorded.")

    @model_validator(mode="after")
    def _recordable(self) -> Self:
        if self.mode != "replay" and self.inner is None:
            rule = f"is a cassette in mode `{self.mode}` without a model to record"
            raise BrokenRule(rule, "name the model as `inner:`, or replay with `mode: replay`")
        return self


def expand_model(given: Any) -> Any:
    """Let a tier be a word (`embedded`) or a path (`weights/x.gguf`), and a mapping go without an obvious `kind`."""
    if isinstance(given, str):
        return {"kind": "gguf", "path": given} if given.endswith(".gguf") or "/" in given else {"kind": given}
    if not is_mapping(given) or "kind" in given:
        return given
    if "base_url" in given:
        return {"kind": "remote", **given}
    if str(given.get("path", "")).endswith(".gguf"):
        return {"kind": "gguf", **given}
    return given


_BLANK = re.compile(r"[\s\x00-\x1f\x7f]")
_AnyConfig = Annotated[
    EmbeddedConfig | GgufConfig | OutlinesConfig | RemoteConfig | ScriptedConfig | CassetteConfig,
    Field(discriminator="kind"),
]

ModelConfig = Annotated[_AnyConfig, BeforeValidator(expand_model, json_schema_input_type=str | _AnyConfig)]
"""How to load one model; in YAML also just `embedded`, or the path of a GGUF file."""

KINDS = ("embedded", "gguf", "outlines", "remote", "scripted", "cassette")

CassetteConfig.model_rebuild()


def on_device(config: ModelConfig) -> bool:
    """Whether all that such a model is asked stays on this machine; a cassette is where the model it records is."""
    if isinstance(config, CassetteConfig):
        return config.inner is None or on_device(config.inner)
    if not isinstance(config, RemoteConfig):
        return True
    return on_loopback(config.base_url) if config.on_device is None else config.on_device


def is_hosted(url: str) -> bool:
    """Whether a URL names the hosted service, over TLS; no other address may be sent what an account there holds."""
    try:
        parts = urlsplit(url)
        return parts.scheme == "https" and parts.hostname == urlsplit(HOSTED).hostname and parts.port in {None, 443}
    except ValueError:
        return False


def key_variable(base_url: str, named: str | None) -> str | None:
    """The environment variable whose value is sent to a server as its key; None where no key may be sent."""
    return named or (HOSTED_KEY if is_hosted(base_url) else None)


def _names_a_server(url: str) -> bool:
    try:
        parts = urlsplit(url)
        (parts.hostname or "").encode("idna")
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0 and not _BLANK.search(url)
    except ValueError:  # brackets that do not close, a port that is no number, a name with an empty part
        return False


def on_loopback(url: str) -> bool:
    """Whether a URL names this machine by its loopback interface: localhost, ::1, or an address of 127.0.0.0/8."""
    try:
        host = urlsplit(url).hostname or ""
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
