"""The kinds of things that can be asked of a made-up app: the words, the way there, what changes, what is answered."""

from __future__ import annotations

from collections.abc import Callable

from ..sim import ops
from ..tasks.draw import Unfit
from ..tasks.task import tap, write
from . import forms as s
from .invent import an
from .items import first
from .kinds import kind_of, tells
from .model import ON, Blueprint, Field, Thing
from .more import MORE
from .said import fields_said
from .walk import Go
from .ways import act, follow, set_field, set_value, to_item, to_list, to_section, to_setting, to_settings
from .wisher import Wish, Wisher, about, with_values

_BY_KIND = 0.5
"""How often a value is asked for by its kind, where that tells which."""


def make(w: Wisher, app: Blueprint) -> Wish:
    """A new item with some of its fields."""
    section = w.one([each for each in app.sections if each.add])
    title, now = w.filler.title(), w.world.now.date().isoformat()
    count = min(len(section.fields), w.random.choice((0, 1, 1, 2, 2, 3, 4)))
    chosen = sorted(w.random.sample(section.fields, count), key=section.fields.index)
    given = [(each, w.other(each, first(each) or "-")) for each in chosen if each.kind != "switch"]
    given += [(each, ON) for each in chosen if each.kind == "switch"]
    given.sort(key=lambda pair: section.fields.index(pair[0]))
    spoken = w.random.sample(given, len(given)) if w.random.random() < 0.3 else given
    with_, and_ = fields_said(w.random, [(each, value, w.told(each, value)) for each, value in spoken])
    told = w.words(
        s.MAKE,
        tail=True,
        noun=section.noun,
        a_noun=an(section.noun),
        title=title,
        with_=with_,
        and_=and_,
        name_label=section.name_label.lower(),
    )
    steps = [set_field(each, value, first(each), now) for each, value in given]
    way = follow(
        to_section(app, section),
        lambda walk: walk.do(tap(section.add), write(section.name_label, title)),
        *steps,
        lambda walk: walk.tap(section.save),
    )
    known = {each.name: value for each, value in given}
    values = tuple((each.name, known.get(each.name, first(each))) for each in section.fields)
    return Wish(
        "make",
        app.title,
        told,
        way,
        ops.add("things", Thing(0, app.name, section.name, title, values)),
        noun=section.noun,
    )


def edit(w: Wisher, app: Blueprint) -> Wish:
    """One or two other values of an item, by its form or one by one."""
    section, thing = w.item(app, lambda each, _: bool(each.edit) or each.detail != "page")
    one_by_one = section.detail == "rows"
    count = 2 if len(section.fields) > 1 and w.random.random() < 0.3 else 1
    chosen = sorted(w.random.sample(section.fields, count), key=section.fields.index)
    switches = [each.kind == "switch" for each in chosen]
    if any(switches) and count > 1:
        raise Unfit
    given = [(each, w.changed(thing, each)) for each in chosen]
    x = w.named(section, thing)
    slots = {"x": x, "label": chosen[0].label.lower(), "value": w.told(*given[0])}
    if any(switches):
        told = w.words(s.SWITCHED, tail=False, **slots, on=given[0][1])
    elif count > 1:
        told = w.words(s.EDIT_TWO, tail=True, **slots, label2=chosen[1].label.lower(), value2=w.told(*given[1]))
    else:
        told = w.words(s.EDIT, tail=True, **slots)
    now = w.world.now.date().isoformat()
    olds = [thing.get(each.name) for each in chosen]
    way: list[Go] = [to_item(app, section, thing)]
    if one_by_one:
        way += [set_value(each, value, old) for (each, value), old in zip(given, olds, strict=True)]
    else:
        if section.detail == "page":
            way.append(lambda walk: walk.tap(section.edit))
        way += [set_field(each, value, old, now) for (each, value), old in zip(given, olds, strict=True)]
        way.append(lambda walk: walk.tap(section.save))
    return Wish(
        "edit",
        app.title,
        told,
        follow(*way),
        with_values(thing, *given),
        noun=section.noun,
        about=about(thing, *chosen),
    )


