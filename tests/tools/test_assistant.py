from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

import pytest

from agentkit.errors import Failed, Retry, WiringError
from agentkit.registry import ArgumentError, Context, Registry
from agentkit.types import Effect

REGISTRY = Registry(["assistant"])


@pytest.fixture
def ctx() -> Context:
    return Context(deps=REGISTRY.default_deps(), now=datetime(2025, 6, 1, 12, tzinfo=UTC))


def run(ctx: Context, tool: str, **arguments: Any) -> Any:
    made = REGISTRY.get(tool)
    return made.to_json(made.invoke(arguments, ctx))


def test_what_is_asked_changes_the_state(ctx: Context) -> None:
    state = ctx.deps["assistant"]
    run(ctx, "set_alarm", hour=7, minutes=30, message="Up", days=["monday"])
    run(ctx, "set_timer", minutes=5)
    run(ctx, "create_event", title="Dentist", day="2025-06-02", start="09:15", location="Main street")
    run(ctx, "add_contact", name="Dora", phone_number="+44 20 7946 0055")
    run(ctx, "send_message", to="Dora", message="Hi")
    run(ctx, "send_email", to="ada@example.com", subject="Hello", body="Hi Ada")
    assert [(alarm.at, alarm.message, alarm.days) for alarm in state.alarms] == [(time(7, 30), "Up", ["monday"])]
    assert [timer.minutes for timer in state.timers] == [5]
    assert [(event.title, event.day, event.start) for event in state.events] == [
        ("Dentist", date(2025, 6, 2), time(9, 15))
    ]
    assert [message.to for message in state.messages.values()] == ["Dora", "ada@example.com"]
    assert run(ctx, "show_alarms") == [{"at": "07:30:00", "message": "Up", "days": ["monday"]}]
    assert run(ctx, "get_contact_info", name="Dora") == "+44 20 7946 0055"


def test_what_leaves_no_state_is_recorded_in_order(ctx: Context) -> None:
    run(ctx, "dial", phone_number="112")
    run(ctx, "web_search", query="weather on mars")
    run(ctx, "search_location", query="library")
    run(ctx, "play_music", track="Bach")
    run(ctx, "open_settings", setting_type="wifi")
    run(ctx, "launch_application", application_name="Maps")
    assert ctx.deps["assistant"].said == [
        "dialled 112",
        "searched the web for weather on mars (simulated: no results)",
        "showed library on the map (simulated)",
        "playing Bach",
        "opened the wifi settings",
        "opened Maps",
    ]


def test_the_forecast_is_made_up_but_stable(ctx: Context) -> None:
    today = run(ctx, "get_weather", city="Oslo")
    assert today == run(ctx, "get_weather", city="oslo", day="2025-06-01") | {"city": "Oslo"}
    assert today["sky"] in {"clear", "cloudy", "rain"}
    assert today["simulated"] is True
    with pytest.raises(Failed, match="the forecast covers today and the next 14 days"):
        run(ctx, "get_weather", city="Oslo", day="2025-07-01")


@pytest.mark.parametrize(
    ("tool", "arguments", "sentence"),
    [
        ("set_alarm", {"hour": 24}, "argument `hour` of `set_alarm` must be at most 23, got 24"),
        ("send_message", {"to": "Zoe", "message": "x"}, "argument `to` of `send_message` must be one of"),
        ("send_email", {"to": "ada", "subject": "x", "body": "x"}, "argument `to` of `send_email` must match"),
        ("dial", {"phone_number": "mom"}, "argument `phone_number` of `dial` must match"),
        ("open_settings", {"setting_type": "wfi"}, "argument `setting_type` of `open_settings` must be one of"),
        ("create_event", {"title": "x", "day": "2025-05-01"}, "2025-05-01 has passed; today is 2025-06-01"),
        ("add_contact", {"name": "Mom", "phone_number": "112"}, "there is a contact `Mom` already; use another name"),
    ],
)
def test_what_does_not_fit_goes_back_to_the_model(ctx: Context, tool: str, arguments: Any, sentence: str) -> None:
    with pytest.raises(Retry) as caught:
        run(ctx, tool, **arguments)
    assert str(caught.value).startswith(sentence)
    assert isinstance(caught.value, ArgumentError) == sentence.startswith("argument")


def test_a_repeated_send_is_sent_once(ctx: Context) -> None:
    again = Context(deps=ctx.deps, idempotency_key="k")
    for _ in range(2):
        run(again, "send_message", to="Mom", message="Hi")
    assert len(ctx.deps["assistant"].messages) == 1


def test_effects_say_what_reaches_others() -> None:
    effects = {spec.name: spec.effect for spec in REGISTRY.specs}
    assert {name for name, effect in effects.items() if effect is Effect.EXTERNAL} == {
        "send_message",
        "send_email",
        "dial",
    }
    assert effects["web_search"] is Effect.READ


def test_without_state_the_wiring_is_named() -> None:
    with pytest.raises(WiringError, match="a tool needs an Assistant named `assistant` and the agent was given none"):
        REGISTRY.get("set_timer").invoke({"minutes": 1}, Context())
