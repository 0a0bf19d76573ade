"""Browser: an address field that searches, pages to read, bookmarks, and a history that is cleared after a question."""

from __future__ import annotations

from dataclasses import replace

from .. import ops
from ..app import App, confirm, gone, key_of
from ..state import Act, State, go, seq, swap, world
from ..view import View, button, entry, icon, row, text
from ..world import Page, World

app = App("browser", "Browser")


def visit(page: Page) -> ops.Edit:
    """Put a page at the front of the history."""
    return lambda w: replace(w, visited=(page.title, *(t for t in w.visited if t != page.title)))


def open_page(page: Page) -> Act:
    """Open a page, which leaves a trace in the history."""
    return seq(world(visit(page)), go("page", id=page.id))


def clear_history(world_: World) -> World:
    """Forget what was visited."""
    return replace(world_, visited=())


def _search(state: State) -> State:
    query = state.top.get("address").strip()
    page = next((p for p in state.world.pages if p.url == query.lower().removeprefix("https://")), None)
    return open_page(page)(state) if page else go("results", words=query)(state)


@app.screen("main")
def main(state: State) -> View:
    """The start page: address field and bookmarks."""
    marked = tuple(row(p.title, open_page(p), p.url) for p in state.world.pages if p.bookmarked)
    field = entry(state, "address", "Search or type web address", submit=_search)
    bar = (icon("Bookmarks", go("bookmarks")), icon("History", go("history")))
    return View("Browser", (field, *marked), bar=bar)


@app.screen("results")
def results(state: State) -> View:
    """Pages that hold the words."""
    words = state.top.get("words")
    found = [p for p in state.world.pages if all(w in f"{p.title} {p.text}".lower() for w in words.lower().split())]
    rows = tuple(row(p.title, open_page(p), p.url) for p in found)
    return View(f"Results for {words}", rows or (text("No results"),))


@app.screen("page")
def page_(state: State) -> View:
    """One page."""
    page: Page | None = ops.row(state.world, "pages", key_of(state))
    if page is None:
        return gone("Page")
    label = "Remove bookmark" if page.bookmarked else "Add bookmark"
    mark = world(ops.edit("pages", page.id, bookmarked=not page.bookmarked))
    copy = world(lambda w: replace(w, clipboard=page.url), "Link copied")
    bar = (icon(label, mark), icon("Copy link", copy))
    share = button("Share", go("forward", "messages", text=page.url))
    return View(page.title, (text(page.url), *(text(part) for part in page.text.split("\n")), share), bar=bar)


@app.screen("bookmarks")
def bookmarks(state: State) -> View:
    """Every bookmark; a tap opens its options."""
    rows = tuple(row(p.title, go("bookmark", id=p.id), p.url) for p in state.world.pages if p.bookmarked)
    return View("Bookmarks", rows or (text("No bookmarks yet"),))


@app.screen("bookmark")
def bookmark(state: State) -> View:
    """What can be done with a bookmark."""
    page: Page | None = ops.row(state.world, "pages", key_of(state))
    if page is None:
        return gone("Bookmark")
    remove = seq(lambda s: replace(s, stack=s.stack[:-1]), world(ops.edit("pages", page.id, bookmarked=False)))
    openit = seq(world(visit(page)), swap("page", id=page.id))
    return View(page.title, (row("Open", openit), row("Remove bookmark", remove)), overlay=True)


@app.screen("history")
def history(state: State) -> View:
    """What was visited, latest first."""
    pages = {p.title: p for p in state.world.pages}
    rows = tuple(row(t, open_page(pages[t])) for t in state.world.visited if t in pages)
    bar = (icon("Clear history", go("clear")),) if rows else ()
    return View("History", rows or (text("No history"),), bar=bar)


@app.screen("clear")
def clear(_: State) -> View:
    """The question before the history is cleared."""
    return confirm("Clear browsing history?", "Clear", world(clear_history, "History cleared"))
