"""What a pack brings beside its tools is found by name, and only where it is defined."""

from __future__ import annotations

from pathlib import Path

import pytest

from agentkit.evaluate.hooks import Judged, Wanted, hook


def test_a_hook_is_the_function_that_a_file_of_the_pack_defines(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("from .b import drivers\n")
    (tmp_path / "b.py").write_text("def drivers():\n    return ('one',)\n\nreplay = 3\n")
    found = hook(tmp_path, "drivers")
    assert found is not None and found() == ("one",)
    assert found.__module__.endswith(".b")
    assert hook(tmp_path, "replay") is None and hook(tmp_path, "evaluate") is None
    assert hook(tmp_path / "a.py", "drivers") is None
    assert hook("calc", "stage") is None


def test_the_phone_has_them_all() -> None:
    for name in ("drivers", "stage", "replay", "evaluate"):
        assert hook("phone", name) is not None


def test_what_is_wanted_is_at_least_one_task() -> None:
    with pytest.raises(ValueError, match="seeds"):
        Wanted(seeds=0)
    assert Judged().done is None
