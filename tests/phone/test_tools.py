"""The phone's tools: choices come from the screen, one action each, and errors that say what is there."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from phone import intents, ui
from phone.checks import Stuck
from phone.compact import compact
from phone.driver import Capability, require
from phone.screen import parse
from phone.session import Session
from phone.sim.diff import diff
from phone.sim.perturb import Perturb
from phone.simulated import Simulated

from agentkit import Context, Registry, Retry
from agentkit.errors import Failed
from agentkit.types import CheckStatus, Proposal, ProposeRequest, ToolCall
from agentkit.verify import Scene

REGISTRY = Registry([ui, intents])


def start(seed: int = 1, perturb: Perturb | None = None) -> tuple[Simulated, Context[Session]]:
    driver = Simulated(seed, perturb) if perturb else Simulated(seed)
    return driver, Context(deps=Session(driver, count=lambda text: len(text.split())))


def call(ctx: Context[Session], name: str, **arguments: Any) -> Any:
    result = REGISTRY.get(name).invoke(arguments, ctx)
    return asyncio.run(result) if asyncio.iscoroutine(result) else result


def choices(ctx: Context[Session], name: str, argument: str) -> list[str]:
    spec = next(spec for spec in REGISTRY.resolve(ctx) if spec.name == name)
    return spec.parameters["properties"][argument]["enum"]


def test_what_can_be_tapped_are_exactly_the_elements_on_the_screen() -> None:
    driver, ctx = start()
    call(ctx, "open_app", app="Clock")
    offered = choices(ctx, "tap", "element")
    assert tuple(offered) == compact(parse(driver.dump())).taps
    assert "Add alarm" in offered and "Add contact" not in offered


def test_a_tool_without_choices_is_not_offered() -> None:
    _, ctx = start()
    names = {spec.name for spec in REGISTRY.resolve(ctx)}
    assert "tap" in names and "type_text" not in names and "scroll" not in names


def test_an_alarm_by_screens_equals_the_alarm_by_intent() -> None:
    by_ui, ctx = start()
    call(ctx, "open_app", app="Clock")
    call(ctx, "tap", element="Add alarm")
    call(ctx, "tap", element="Time")
    call(ctx, "type_text", field="Hour", text="6")
    call(ctx, "type_text", field="Minute", text="45")
    call(ctx, "tap", element="OK")
    call(ctx, "type_text", field="Label", text="Rowing")
    call(ctx, "tap", element="Save")
    by_intent, other = start()
    call(other, "set_alarm", at="06:45", label="Rowing")
    assert by_ui.phone.world == by_intent.phone.world != by_ui.phone.first


def test_a_message_by_screens_equals_the_message_by_intent() -> None:
    by_ui, ctx = start()
    who = by_ui.names("contacts")[0]
    call(ctx, "open_app", app="Contacts")
    call(ctx, "tap", element=who)
    call(ctx, "tap", element="Message")
    call(ctx, "type_text", field="Text message", text="on my way")
    call(ctx, "tap", element="Send")
    by_intent, other = start()
    call(other, "send_message", contact=who, text="on my way")
    assert by_ui.phone.world == by_intent.phone.world


def test_an_element_that_went_away_is_named_with_what_is_there() -> None:
    _, ctx = start()
    with pytest.raises(Retry, match='must be one of "Browser"'):
        call(ctx, "tap", element="Add alarm")
    with pytest.raises(Retry, match="is not on the screen; there are: Browser"):
        ctx.deps.find("Add alarm")


def test_a_stale_screen_cannot_mislead_a_tap() -> None:
    driver, ctx = start(perturb=Perturb(stale=1.0))
    ctx.deps.look()
    call(ctx, "open_app", app="Notes")
    assert ctx.deps.look().app == "home"
    with pytest.raises(Retry, match="there are: Add note"):
        call(ctx, "tap", element="Camera")
    assert driver.phone.state.app == "notes"


def stuck(ctx: Context[Session], name: str, **arguments: Any) -> str:
    scene = Scene(
        proposal=Proposal(calls=(ToolCall(id="1", name=name, arguments=arguments),), confidence_known=False, model="m"),
        request=ProposeRequest(tools=REGISTRY.resolve(ctx), messages=()),
        context=ctx,
    )
    found = Stuck().check(scene)
    return found.evidence if found.status is CheckStatus.FAIL else ""


def test_the_third_wait_in_a_row_that_changes_nothing_is_stuck() -> None:
    _, ctx = start()
    for _ in range(2):
        assert not stuck(ctx, "wait")
        call(ctx, "wait")
    assert stuck(ctx, "wait") == "`wait` changed nothing on this screen 2 times already."
    assert not stuck(ctx, "open_app", app="Clock")
    call(ctx, "open_app", app="Clock")
    assert not stuck(ctx, "wait")


def test_a_wait_that_a_screen_was_loading_for_is_not_counted() -> None:
    driver, ctx = start(perturb=Perturb(slow=1.0))
    call(ctx, "wait")
    call(ctx, "open_app", app="Clock")
    loading = ctx.deps.look().text()
    call(ctx, "wait")
    assert ctx.deps.look().text() != loading
    assert driver.phone.state.app == "clock" and ctx.deps.waited == 0


def test_scrolling_past_the_end_says_so() -> None:
    _, ctx = start()
    call(ctx, "open_app", app="Contacts")
    while "down" in ctx.deps.look().scroll:
        assert call(ctx, "scroll", direction="down") == "ok"
    assert choices(ctx, "scroll", "direction") == ["up"]


def test_facts_are_the_screen_and_every_look_is_counted() -> None:
    _, ctx = start()
    lines = ctx.deps.facts(ctx)
    assert lines[0].startswith("now: ") and lines[1] == "home screen" and "Calculator" in lines[2]
    assert ctx.deps.costs == [len("\n".join(lines[1:]).split())]


def test_an_intent_checks_what_it_is_told() -> None:
    driver, ctx = start()
    with pytest.raises(Retry, match="has passed"):
        call(ctx, "create_event", title="Lunch", day="2001-01-01", at="12:00")
    call(ctx, "set_switch", setting="Wi-Fi", on=True)
    assert not diff(driver.phone.first, driver.phone.world)


def test_effects_tell_what_leaves_the_phone() -> None:
    effects = {spec.name: str(spec.effect) for spec in REGISTRY.specs}
    assert effects["send_message"] == "external" and effects["tap"] == "write" and effects["scroll"] == "read"


def test_a_missing_capability_is_said() -> None:
    class Bare(Simulated):
        capabilities = frozenset({Capability.RESET})

    with pytest.raises(Failed, match="no `apps`; its capabilities are reset"):
        require(Bare(1), Capability.APPS)


def test_the_pack_loads_by_name_with_a_phone_of_its_own() -> None:
    registry = Registry(["phone"])
    assert {"tap", "type_text", "scroll", "back", "home", "open_app", "wait", "set_alarm"} <= {
        each.name for each in registry
    }
    deps = registry.default_deps()
    ctx = Context(deps=deps)
    assert (
        "Clock"
        in next(s for s in registry.resolve(ctx) if s.name == "open_app").parameters["properties"]["app"]["enum"]
    )
