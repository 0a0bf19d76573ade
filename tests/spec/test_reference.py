"""docs/spec.md: every YAML block is a spec, and the reference at its end is that of the code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from agentkit.spec import parse_spec
from agentkit.spec.model import AgentSpec
from agentkit.spec.reference import reference

PAGE = Path(__file__).parents[2] / "docs" / "spec.md"
TEXT = PAGE.read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```yaml\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("block", BLOCKS)
def test_every_block_is_a_spec(block: str, tmp_path: Path) -> None:
    for name in ("my_tools.py", "weights.gguf"):
        (tmp_path / name).touch()
    assert parse_spec(block, tmp_path / "agent.yaml").tools


def test_the_reference_is_that_of_the_code() -> None:
    written = TEXT.split("<!-- reference -->\n", 1)[1]
    assert written.strip() == reference().strip(), "run: python -m agentkit.spec.reference, and paste it in"


def test_the_message_that_is_shown_is_the_message() -> None:
    shown = next(block for block in re.findall(r"^```text\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL))
    with pytest.raises(Exception, match="verifers") as caught:
        parse_spec("tools: [assistant]\nverifers: [schema]", Path("agent.yaml"))
    assert str(caught.value).strip() == shown.strip()


def test_the_page_speaks_of_every_section() -> None:
    prose = TEXT.split("<!-- reference -->\n", 1)[0]
    silent = [name for name in AgentSpec.model_fields if not re.search(rf"\b{name}\b", prose)]
    assert silent == ["description", "system", "offline"]
