"""The probes for what need not be there: the extras of the package, the libraries behind Outlines, devices, a key.

Knows nothing of how findings are shown.
"""

from __future__ import annotations

import platform
import sys

from agentkit.cli.probes import Finding, Probe, State, android, chromium, installed, release, remote

EXTRAS: dict[str, tuple[str, tuple[str, ...]]] = {
    "miniwob": ("for MiniWoB++, web pages to try an agent on", ("miniwob",)),
    "train": ("for training weights, `python -m agentkit.nano`", ("torch", "tokenizers", "gguf", "matplotlib")),
    "bench": ("for comparisons, `benchmarks/`", ("pydantic-ai-slim", "smolagents", "gguf", "numba")),
    "dev": (
        "for the tests and checks of agentkit itself",
        (
            "pytest",
            "pytest-timeout",
            "hypothesis",
            "ruff",
            "pyright",
            "pre-commit",
            "adbutils",
            "playwright",
            "miniwob",
        ),
    ),
}
"""What an extra is for, and the packages that it brings; `phone` and `web` have probes of their own."""


def packages(name: str, names: tuple[str, ...], *, use: str, needs: str) -> Probe:
    """A probe for a part of several packages: which are there, in which version, and which are not."""

    def probe() -> Finding:
        found = {each: release(each) for each in names}
        there = ", ".join(f"{each} {number}" for each, number in found.items() if number)
        absent = ", ".join(each for each, number in found.items() if not number)
        if not absent:
            return Finding(name, State.OK, f"{there}; {use}")
        return Finding(name, State.MISSING, f"not installed: {absent}{f' ({there} is)' if there else ''}; {use}", needs)

    return probe


def mlx() -> Finding:
    """MLX, which runs on Apple silicon alone."""
    use = "for `backend: mlx` of outlines"
    if sys.platform != "darwin" or platform.machine() != "arm64":
        here = f"{platform.system()} {platform.machine()}"
        return Finding("mlx", State.MISSING, f"not for {here}; {use}", "a Mac with Apple silicon, and mlx-lm on it")
    return installed("mlx", "mlx-lm", "mlx_lm", needs="pip install mlx-lm", use=use)()


_OUTLINES = "for `kind: outlines`; its `backend: llamacpp` needs no more"
OPTIONAL: tuple[tuple[str, Probe], ...] = (
    ("outlines", installed("outlines", "outlines", "outlines", needs="pip install outlines", use=_OUTLINES)),
    (
        "transformers",
        packages(
            "transformers",
            ("transformers", "torch"),
            use="for `backend: transformers` of outlines",
            needs="pip install transformers torch",
        ),
    ),
    ("mlx", mlx),
    (
        "vllm",
        packages("vllm", ("vllm",), use="for `backend: vllm` of outlines", needs="pip install vllm, on Linux"),
    ),
    ("openai", installed("openai", "openai", "openai", needs="pip install openai", use="for `kind: remote`")),
    ("larger model", remote),
    ("adb", android),
    ("chromium", chromium),
    *(
        (name, packages(name, names, use=use, needs=f'pip install "agentkit-slm[{name}]"'))
        for name, (use, names) in EXTRAS.items()
    ),
)
"""What agents run without, in the order in which it is shown."""
