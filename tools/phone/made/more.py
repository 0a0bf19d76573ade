"""More wishes: copies, sharing, several items or settings at once, forms that ask, values carried to another app."""

from __future__ import annotations

from collections.abc import Callable

from ..sim import ops
from ..tasks.draw import Unfit
from ..tasks.task import Move, launch, tap
from .items import copied, first, shared
from .model import OFF, ON, Blueprint, Field, Section, Thing
from .said import Said
from .walk import Go
from .ways import act, follow, set_field, set_value, to_item, to_list, to_setting
from .wisher import Wish, Wisher, about, with_values

SHARE = (
    "Share {x} with {name}",
    "Send {x} to {name}",
    "Pass {x} on to {name}",
    "Let {name} have {x}",
    "Give {name} {x}",
    "{Name} should get {x}",
)
COPY = (
    "Duplicate {x}",
    "Make a copy of {x}",
    "Copy {x}",
    "I need {x} twice",
    "Clone {x}",
)
_DELETE_TWO = ("Delete {x} and {y}", "Remove {x} and {y}", "Get rid of {x} and {y}", "Erase both {x} and {y}")
_MARK_TWO = ("{Do} and {y}", "Please {do} and also {y}", "{Do} as well as {y}")
_SWITCH_TWO = (
    "Turn {label} and {label2} {on}",
    "Switch {on} {label} and {label2}",
    "Set both {label} and {label2} to {on}",
    "I want {label} and {label2} {on}",
    "Turn {label} {on} and {label2} {on2}",
    "Switch {label} {on} and {label2} {on2}",
)
_CARRY = (
    "Put the {label} of {x} from {app} into the {label2} of {y} in {other}",
    "Look up the {label} of {x} in {app} and write it into the {label2} of {y} in {other}",
    "Copy the {label} of {x} in {app} to the {label2} of {y} in {other}",
    "Take the {label} of {x} from {app} as the {label2} of {y} in {other}",
)


def copy(w: Wisher, app: Blueprint) -> Wish:
    """A copy of an item."""
    section, thing = w.item(app, lambda each, _: bool(each.copy))
    told = w.words(COPY, x=w.named(section, thing))
    go = follow(to_item(app, section, thing), act(section, section.copy))
    return Wish("copy", app.title, told, go, copied(thing), noun=section.noun)


def share(w: Wisher, app: Blueprint) -> Wish:
    """An item for a person."""
    section, thing = w.item(app, lambda each, _: bool(each.share))
    name = w.one(w.world.contacts).name
    told = w.words(SHARE, x=w.named(section, thing), name=name)
    go = follow(to_item(app, section, thing), act(section, section.share), lambda walk: walk.tap(name))
    return Wish("share", app.title, told, go, shared(thing, name), noun=section.noun)


def _two(w: Wisher, app: Blueprint, wanted: Callable[[Section, Thing], bool]) -> tuple[Section, Thing, Thing]:
    """Two items of one list."""
    section, one = w.item(app, wanted)
    known = [t for t in w.world.things if (t.app, t.section) == (one.app, one.section) and t.id != one.id]
    known = [t for t in known if wanted(section, t) and t.get(section.grouped) == one.get(section.grouped)]
    return section, one, w.one(known)


def delete_two(w: Wisher, app: Blueprint) -> Wish:
    """Two items less, chosen together where that can be done."""
    section, one, two = _two(w, app, lambda each, _: bool(each.delete))
    told = w.words(_DELETE_TWO, x=w.named(section, one), y=two.title)
    if section.select:
        go = follow(
            to_list(app, section, one),
            lambda walk: walk.tap(section.select, one.title, two.title, section.delete),
        )
    else:
        sure = (section.delete,) if section.asks else ()
        delete = act(section, section.delete)
        go = follow(
            to_item(app, section, one),
            delete,
            lambda walk: walk.tap(*sure),
            lambda walk: walk.row(two.title, section.search),
            delete,
            lambda walk: walk.tap(*sure),
        )
    return Wish("delete_two", app.title, told, go, ops.drop("things", one.id, two.id), noun=section.noun)


def mark_two(w: Wisher, app: Blueprint) -> Wish:
    """The same mark for two items."""

    def open_(section: Section, thing: Thing) -> bool:
        return section.mark is not None and not section.inline and not thing.marked

    section, one, two = _two(w, app, open_)
    mark = section.mark
    assert mark is not None
    ask = next((form for form in mark.asks if form.endswith("{x}")), "")
    if not ask:
        raise Unfit
    told = w.words(_MARK_TWO, do=ask.format(x=w.named(section, one)), y=two.title)
    go = follow(
        to_item(app, section, one),
        act(section, mark.set),
        lambda walk: walk.do(Move("back")),
        lambda walk: walk.row(two.title, section.search),
        act(section, mark.set),
    )
    change = ops.seq(*(ops.edit("things", each.id, marked=True) for each in (one, two)))
    found = frozenset({(each.id, "mark") for each in (one, two)})
    return Wish("mark_two", app.title, told, go, change, noun=section.noun, about=found)


