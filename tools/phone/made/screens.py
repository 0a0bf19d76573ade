"""Turns a blueprint into an app of the simulated phone: its first screen, its lists, its settings and what they open.

Forms, item pages and dialogs are `items`; every part is one that the phone's own apps are made of.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..sim import ops
from ..sim.app import App
from ..sim.apps.system import tabs
from ..sim.state import Act, State, go, leave, put, rewind, seq, world
from ..sim.view import Item, Line, View, box, button, entry, icon, line, row, switch, text
from . import items
from .model import SETTINGS, Blueprint, Order, Section, Thing

Part = Item | Line


def app_of(blueprint: Blueprint) -> App:
    """The app that a blueprint describes."""
    app = App(blueprint.name, blueprint.title)
    app.screen("main")(lambda state: _main(blueprint, state))
    app.screen("section")(lambda state: _listed(blueprint, _section(blueprint, state), state))
    app.screen("drawer")(lambda _: _drawer(blueprint))
    app.screen("settings")(lambda state: View(blueprint.settings_title, settings_of(blueprint, state)))
    app.screen("page")(lambda state: View(state.top.get("page"), _on_page(blueprint, state)))
    app.screen("order")(lambda state: _order(blueprint, state))
    app.screen("several")(lambda state: _several(blueprint, state))
    app.screen("about")(lambda _: View("About", tuple(text(f"{name}: {value}") for name, value in blueprint.about)))
    items.add_screens(app, blueprint)
    return app


def _section(blueprint: Blueprint, state: State) -> Section:
    return blueprint.section(state.top.get("section", blueprint.sections[0].name))


def _main(blueprint: Blueprint, state: State) -> View:
    titles = tuple(section.title for section in blueprint.sections)
    gear = (icon(blueprint.settings_title, go("settings")),) if blueprint.settings else ()
    orders = tuple(icon(each.title, go("order", order=each.name, **_drafts(each))) for each in blueprint.orders)
    if blueprint.style == "menu":
        rows = [_entrance(section, state, blueprint) for section in blueprint.sections]
        more = [row(blueprint.settings_title, go("settings"))] if blueprint.settings else []
        return View(blueprint.title, (*rows, *more), bar=orders)
    if blueprint.style == "tabs":
        names = (*titles, *((blueprint.settings_title,) if blueprint.settings else ()))
        chosen = state.top.get("tab", names[0])
        bar = tabs(state, names)
        if chosen not in titles:
            return View(blueprint.title, (bar, *settings_of(blueprint, state)), bar=orders)
        section = next(each for each in blueprint.sections if each.title == chosen)
        found = _listed(blueprint, section, state)
        return View(blueprint.title, (bar, *found.body), bar=(*found.bar, *orders))
    section = _section(blueprint, state)
    found = _listed(blueprint, section, state)
    if blueprint.style == "drawer":
        return View(section.title, found.body, bar=(icon(blueprint.drawer, go("drawer")), *found.bar, *orders))
    return View(blueprint.title, found.body, bar=(*found.bar, *orders, *gear))


def _entrance(section: Section, state: State, blueprint: Blueprint) -> Item:
    count = len(things_of(state, blueprint, section))
    said = f"{count} {section.noun if count == 1 else section.plural}" if count else f"No {section.plural}"
    return row(section.title, go("section", section=section.name), said)


def _drawer(blueprint: Blueprint) -> View:
    rows = [row(each.title, seq(leave, rewind(section=each.name, query=""))) for each in blueprint.sections]
    more = [row(blueprint.settings_title, seq(leave, go("settings")))] if blueprint.settings else []
    return View(blueprint.title, (*rows, *more), overlay=True)


def things_of(state: State, blueprint: Blueprint, section: Section) -> list[Thing]:
    """What a section holds, by title."""
    every = (t for t in ops.rows(state.world, "things") if (t.app, t.section) == (blueprint.name, section.name))
    return sorted(every, key=lambda thing: thing.title.lower())


def _listed(blueprint: Blueprint, section: Section, state: State) -> View:
    """The list of a section, what searches it and what adds to it; its folders where it has some."""
    query, group = state.top.get("query").strip().lower(), state.top.get("group")
    every = things_of(state, blueprint, section)
    held = [thing for thing in every if not group or thing.get(section.grouped) == group]
    add = (icon(section.add, go("form", section=section.name, **items.drafts(section))),) if section.add else ()
    if section.grouped and not group:
        return View(section.title, tuple(_folders(section, every)), bar=add)
    found = [thing for thing in held if query in thing.title.lower()]
    rows = [_row(section, thing) for thing in found]
    empty = [] if rows else [text(f"No {section.plural} found" if held else f"No {section.plural} yet")]
    search = [entry(state, "query", section.search)] if section.search else []
    several = go("several", section=section.name, group=group)
    choose = (icon(section.select, several),) if section.select and len(held) > 1 else ()
    return View(group or section.title, (*search, *rows, *empty), bar=(*add, *choose))


def _folders(section: Section, held: list[Thing]) -> Iterator[Item]:
    for option in section.field(section.grouped).options:
        count = sum(thing.get(section.grouped) == option for thing in held)
        said = f"{count} {section.noun if count == 1 else section.plural}" if count else f"No {section.plural}"
        yield row(option, go("section", section=section.name, group=option), said)


def _several(blueprint: Blueprint, state: State) -> View:
    """A list of which several items are chosen to be deleted at once."""
    section, group = _section(blueprint, state), state.top.get("group")
    chosen = frozenset(filter(None, state.top.get("chosen").split(" ")))
    every = things_of(state, blueprint, section)
    held = [thing for thing in every if not group or thing.get(section.grouped) == group]

    def toggled(thing: Thing) -> Act:
        return put(chosen=" ".join(sorted(chosen ^ {str(thing.id)})))

    boxes = tuple(box(thing.title, str(thing.id) in chosen, toggled(thing)) for thing in held)
    drop = seq(world(ops.drop("things", *map(int, chosen))), leave)
    delete = icon(section.delete or "Delete", drop, enabled=bool(chosen))
    return View(f"{len(chosen)} selected", boxes, bar=(icon("Cancel", leave), delete))


def _drafts(order: Order) -> dict[str, str]:
    return {each.name: items.first(each) for each in order.fields}


def _order(blueprint: Blueprint, state: State) -> View:
    """A form that asks for something; it is sent off when the first thing is said."""
    order = next(each for each in blueprint.orders if each.name == state.top.get("order"))
    values = tuple((each.name, state.top.get(each.name).strip()) for each in order.fields)
    send = seq(world(ops.add("things", Thing(0, blueprint.name, order.name, "", values)), "Done"), leave)
    lines = tuple(items.asked_for(state, each) for each in order.fields)
    return View(
        order.title, lines, foot=(button("Cancel", leave), button(order.submit, send, enabled=bool(values[0][1])))
    )


def _row(section: Section, thing: Thing) -> Part:
    open_ = go("form", id=thing.id, section=section.name, **items.drafts(section, thing))
    open_ = open_ if section.detail == "form" else go("item", id=thing.id)
    known = section.field(section.subtitle) if section.subtitle else None
    said = [known.shown(thing.get(known.name))] if known else []
    if section.mark and thing.marked and not section.inline:
        said.append(section.mark.said)
    shown = row(thing.title, open_, ", ".join(said))
    if not (section.mark and section.inline):
        return shown
    flip = world(ops.edit("things", thing.id, marked=not thing.marked))
    return line(shown, switch(f"{section.mark.said} {thing.title}", thing.marked, flip))


def settings_of(blueprint: Blueprint, state: State) -> tuple[Part, ...]:
    """The settings of an app, one line each, or their pages."""
    pages = tuple(row(title, go("page", page=title)) for title, _ in blueprint.pages)
    parts = pages or _values(blueprint, state, tuple(each.name for each in blueprint.settings))
    return (*parts, row("About", go("about"))) if blueprint.about else parts


def _on_page(blueprint: Blueprint, state: State) -> tuple[Part, ...]:
    return _values(blueprint, state, dict(blueprint.pages)[state.top.get("page")])


def _values(blueprint: Blueprint, state: State, names: tuple[str, ...]) -> tuple[Part, ...]:
    held = next(t for t in ops.rows(state.world, "things") if (t.app, t.section) == (blueprint.name, SETTINGS))
    some = (each for each in blueprint.settings if each.name in names)
    return tuple(part for each in some for part in items.value_parts(held, each))
