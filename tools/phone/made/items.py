"""What a list of a made-up app opens: an item's page, its form, and the dialogs that change one thing about it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from ..sim import ops
from ..sim.app import App, confirm, gone, key_of, pick
from ..sim.apps.system import ask_date, ask_time
from ..sim.ops import Edit
from ..sim.state import Act, State, go, leave, put, seq, world
from ..sim.view import Item, Line, View, box, button, entry, icon, line, row, switch, text
from .model import OFF, ON, Blueprint, Field, Section, Thing

if TYPE_CHECKING:
    from collections.abc import Callable

Part = Item | Line


def add_screens(app: App, blueprint: Blueprint) -> None:
    """Register the screens that an item of any section may open."""

    def about_item(build: Callable[[Section, Thing, State], View]) -> Callable[[State], View]:
        def shown(state: State) -> View:
            thing: Thing | None = ops.row(state.world, "things", key_of(state))
            return gone("Not found") if thing is None else build(blueprint.section(thing.section), thing, state)

        return shown

    app.screen("item")(about_item(_item))
    app.screen("menu")(about_item(lambda section, thing, _: View(section.menu, _menu(section, thing), overlay=True)))
    app.screen("delete")(about_item(_delete))
    app.screen("rename")(about_item(_rename))
    app.screen("value")(lambda state: _value(blueprint, state))
    app.screen("form")(lambda state: _form(blueprint, state))
    app.screen("share")(about_item(_share))


def drafts(section: Section, thing: Thing | None = None) -> dict[str, str]:
    """What a form starts with: the item's values, or what a new one has by default."""
    if thing is None:
        return {each.name: first(each) for each in section.fields}
    return {"title": thing.title, **dict(thing.values)}


def first(each: Field) -> str:
    """What a field holds in a new item."""
    return {"choice": each.options[0] if each.options else "", "switch": OFF}.get(each.kind, "")


def _actions(section: Section, thing: Thing) -> list[tuple[str, Act]]:
    """What can be done with an item, beside editing it, by the label that does it."""
    found: list[tuple[str, Act]] = []
    if section.mark and not section.inline:
        label = section.mark.clear if thing.marked else section.mark.set
        found.append((label, world(ops.edit("things", thing.id, marked=not thing.marked))))
    if section.rename:
        found.append((section.rename, go("rename", id=thing.id, draft=thing.title)))
    if section.move:
        found.append((section.moved, go("value", id=thing.id, field=section.move)))
    if section.copy:
        found.append((section.copy, world(copied(thing), "Copied")))
    if section.share:
        found.append((section.share, go("share", id=thing.id)))
    if section.delete:
        drop = seq(world(ops.drop("things", thing.id), f"{section.noun.capitalize()} gone"), leave)
        found.append((section.delete, go("delete", id=thing.id) if section.asks else drop))
    return found


def _item(section: Section, thing: Thing, state: State) -> View:
    """One item: its values as text or as rows, what can be done with it in the bar or behind a menu."""
    if section.detail == "rows":
        body = tuple(part for each in section.fields for part in value_parts(thing, each))
    else:
        body = tuple[Part, ...](text(f"{f.label}: {f.shown(thing.get(f.name))}") for f in section.fields)
    if section.mark and thing.marked:
        body = (text(section.mark.said), *body)
    actions = _actions(section, thing)
    bar = [icon(section.edit, go("form", id=thing.id, section=section.name, **drafts(section, thing)))]
    bar = bar if section.edit else []
    if section.menu and actions:
        return View(thing.title, body, bar=(*bar, icon(section.menu, go("menu", id=thing.id))))
    return View(thing.title, body, bar=(*bar, *(icon(label, do) for label, do in actions)))


def _menu(section: Section, thing: Thing) -> tuple[Item, ...]:
    return tuple(row(label, seq(leave, do)) for label, do in _actions(section, thing))


def value_parts(thing: Thing, each: Field) -> tuple[Part, ...]:
    """A value that is changed on its own and takes effect at once."""
    value = thing.get(each.name)
    if each.kind == "switch":
        flipped = thing.put(each.name, OFF if value == ON else ON)
        return (switch(each.label, value == ON, world(ops.edit("things", thing.id, values=flipped))),)
    if each.kind == "level":
        return (text(f"{each.label}: {value}"), line(_stepper(thing, each, -1), _stepper(thing, each, 1)))
    return (row(each.label, go("value", id=thing.id, field=each.name, draft=value), each.shown(value)),)


def _stepper(thing: Thing, each: Field, way: int) -> Item:
    after = int(thing.get(each.name)) + way * each.step
    change = world(ops.edit("things", thing.id, values=thing.put(each.name, str(after))))
    return button(stepper_label(each, way), change, enabled=each.low <= after <= each.high)


def stepper_label(each: Field, way: int) -> str:
    """What stands on the button that raises (1) or lowers (-1) a level."""
    return f"{'Increase' if way > 0 else 'Decrease'} {each.label.lower()}"


