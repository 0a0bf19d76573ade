"""Tasks in Browser."""

from __future__ import annotations

from dataclasses import replace

from ..sim import ops
from ..sim.apps.browser import clear_history, visit
from ..sim.world import Page
from .draw import Draw
from .task import Draft, Move, launch, say, tap, template, write

_OPEN = launch("Browser")
_FIELD = "Search or type web address"


def page(d: Draw, *, marked: bool | None = None) -> Page:
    """A page of the simulated web."""
    return d.one([p for p in d.world.pages if marked is None or p.bookmarked == marked])


def visit_by_address(found: Page) -> tuple[Move, ...]:
    """Type the address."""
    return (_OPEN, write(_FIELD, found.url, enter=True))


@template("browser")
def bookmark(d: Draw) -> Draft:
    found = page(d, marked=False)
    return Draft(
        (
            "Bookmark {url}",
            "Open {url} and add a bookmark",
            "Save the page {url} to my bookmarks",
            "Keep {url} as a bookmark in the browser",
        ),
        (*visit_by_address(found), tap("Add bookmark")),
        {"url": found.url},
        ops.edit("pages", found.id, bookmarked=True),
    )


@template("browser")
def remove_bookmark(d: Draw) -> Draft:
    found = page(d, marked=True)
    return Draft(
        (
            "Remove the bookmark {t}",
            "Delete {t} from my bookmarks",
            "I do not need the bookmark of {t} any more",
            "Take {t} out of the browser's bookmarks",
        ),
        (_OPEN, tap(found.title), tap("Remove bookmark")),
        {"t": found.title},
        ops.edit("pages", found.id, bookmarked=False),
    )


@template("browser")
def ask_page(d: Draw) -> Draft:
    found = page(d, marked=False)
    first = found.text.split("\n")[0]
    return Draft(
        (
            "Open {url} and read me the first line",
            "What does the page {url} say first?",
            "Look at {url} and tell me its first line",
            "Go to {url}, which line is at the top of the text?",
        ),
        (*visit_by_address(found), say(first)),
        {"url": found.url},
        answer=first,
    )


@template("browser")
def ask_bookmarked(d: Draw) -> Draft:
    found = page(d, marked=True)
    last = found.text.split("\n")[-1]
    return Draft(
        (
            "What is the last line of the bookmarked page {t}?",
            "Open my bookmark {t} and read out how the page ends",
            "Look at the bookmark {t}, what is its last line?",
            "Tell me the final line of {t} from my bookmarks",
        ),
        (_OPEN, tap(found.title), say(last)),
        {"t": found.title},
        answer=last,
    )


@template("browser")
def search_page(d: Draw) -> Draft:
    found = page(d, marked=False)
    words = found.title.lower()
    last = found.text.split("\n")[-1]
    return Draft(
        (
            "Search the web for {w} and read me the last line of the page",
            "Look up {w} online, what does the page end with?",
            "Find {w} in the browser and tell me its last line",
            "Google {w} and read out the final line",
        ),
        (_OPEN, write(_FIELD, words, enter=True), tap(found.title), say(last)),
        {"w": words},
        answer=last,
    )


@template("browser")
def wipe_history(d: Draw) -> Draft:
    first, second = d.some(d.world.pages, 2)
    d.setup(ops.seq(visit(first), visit(second)))
    return Draft(
        (
            "Clear my browsing history",
            "Delete the browser's history",
            "Nobody should see which pages I visited, clear the history",
            "Wipe the history of the browser",
        ),
        (_OPEN, tap("History"), tap("Clear history"), tap("Clear")),
        want=clear_history,
    )


@template("browser", "messages")
def share(d: Draw) -> Draft:
    found, who = page(d, marked=False), d.contact()
    return Draft(
        (
            "Share the page {url} with {name}",
            "Send {name} the link {url} from the browser",
            "Open {url} and share it with {name}",
            "{name} should see {url}, share the page",
        ),
        (*visit_by_address(found), tap("Share"), tap(who.name), tap("Send")),
        {"url": found.url, "name": who.name},
        ops.send_message(who.name, found.url),
    )


@template("browser")
def copy_link(d: Draw) -> Draft:
    found = page(d, marked=False)
    return Draft(
        (
            "Copy the link of {url}",
            "Open {url} and copy its link",
            "Put the link of the page {url} on the clipboard",
            "I need the link of {url} copied in the browser",
        ),
        (*visit_by_address(found), tap("Copy link")),
        {"url": found.url},
        lambda w: replace(w, clipboard=found.url),
    )
