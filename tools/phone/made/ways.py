"""Ways inside a made-up app, as steps of a walk: to a section, an item, the settings; through its forms and dialogs."""

from __future__ import annotations

from ..tasks.task import tap, write
from .items import stepper_label
from .model import Blueprint, Field, Section, Thing
from .walk import Go, Walk


def to_section(app: Blueprint, section: Section) -> Go:
    """From the app's first screen to the list of a section."""

    def go(walk: Walk) -> None:
        if app.style == "menu":
            walk.tap(section.title)
        elif section is not app.sections[0]:
            walk.tap(*((app.drawer, section.title) if app.style == "drawer" else (section.title,)))

    return go


def to_settings(app: Blueprint) -> Go:
    """From the app's first screen to its settings."""
    return lambda walk: walk.tap(*((app.drawer,) if app.style == "drawer" else ()), app.settings_title)


def to_setting(app: Blueprint, setting: str) -> Go:
    """From the app's first screen to where a setting stands."""
    page = app.page_of(setting)
    return follow(to_settings(app), lambda walk: walk.tap(*((page,) if page else ())))


def to_list(app: Blueprint, section: Section, thing: Thing) -> Go:
    """From the app's first screen to the list that an item stands in."""
    folder = (thing.get(section.grouped),) if section.grouped else ()
    return follow(to_section(app, section), lambda walk: walk.tap(*folder))


def to_item(app: Blueprint, section: Section, thing: Thing) -> Go:
    """From the app's first screen to what a tap on an item opens."""
    return follow(to_list(app, section, thing), lambda walk: walk.row(thing.title, section.search))


def follow(*steps: Go) -> Go:
    """One after the other."""

    def go(walk: Walk) -> None:
        for each in steps:
            each(walk)

    return go


def act(section: Section, label: str) -> Go:
    """Something that is done with an item, behind its menu where it has one."""
    hidden = (section.menu,) if section.menu and section.detail != "form" else ()
    return lambda walk: walk.tap(*hidden, label)


def set_field(each: Field, value: str, old: str, now: str) -> Go:
    """Fill in one field of a form that holds `old`; `now` is today in ISO form."""

    def go(walk: Walk) -> None:
        if each.kind == "choice":
            walk.tap(each.label, value)
        elif each.kind == "switch":
            walk.tap(each.label)
        elif each.kind == "time":
            walk.time(each.label, value)
        elif each.kind == "date":
            walk.day(each.label, value, old or now)
        else:
            walk.do(write(each.label, value))

    return go


def set_value(each: Field, value: str, old: str) -> Go:
    """Change one value that stands on a line of its own."""

    def go(walk: Walk) -> None:
        if each.kind == "level":
            way = 1 if int(value) > int(old) else -1
            walk.tap(*(stepper_label(each, way),) * (abs(int(value) - int(old)) // each.step))
        elif each.kind in {"choice", "switch"}:
            walk.tap(each.label, *((value,) if each.kind == "choice" else ()))
        else:
            walk.do(tap(each.label), write(each.label, value), tap("OK"))

    return go