def _delete(section: Section, thing: Thing, state: State) -> View:
    act = seq(world(ops.drop("things", thing.id), f"{section.noun.capitalize()} gone"), leave)
    return confirm(f"{section.delete} {thing.title}?", section.delete, act, detail="This cannot be undone.")


def copied(thing: Thing) -> Edit:
    """One more item with the same values, whose name says that it is a copy."""
    return ops.add("things", replace(thing, title=f"Copy of {thing.title}"))


def shared(thing: Thing, name: str) -> Edit:
    """What is left behind when an item is shared with a person."""
    return ops.add("things", Thing(0, thing.app, "shared", thing.title, (("to", name),)))


def _share(section: Section, thing: Thing, state: State) -> View:
    names = tuple(sorted(contact.name for contact in state.world.contacts))
    rows = tuple(row(name, seq(world(shared(thing, name), "Shared"), leave)) for name in names)
    return View(f"{section.share}…", rows)


def _rename(section: Section, thing: Thing, state: State) -> View:
    draft = state.top.get("draft").strip()
    save = seq(world(ops.edit("things", thing.id, title=draft)), leave)
    body = (entry(state, "draft", section.name_label),)
    foot = (button("Cancel", leave), button("OK", save, enabled=bool(draft)))
    return View(f"{section.rename} {section.noun}", body, foot=foot, overlay=True)


def _value(blueprint: Blueprint, state: State) -> View:
    """A dialog for one value of an item or of the settings."""
    thing: Thing | None = ops.row(state.world, "things", key_of(state))
    if thing is None:
        return gone("Not found")
    name, settled = state.top.get("field"), thing.section not in {each.name for each in blueprint.sections}
    known = blueprint.settings if settled else blueprint.section(thing.section).fields
    each = next(f for f in known if f.name == name)

    def take(value: str) -> Act:
        return seq(world(ops.edit("things", thing.id, values=thing.put(name, value))), leave)

    cancel = button("Cancel", leave)
    if each.kind == "choice":
        boxes = tuple(box(o, o == thing.get(name), take(o), round_=True) for o in each.options)
        return View(each.label, boxes, foot=(cancel,), overlay=True)
    draft, body = state.top.get("draft"), (entry(state, "draft", each.label),)
    foot = (cancel, button("OK", take(draft.strip()), enabled=_fits(each, draft)))
    return View(f"Set {each.label.lower()}", body, foot=foot, overlay=True)


def _fits(each: Field, value: str) -> bool:
    """Whether a value can be kept: numbers have to be numbers."""
    plain = value.strip().replace(".", "", 1)
    return plain.isdecimal() if each.kind == "number" else bool(plain)


def _picked(state: State, each: Field) -> Item:
    """A row that opens the picker of a date or a time."""
    value = state.top.get(each.name)
    if each.kind == "time":
        return row(each.label, ask_time(each.name, value), each.shown(value))
    day = date.fromisoformat(value) if value else state.world.now.date()
    return row(each.label, ask_date(each.name, day), each.shown(value))


def _form(blueprint: Blueprint, state: State) -> View:
    """A new or changed item; without a name, or with a number that is none, it cannot be saved."""
    frame, section = state.top, blueprint.section(state.top.get("section"))
    key = key_of(state)
    numbers = all(_fits(f, frame.get(f.name)) for f in section.fields if f.kind == "number" and frame.get(f.name))
    save = button(section.save, _saved(blueprint, section, key), enabled=bool(frame.get("title").strip()) and numbers)
    body = (entry(state, "title", section.name_label), *(asked_for(state, each) for each in section.fields))
    wrong = () if numbers else (text("Enter a number", name="error"),)
    bar: tuple[Item, ...] = ()
    if key and section.detail == "form":
        thing: Thing | None = ops.row(state.world, "things", key)
        bar = tuple(icon(label, do) for label, do in _actions(section, thing)) if thing else ()
    title = f"Edit {section.noun}" if key else f"New {section.noun}"
    return View(title, (*body, *wrong), bar=bar, foot=(button(section.cancel, leave), save))


def asked_for(state: State, each: Field) -> Part:
    """A line of a form that takes a value."""
    value = state.top.get(each.name)
    if each.kind == "choice":
        return row(each.label, pick(each.options, each.name), value)
    if each.kind == "switch":
        return switch(each.label, value == ON, put(**{each.name: OFF if value == ON else ON}))
    if each.kind in {"date", "time"}:
        return _picked(state, each)
    return entry(state, each.name, each.label)


def _saved(blueprint: Blueprint, section: Section, key: int) -> Act:
    def run(state: State) -> State:
        frame = state.top
        values = tuple((each.name, frame.get(each.name).strip()) for each in section.fields)
        title = frame.get("title").strip()
        new = Thing(0, blueprint.name, section.name, title, values)
        change = ops.edit("things", key, title=title, values=values) if key else ops.add("things", new)
        return seq(world(change, f"{section.noun.capitalize()} saved"), leave)(state)

    return run