def rename(w: Wisher, app: Blueprint) -> Wish:
    """Another name for an item."""
    section, thing = w.item(app, lambda each, _: bool(each.rename or each.edit) or each.detail == "form")
    title = w.filler.title()
    told = w.words(s.RENAME, tail=True, x=w.named(section, thing), title=title)
    if section.rename:
        way = follow(act(section, section.rename), lambda walk: walk.do(write(section.name_label, title), tap("OK")))
    else:
        opened = (tap(section.edit),) if section.detail == "page" else ()
        way: Go = lambda walk: walk.do(*opened, write(section.name_label, title), tap(section.save))  # noqa: E731
    go = follow(to_item(app, section, thing), way)
    return Wish("rename", app.title, told, go, ops.edit("things", thing.id, title=title), noun=section.noun)


def delete(w: Wisher, app: Blueprint) -> Wish:
    """An item less."""
    section, thing = w.item(app, lambda each, _: bool(each.delete))
    told = w.words(s.DELETE, x=w.named(section, thing))
    sure: Go = lambda walk: walk.tap(*((section.delete,) if section.asks else ()))  # noqa: E731
    go = follow(to_item(app, section, thing), act(section, section.delete), sure)
    return Wish("delete", app.title, told, go, ops.drop("things", thing.id), noun=section.noun)


def mark(w: Wisher, app: Blueprint) -> Wish:
    """Set or clear the mark of an item; where it already is as wanted, there is nothing to do."""
    section, thing = w.item(app, lambda each, _: each.mark is not None)
    assert section.mark is not None
    settled = w.random.random() < 0.15
    wanted = thing.marked if settled else not thing.marked
    x = w.named(section, thing)
    do = w.one(section.mark.asks if wanted else section.mark.undoes).format(x=x)
    said, no = section.mark.said.lower(), "" if wanted else "not "
    told = w.words(s.MARK, do=do, x=x, state=f"{no}{said}", be=f"{no}be {said}")
    if section.inline:
        label = f"{section.mark.said} {thing.title}"
        seen: Go = lambda walk: walk.search(label, section.search, thing.title)  # noqa: E731
        pressed: Go = lambda walk: walk.see(label) if settled else walk.tap(label)  # noqa: E731
        go = follow(to_list(app, section, thing), seen, pressed)
    elif settled:
        go = to_item(app, section, thing)
    else:
        label = section.mark.clear if thing.marked else section.mark.set
        go = follow(to_item(app, section, thing), act(section, label))
    change = ops.edit("things", thing.id, marked=wanted)
    return Wish(
        "settled" if settled else "mark",
        app.title,
        told,
        go,
        change,
        reads=settled,
        noun=section.noun,
        about=frozenset({(thing.id, "mark")}),
    )


def move(w: Wisher, app: Blueprint) -> Wish:
    """Another place in a list of places, by the item's own action."""
    section, thing = w.item(app, lambda each, _: bool(each.move))
    each = section.field(section.move)
    value = w.changed(thing, each)
    forms = s.MOVE if section.moved == "Move to" else s.EDIT
    told = w.words(forms, x=w.named(section, thing), value=value, label=each.label.lower())
    go = follow(to_item(app, section, thing), act(section, section.moved), lambda walk: walk.tap(value))
    return Wish(
        "move", app.title, told, go, with_values(thing, (each, value)), noun=section.noun, about=about(thing, each)
    )


def setting(w: Wisher, app: Blueprint) -> Wish:
    """A setting; where it already is as wanted, there is nothing to do but to look."""
    thing, each = w.settings(app, "switch", "choice", "level", "text")
    old = thing.get(each.name)
    settled = each.kind != "text" and w.random.random() < 0.2
    if each.kind == "switch":
        value = old if settled else w.changed(thing, each)
    elif each.kind == "level":
        by = w.random.choice((-3, -2, -1, 1, 2, 3)) * each.step
        value = old if settled else str(int(old) + by)
        if not each.low <= int(value) <= each.high:
            raise Unfit
    else:
        value = old if settled else w.changed(thing, each)
    forms = {"switch": s.SETTING, "choice": s.CHOOSE, "level": s.LEVEL, "text": s.WRITE_SETTING}[each.kind]
    told = w.words(forms, tail=each.kind == "text", label=_the(w, each), on=value, value=w.told(each, value))
    change = with_values(thing, (each, value))
    if settled:
        return Wish("settled", app.title, told, _shown(app, each, old), change, reads=True, about=about(thing, each))
    return Wish(
        "setting",
        app.title,
        told,
        follow(to_setting(app, each.name), set_value(each, value, old)),
        change,
        about=about(thing, each),
    )


