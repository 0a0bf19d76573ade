"""Twenty-four phone-like tools, and requests with the calls that answer them; the same for every arm of a benchmark."""

from __future__ import annotations

from typing import Any

from agentkit.types import JsonObject, ToolSpec

_TEXT: dict[str, Any] = {"type": "string", "maxLength": 48}


def _whole(low: int, high: int) -> dict[str, Any]:
    return {"type": "integer", "minimum": low, "maximum": high}


def _one_of(*values: str) -> dict[str, Any]:
    return {"enum": list(values)}


def _tool(name: str, description: str, required: int, /, **parameters: dict[str, Any]) -> ToolSpec:
    """A tool whose first `required` parameters must be given; each gets its name as description."""
    properties = {key: {**part, "description": key.replace("_", " ")} for key, part in parameters.items()}
    schema = {
        "type": "object",
        "properties": properties,
        "required": list(properties)[:required],
        "additionalProperties": False,
    }
    return ToolSpec(name=name, description=description, parameters=schema)


_HOUR, _MINUTE, _ON = _whole(0, 23), _whole(0, 59), {"type": "boolean"}

TOOLS = (
    _tool("set_alarm", "Set an alarm at a time of day", 2, hour=_HOUR, minute=_MINUTE, label=_TEXT),
    _tool("cancel_alarm", "Cancel an alarm by its label", 1, label=_TEXT),
    _tool("start_timer", "Start a countdown timer", 1, minutes=_whole(0, 600), label=_TEXT),
    _tool("send_sms", "Send a text message to a contact", 2, contact=_TEXT, text=_TEXT),
    _tool("call_contact", "Call a contact on the phone", 1, contact=_TEXT, speaker=_ON),
    _tool("send_email", "Send an email", 3, to=_TEXT, subject=_TEXT, body=_TEXT),
    _tool("create_event", "Put an event into the calendar", 3, title=_TEXT, day=_TEXT, hour=_HOUR, minute=_MINUTE),
    _tool("list_events", "List the events of a day", 1, day=_TEXT),
    _tool("add_reminder", "Remind the user of something", 2, text=_TEXT, hour=_HOUR, minute=_MINUTE),
    _tool("create_note", "Write a note", 2, title=_TEXT, body=_TEXT),
    _tool("search_notes", "Search the notes", 1, query=_TEXT),
    _tool("play_music", "Play music", 1, query=_TEXT, shuffle=_ON),
    _tool("set_volume", "Set the volume in percent", 2, level=_whole(0, 100), stream=_one_of("media", "ring", "alarm")),
    _tool("set_brightness", "Set the screen brightness in percent", 1, level=_whole(0, 100)),
    _tool("toggle_wifi", "Turn Wi-Fi on or off", 1, on=_ON),
    _tool("toggle_bluetooth", "Turn Bluetooth on or off", 1, on=_ON),
    _tool("toggle_flashlight", "Turn the flashlight on or off", 1, on=_ON),
    _tool("set_mode", "Set the sound mode", 1, mode=_one_of("normal", "vibrate", "silent")),
    _tool("take_photo", "Take a photo", 1, camera=_one_of("front", "back")),
    _tool("open_app", "Open an app", 1, name=_TEXT),
    _tool("navigate_to", "Start navigation to a place", 1, place=_TEXT, by=_one_of("car", "foot", "bike", "transit")),
    _tool("get_weather", "Tell the weather of a place", 1, place=_TEXT, day=_TEXT),
    _tool("translate", "Translate a text", 2, text=_TEXT, language=_TEXT),
    _tool("web_search", "Search the web", 1, query=_TEXT),
)

REQUESTS: tuple[tuple[str, str, JsonObject], ...] = (
    ("wake me at 6:45 for the gym", "set_alarm", {"hour": 6, "minute": 45, "label": "gym"}),
    ("text Anna that I am running late", "send_sms", {"contact": "Anna", "text": "I am running late"}),
    ("turn the media volume to 40", "set_volume", {"level": 40, "stream": "media"}),
    ("how do I get to the central station by bike", "navigate_to", {"place": "central station", "by": "bike"}),
    ("put lunch with Tom in my calendar on friday at 12:30", "create_event",
     {"title": "lunch with Tom", "day": "friday", "hour": 12, "minute": 30}),
    ("switch off wifi", "toggle_wifi", {"on": False}),
    ("email bob@example.org about the budget: numbers attached", "send_email",
     {"to": "bob@example.org", "subject": "the budget", "body": "numbers attached"}),
    ("what will the weather be in Lisbon tomorrow", "get_weather", {"place": "Lisbon", "day": "tomorrow"}),
)  # fmt: skip
