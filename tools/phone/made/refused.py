"""Wishes that cannot be granted: the item, the setting, the choice, the function or the app is not there."""

from __future__ import annotations

from collections.abc import Callable

from ..tasks.draw import Unfit
from ..tasks.task import write
from . import forms as s
from . import more, words
from .model import Blueprint
from .said import say
from .walk import Go
from .ways import follow, to_item, to_section, to_setting, to_settings
from .wisher import Wish, Wisher


def no_item(w: Wisher, app: Blueprint) -> Wish:
    """An item that a search does not find, or that a short list does not hold."""
    section = w.one([each for each in app.sections if (each.search or not each.long) and not each.grouped])
    title = w.filler.title()
    x = w.random.choice((f"the {section.noun} {title}", f"my {section.noun} {title}"))
    looked: Go = lambda walk: walk.do(write(section.search, title)) if section.search else walk.whole()  # noqa: E731
    kinds: list[tuple[tuple[str, ...], dict[str, str]]] = [(s.DELETE, {}), (s.OPEN, {})]
    kinds += [(s.READ, {"label": each.label.lower()}) for each in section.fields if each.kind != "switch"]
    kinds += [(s.RENAME, {"title": w.filler.title()})]
    forms, slots = w.one(kinds)
    told = w.words(forms, tail=forms is s.RENAME, x=x, **slots)
    missing = f"there is no {section.noun} {title}"
    return Wish(
        "refused",
        app.title,
        told,
        follow(to_section(app, section), looked),
        missing=missing,
        reads=True,
        noun=section.noun,
    )


def no_setting(w: Wisher, app: Blueprint) -> Wish:
    """A setting that the app does not have."""
    if not app.settings or app.pages:
        raise Unfit
    have = {each.label for each in app.settings}
    label = w.one([each for each in words.SETTING_SWITCHES if each not in have])
    told = w.words(s.SETTING, label=label.lower(), on=w.one(("on", "off")))
    missing = f"there is no setting {label.lower()}"
    go = follow(to_settings(app), lambda walk: walk.whole())
    return Wish("refused", app.title, told, go, missing=missing, reads=True)


def no_choice(w: Wisher, app: Blueprint) -> Wish:
    """A value that a setting does not offer."""
    _, each = w.settings(app, "choice")
    offered = {option for options in words.SETTING_CHOICES.values() for option in options}
    value = w.one(sorted(offered - set(each.options)))
    told = w.words(s.CHOOSE, label=each.label.lower(), value=value)
    go = follow(to_setting(app, each.name), lambda walk: walk.tap(each.label))
    return Wish("refused", app.title, told, go, missing=f"{each.label.lower()} cannot be {value}", reads=True)


def no_function(w: Wisher, app: Blueprint) -> Wish:
    """Something that an item cannot have done to it."""
    section, thing = w.item(app, lambda each, _: each.detail != "form")
    x, name = w.named(section, thing), w.one(w.world.contacts).name
    missing: list[tuple[tuple[str, ...], dict[str, str]]] = []
    missing += [] if section.delete else [(s.DELETE, {})] * 2
    missing += [] if section.share else [(more.SHARE, {"name": name})]
    missing += [] if section.copy else [(more.COPY, {})]
    forms, slots = w.one(missing)
    told = w.words(forms, tail=False, x=x, **slots)
    actions = bool(section.mark and not section.inline) or any(
        (section.rename, section.move, section.copy, section.share, section.delete)
    )
    opened: Go = lambda walk: walk.tap(section.menu)  # noqa: E731
    go = follow(to_item(app, section, thing), *((opened,) if section.menu and actions else ()))
    why = f"that cannot be done with {section.plural}"
    return Wish("refused", app.title, told, go, missing=why, reads=True, noun=section.noun)


def no_app(w: Wisher, app: Blueprint) -> Wish:
    """An app that is not on the phone; asked on the home screen."""
    title = w.one(words.MISSING_APPS)
    told = say(w.random, s.VISIT, app=title)
    return Wish("no_app", "", told, lambda _: None, missing=f"there is no app {title}", reads=True, named=True)


REFUSED: dict[str, tuple[Callable[[Wisher, Blueprint], Wish], float]] = {
    "no_item": (no_item, 3.0),
    "no_setting": (no_setting, 2.2),
    "no_choice": (no_choice, 1.8),
    "no_function": (no_function, 2.5),
    "no_app": (no_app, 0.7),
}
"""Kinds of refused wishes and how often they are drawn."""
