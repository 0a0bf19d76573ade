"""`agentkit doctor` knows every extra of the package and every library behind Outlines."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from types import SimpleNamespace

import pytest

from agentkit.cli import extras, probes
from agentkit.cli.extras import EXTRAS, OPTIONAL, mlx
from agentkit.cli.probes import State
from agentkit.models.outlines_hosts import _LIBRARIES  # pyright: ignore[reportPrivateUsage]

PROJECT = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
DECLARED = {
    name: tuple(re.split(r"[<>=~!]", each)[0] for each in requirements)
    for name, requirements in PROJECT["optional-dependencies"].items()
}


def never(_name: str) -> None:
    """No package is found."""


def nothing(_package: str) -> str:
    return ""


def one(_package: str) -> str:
    return "1.0"


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine on which no package is installed."""
    monkeypatch.setattr(probes, "find_spec", never)
    monkeypatch.setattr(extras, "release", nothing)
    monkeypatch.setattr(probes, "release", nothing)


@pytest.mark.usefixtures("bare")
def test_every_extra_is_named_where_it_is_not_installed() -> None:
    needs = "\n".join(probe().needs for _, probe in OPTIONAL)
    assert set(re.findall(r"agentkit-slm\[(\w+)\]", needs)) == DECLARED.keys()


def test_the_packages_of_an_extra_are_those_it_is_declared_with() -> None:
    assert {name: packages for name, (_, packages) in EXTRAS.items()} == {name: DECLARED[name] for name in EXTRAS}


@pytest.mark.usefixtures("bare")
def test_every_backend_of_outlines_has_a_line() -> None:
    said = "\n".join(f"{finding.detail} {finding.needs}" for finding in (probe() for _, probe in OPTIONAL))
    for backend, (_, packages) in _LIBRARIES.items():
        assert f"`backend: {backend}`" in said
        assert backend == "llamacpp" or all(package in said for package in packages.split())


def test_what_is_there_of_an_extra_and_what_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extras, "release", {"torch": "2.9", "gguf": "0.17"}.get)
    finding = dict(OPTIONAL)["train"]()
    assert finding.state is State.MISSING
    assert finding.detail.startswith("not installed: tokenizers, matplotlib (torch 2.9, gguf 0.17 is)")
    monkeypatch.setattr(extras, "release", one)
    finding = dict(OPTIONAL)["train"]()
    assert (finding.state, finding.needs) == (State.OK, "")
    assert finding.detail.startswith("torch 1.0, tokenizers 1.0, gguf 1.0, matplotlib 1.0; for training")


def test_mlx_is_for_apple_silicon_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extras, "sys", SimpleNamespace(platform="linux"))
    assert "a Mac with Apple silicon" in mlx().needs
    monkeypatch.setattr(extras, "sys", SimpleNamespace(platform="darwin"))
    monkeypatch.setattr("platform.machine", lambda: "arm64")
    monkeypatch.setattr(probes, "release", nothing)
    assert mlx().needs == "pip install mlx-lm"
    monkeypatch.setattr(probes, "release", one)
    monkeypatch.setattr(probes, "find_spec", one)
    assert mlx().state is State.OK
