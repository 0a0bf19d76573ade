from __future__ import annotations

import subprocess
import sys

import pytest

from agentkit.registry import docstring

GOOGLE = """Set a timer.

It rings once.

Args:
    minutes: How long,
        in minutes.
    label (str): What for.

Returns:
    The timer's id.

Raises:
    Retry: when there are too many
"""
NUMPY = """Set a timer.

It rings once.

Parameters
----------
minutes : int
    How long,
    in minutes.
label
    What for.

Returns
-------
str
    The timer's id.
"""
SPHINX = """Set a timer.

It rings once.

:param int minutes: How long,
    in minutes.
:param label: What for.
:returns: The timer's id.
"""


@pytest.mark.parametrize("text", [GOOGLE, NUMPY, SPHINX], ids=["google", "numpy", "sphinx"])
def test_three_styles_say_the_same(text: str) -> None:
    assert docstring.parse(text) == docstring.Docs(
        summary="Set a timer.\n\nIt rings once.",
        arguments={"minutes": "How long, in minutes.", "label": "What for."},
        returns="The timer's id.",
    )


@pytest.mark.parametrize("text", ["", "Only prose.", "Note that\n\nArgs are prose here: really.", "Time: 7 o'clock"])
def test_prose_is_kept_whole(text: str) -> None:
    assert docstring.parse(text) == docstring.Docs(summary=text.strip())


def test_a_function_without_docstring_has_empty_docs() -> None:
    def silent() -> None: ...

    assert docstring.read(silent) == docstring.Docs()


def test_an_indented_docstring_is_read_like_a_flat_one() -> None:
    def timer(minutes: int) -> None:
        """Set a timer.

        Args:
            minutes: How long.
        """

    assert docstring.read(timer) == docstring.Docs("Set a timer.", {"minutes": "How long."})


def test_prose_loads_no_parser() -> None:
    code = "import sys; from agentkit.registry import docstring; docstring.parse('x'); print('griffe' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"
