"""Choosing tools: the right ones are among the few, in the order of the registry."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from agentkit.retrieve import rank, retrieve, together, words
from agentkit.types import ToolSpec


def spec(name: str, description: str, **arguments: str) -> ToolSpec:
    properties = {key: {"type": "string", "description": text} for key, text in arguments.items()}
    return ToolSpec(name=name, description=description, parameters={"type": "object", "properties": properties})


TOOLS = (
    spec("set_alarm", "Set an alarm at a time of day.", time="when it rings"),
    spec("send_message", "Send a text message to a contact.", contact="who gets it", text="what it says"),
    spec("play_music", "Play a song or an album.", title="the song"),
    spec("getWeather", "Look up the forecast of a place.", city="the place"),
    spec("turn_on_light", "Switch a lamp on.", room="where the lamp stands"),
)


def test_all_tools_are_shown_when_they_are_few() -> None:
    assert retrieve("anything", TOOLS, top_k=5) == TOOLS


def test_the_tool_that_is_meant_comes_first() -> None:
    meant = {
        "wake me with an alarm at seven": "set_alarm",
        "text my contact that I am late": "send_message",
        "what is the weather forecast in Oslo": "getWeather",
        "switch the lamps on": "turn_on_light",
        "playing songs": "play_music",
    }
    assert {request: TOOLS[rank(request, TOOLS)[0][0]].name for request in meant} == meant


def test_the_order_is_the_registrys_whatever_the_rank() -> None:
    chosen = retrieve("play music, then send a message", TOOLS, top_k=2)
    assert [tool.name for tool in chosen] == ["send_message", "play_music"]


def test_names_are_taken_apart_and_stop_words_dropped() -> None:
    assert words("the sendMessage_to HTTPServer settings") == ["send", "messag", "http", "server", "set"]


@given(st.text(), st.integers(1, 6))
def test_any_request_gets_at_most_k_in_order(request: str, top_k: int) -> None:
    chosen = retrieve(request, TOOLS, top_k=top_k)
    assert len(chosen) == min(top_k, len(TOOLS))
    assert [TOOLS.index(tool) for tool in chosen] == sorted(TOOLS.index(tool) for tool in chosen)


def test_words_and_meaning_count_together() -> None:
    assert together([4.0, 2.0, 0.0], [0.0, 0.5, 0.4]) == [0.5, 0.75, 0.4]
    assert together([0.0, 0.0], [0.1, 0.2]) == [0.1, 0.2]