def switch_two(w: Wisher, app: Blueprint) -> Wish:
    """Two switches of the settings."""
    switches = [each for each in app.settings if each.kind == "switch"]
    if len(switches) < 2:
        raise Unfit
    one, two = w.random.sample(switches, 2)
    thing, _ = w.settings(app, "switch")
    news = [OFF if thing.get(each.name) == ON else ON for each in (one, two)]
    forms = [form for form in _SWITCH_TWO if ("{on2}" in form) or news[0] == news[1]]
    told = w.words(forms, label=one.label.lower(), label2=two.label.lower(), on=news[0], on2=news[1])
    apart = app.page_of(one.name) != app.page_of(two.name)
    go = follow(
        to_setting(app, one.name),
        lambda walk: walk.tap(one.label),
        lambda walk: walk.do(*((Move("back"), tap(app.page_of(two.name))) if apart else ())),
        lambda walk: walk.tap(two.label),
    )
    change = with_values(thing, (one, news[0]), (two, news[1]))
    return Wish("switch_two", app.title, told, go, change, about=about(thing, one, two))


def order(w: Wisher, app: Blueprint) -> Wish:
    """A form that asks for something, filled in and sent off."""
    form = w.one(app.orders)
    given = [(each, w.other(each, first(each) or "-")) for each in form.fields]
    ask, last = w.one([each.partition("; ")[0] for each in form.asks]), form.asks[-1].partition("; ")[2]
    ask += f" {last}" if w.random.random() < 0.5 else ""
    chosen = [pair for at, pair in enumerate(given) if f"{{{at}}}" in ask]
    text = ask.format(*(w.told(each, value) for each, value in given))
    told = Said(text[:1].upper() + text[1:], not text.startswith(("how", "I ", "where")), tail=True)
    now = w.world.now.date().isoformat()
    go = follow(
        lambda walk: walk.tap(form.title),
        *(set_field(each, value, first(each), now) for each, value in chosen if value != first(each)),
        lambda walk: walk.tap(form.submit),
    )
    known = {each.name: value for each, value in chosen}
    values = tuple((each.name, known.get(each.name, first(each))) for each in form.fields)
    return Wish("order", app.title, told, go, ops.add("things", Thing(0, app.name, form.name, "", values)))


def carry(w: Wisher, app: Blueprint, other: Blueprint) -> Wish:
    """A value that is read in one app and written in another."""
    section, thing = w.item(app, lambda each, _: any(f.kind in {"text", "number"} for f in each.fields))
    known = w.one([each for each in section.fields if each.kind in {"text", "number"} and thing.get(each.name)])
    to, target = w.item(other, lambda each, _: bool(each.edit or each.detail != "page") and bool(_texts(each)))
    into = w.one(_texts(to))
    slots = {"label": known.label.lower(), "label2": into.label.lower(), "app": app.title, "other": other.title}
    told = w.words(_CARRY, tail=False, x=w.named(section, thing), y=w.named(to, target), **slots)
    value, now = thing.get(known.name), w.world.now.date().isoformat()
    seen = section.subtitle == known.name
    read = follow(
        to_list(app, section, thing) if seen else to_item(app, section, thing),
        lambda walk: walk.see(thing.title) if seen else None,
    )
    opened = (tap(to.edit),) if to.detail == "page" else ()
    old = target.get(into.name)
    kept: Go = lambda walk: walk.tap(to.save)  # noqa: E731
    put = (set_value(into, value, old),) if to.detail == "rows" else (set_field(into, value, old, now), kept)
    go = follow(
        read,
        lambda walk: walk.do(launch(other.title)),
        to_item(other, to, target),
        lambda walk: walk.do(*opened),
        *put,
    )
    return Wish("carry", app.title, told, go, with_values(target, (into, value)), named=True, about=about(target, into))


def _texts(section: Section) -> list[Field]:
    return [each for each in section.fields if each.kind == "text"]


MORE: dict[str, tuple[Callable[[Wisher, Blueprint], Wish], float]] = {
    "copy": (copy, 1.5),
    "share": (share, 2.5),
    "delete_two": (delete_two, 1.2),
    "mark_two": (mark_two, 1.2),
    "switch_two": (switch_two, 1.5),
    "order": (order, 3.0),
}
"""Kinds of wishes of one app and how often they are drawn."""
