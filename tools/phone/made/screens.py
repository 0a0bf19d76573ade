"""Turns a blueprint into an app of the simulated phone: its first screen, its lists, its settings and what they open.

Forms, item pages and dialogs are `items`; every part is one that the phone's own apps are made of.
"""

from __future__ import annotations

from ..sim import ops
from ..sim.app import App
from ..sim.apps.system import tabs
from ..sim.state import State, go, leave, rewind, seq, world
from ..sim.view import Item, Line, View, entry, icon, line, row, switch, text
from . import items
from .model import SETTINGS, Blueprint, Section, Thing

Part = Item | Line


def app_of(blueprint: Blueprint) -> App:
    """The app that a blueprint describes."""
    app = App(blueprint.name, blueprint.title)
    app.screen("main")(lambda state: _main(blueprint, state))
    app.screen("section")(lambda state: _listed(blueprint, _section(blueprint, state), state))
    app.screen("drawer")(lambda _: _drawer(blueprint))
    app.screen("settings")(lambda state: View(blueprint.settings_title, settings_of(blueprint, state)))
    app.screen("about")(lambda _: View("About", tuple(text(f"{name}: {value}") for name, value in blueprint.about)))
    items.add_screens(app, blueprint)
    return app


def _section(blueprint: Blueprint, state: State) -> Section:
    return blueprint.section(state.top.get("section", blueprint.sections[0].name))


def _main(blueprint: Blueprint, state: State) -> View:
    titles = tuple(section.title for section in blueprint.sections)
    gear = (icon(blueprint.settings_title, go("settings")),) if blueprint.settings else ()
    if blueprint.style == "menu":
        rows = [_entrance(section, state, blueprint) for section in blueprint.sections]
        more = [row(blueprint.settings_title, go("settings"))] if blueprint.settings else []
        return View(blueprint.title, (*rows, *more))
    if blueprint.style == "tabs":
        names = (*titles, *((blueprint.settings_title,) if blueprint.settings else ()))
        chosen = state.top.get("tab", names[0])
        bar = tabs(state, names)
        if chosen not in titles:
            return View(blueprint.title, (bar, *settings_of(blueprint, state)))
        section = next(each for each in blueprint.sections if each.title == chosen)
        found = _listed(blueprint, section, state)
        return View(blueprint.title, (bar, *found.body), bar=found.bar)
    section = _section(blueprint, state)
    found = _listed(blueprint, section, state)
    if blueprint.style == "drawer":
        return View(section.title, found.body, bar=(icon(blueprint.drawer, go("drawer")), *found.bar))
    return View(blueprint.title, found.body, bar=(*found.bar, *gear))


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
    """The list of a section, what searches it and what adds to it."""
    query = state.top.get("query").strip().lower()
    held = things_of(state, blueprint, section)
    found = [thing for thing in held if query in thing.title.lower()]
    rows = [_row(section, thing) for thing in found]
    empty = [] if rows else [text(f"No {section.plural} found" if held else f"No {section.plural} yet")]
    search = [entry(state, "query", section.search)] if section.search else []
    bar = (icon(section.add, go("form", section=section.name, **items.drafts(section))),) if section.add else ()
    return View(section.title, (*search, *rows, *empty), bar=bar)


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
    """The settings of an app, one line each."""
    held = next(t for t in ops.rows(state.world, "things") if (t.app, t.section) == (blueprint.name, SETTINGS))
    parts = [part for each in blueprint.settings for part in items.value_parts(held, each)]
    return (*parts, row("About", go("about"))) if blueprint.about else tuple(parts)