def _the(w: Wisher, each: Field) -> str:
    label = each.label.lower()
    return w.random.choice((label, label, f"the {label}", each.label))


def read(w: Wisher, app: Blueprint) -> Wish:
    """A value of an item, read where it stands."""
    section, thing = w.item(app, lambda each, _: any(f.kind != "switch" for f in each.fields))
    each = w.one([f for f in section.fields if f.kind != "switch"])
    kind = kind_of(each)
    by_kind = kind and not w.imperative and w.random.random() < _BY_KIND and tells(kind, section)
    forms = s.READ_KIND[kind] if by_kind else s.READ
    told = w.words(forms, x=w.named(section, thing), label=each.label.lower())
    if section.subtitle == each.name:
        seen: Go = lambda walk: walk.search(thing.title, section.search, thing.title)  # noqa: E731
        go = follow(to_list(app, section, thing), seen, lambda walk: walk.see(thing.title))
    else:
        go = to_item(app, section, thing)
    return Wish(
        "read",
        app.title,
        told,
        go,
        answer=each.shown(thing.get(each.name)),
        reads=True,
        noun=section.noun,
        about=about(thing, each),
    )


def read_setting(w: Wisher, app: Blueprint) -> Wish:
    """What a setting is at, or what the app says about itself."""
    if app.about and w.random.random() < 0.4:
        label, value = w.one(app.about)
        told = w.words(s.READ_ABOUT, label=label.lower())
        go = follow(to_settings(app), lambda walk: walk.tap("About"))
        return Wish("read", app.title, told, go, answer=value, reads=True)
    thing, each = w.settings(app, "choice", "level", "text")
    told = w.words(s.READ_SETTING, label=_the(w, each))
    old = thing.get(each.name)
    return Wish("read", app.title, told, _shown(app, each, old), answer=old, reads=True, about=about(thing, each))


def _shown(app: Blueprint, each: Field, value: str) -> Go:
    """To a setting that can be read."""
    words = f"{each.label}: {value}" if each.kind == "level" else each.label
    return follow(to_setting(app, each.name), lambda walk: walk.see(words))


def count(w: Wisher, app: Blueprint) -> Wish:
    """How many things a section holds, as its entrance says."""
    if app.style != "menu":
        raise Unfit
    section = w.one(app.sections)
    held = sum((t.app, t.section) == (app.name, section.name) for t in w.world.things)
    told = w.words(s.COUNT, plural=section.plural)
    answer = str(held) if held else f"No {section.plural}"
    return Wish(
        "read", app.title, told, lambda walk: walk.see(section.title), answer=answer, reads=True, noun=section.noun
    )


def visit(w: Wisher, app: Blueprint) -> Wish:
    """Only a place in the app: the app itself, a section, an item."""
    kind = w.random.random()
    if kind < 0.3:
        told = w.words(s.VISIT, app=app.title)
        return Wish("visit", app.title, told, lambda _: None, reads=True, named=True)
    if kind < 0.55 and len(app.sections) > 1:
        section = w.one(app.sections[1:])
        told = w.words(s.VISIT_SECTION, app=app.title, section=section.title)
        return Wish("visit", app.title, told, to_section(app, section), reads=True, named=True)
    section, thing = w.item(app, lambda each, _: each.detail != "form")
    told = w.words(s.OPEN, x=w.named(section, thing))
    return Wish("visit", app.title, told, to_item(app, section, thing), reads=True, noun=section.noun)


KINDS: dict[str, tuple[Callable[[Wisher, Blueprint], Wish], float]] = MORE | {
    "make": (make, 3.5),
    "edit": (edit, 3.0),
    "rename": (rename, 1.2),
    "delete": (delete, 1.5),
    "mark": (mark, 1.6),
    "move": (move, 3.0),
    "setting": (setting, 4.5),
    "read": (read, 1.6),
    "read_setting": (read_setting, 1.0),
    "count": (count, 0.8),
    "visit": (visit, 0.5),
}
"""Kinds of wishes and how often they are drawn."""
