"""App documents: exploring finds structure and does no harm; the guide is made from documents, request and screen."""

from __future__ import annotations

from pathlib import Path

import pytest
from phone.documents.asked import asked
from phone.documents.explore import explore
from phone.documents.guide import FOLDER, LONGEST, Guide, shipped
from phone.documents.model import VARIES, AppDocument, read, write
from phone.documents.simulated import document
from phone.documents.words import irreversible
from phone.session import Session
from phone.sim.diff import diff
from phone.simulated import Simulated
from phone.tasks import TEMPLATES
from phone.tasks.trajectory import play

APPS = Simulated(0).apps()


class Wrapped:
    """A phone behind another class, as a real one is: nothing on it can be undone."""

    def __init__(self, seed: int) -> None:
        self.inner = Simulated(seed)

    def __getattr__(self, name: str) -> object:
        return getattr(self.inner, name)


@pytest.mark.parametrize("app", APPS)
def test_exploring_anew_gives_the_document_that_ships(app: str, tmp_path: Path) -> None:
    found = document(app)
    write(found, tmp_path / "again.json")
    assert (tmp_path / "again.json").read_bytes() == (FOLDER / f"{found.package}.json").read_bytes()
    assert read(tmp_path / "again.json") == found


def test_every_app_is_documented() -> None:
    assert {read(path).app for path in FOLDER.glob("*.json")} == set(APPS)


def test_a_document_holds_structure_and_no_values() -> None:
    messages = read(FOLDER / "messages.json")
    main = messages.page("main")
    assert main is not None
    assert [(part.kind, part.label) for part in main.parts] == [
        ("button", "Start chat"),
        ("field", "Search messages"),
        ("button", VARIES),
    ]
    assert (VARIES, "More options", "Mute notifications") not in list(messages.functions())  # it leads back
    deleting = next(part for page in messages.pages for part in page.parts if part.label == "Delete conversation")
    assert deleting.irreversible
    asks = messages.page(deleting.leads)
    assert asks is not None
    assert [part.label for part in asks.parts] == ["Cancel", "Delete"]


def test_leads_name_pages_or_other_apps() -> None:
    for path in FOLDER.glob("*.json"):
        found = read(path)
        names = {page.name for page in found.pages}
        leads = {part.leads for page in found.pages for part in page.parts if part.leads}
        assert all(lead in names or lead.startswith("app:") for lead in leads)


@pytest.mark.parametrize("app", ["Contacts", "Messages", "Notes", "Gallery"])
def test_a_phone_that_cannot_be_set_back_is_explored_without_harm(app: str) -> None:
    phone = Wrapped(7)
    before = phone.inner.phone.world
    found = explore([phone], app, pages=12)  # pyright: ignore[reportArgumentType]
    assert len(found.pages) > 1
    assert not diff(before, phone.inner.phone.world)


def test_words_of_no_return() -> None:
    assert irreversible("Delete conversation") and irreversible("Send") and not irreversible("More options")


def way(request: str, *, app: str = "", world: int = 3) -> tuple[str, ...]:
    session = Session(Simulated(world))
    if app:
        session.open_app(app)
    return shipped().way(request, session.look())


def test_the_guide_names_the_app_then_the_labels_on_the_way() -> None:
    assert way("start the stopwatch")[:2] == ("Clock", "Stopwatch")
    assert way("start the stopwatch", app="Clock")[0] == "Stopwatch"
    assert way("turn on airplane mode", app="Settings") == ("Network and internet", "Airplane mode")
    assert way("switch Bluetooth on") == ("Settings", "Connected devices", "Bluetooth")


def test_rows_are_matched_on_the_screen() -> None:
    session = Session(Simulated(3))
    session.open_app("Contacts")
    name = next(e.handle for e in session.look().elements if e.detail and e.handle)
    assert shipped().way(f"delete the contact {name}", session.look())[:2] == (name, "Delete")


def test_a_form_is_filled_in_order_and_then_saved() -> None:
    session = Session(Simulated(3))
    session.open_app("Clock")
    session.tap("Timer")
    request = "start a timer for 12 minutes"
    assert shipped().way(request, session.look())[0] == "Minutes"
    session.type_text("Minutes", "12")
    assert shipped().way(request, session.look())[0] == "Start"


def test_values_are_told_from_words() -> None:
    wanted = asked('Forward the mail "Minutes of the meeting" to Ivo at 5:25 pm')
    assert {"meet", "ivo"} <= wanted.values
    assert wanted.words.get("meet", 0.0) < wanted.words["forward"]
    assert wanted.agrees("17:25") and not wanted.agrees("05:25")


def test_lines_are_short_and_the_same_each_time() -> None:
    fresh = Guide(read(path) for path in sorted(FOLDER.glob("*.json")))
    for template in list(TEMPLATES.values())[::12]:
        task = template.task(11)
        for step in play(task).steps:
            line = shipped().line(task.request, step.seen)
            assert len(line) <= LONGEST
            assert line == fresh.line(task.request, step.seen)


def test_no_documents_no_guidance() -> None:
    assert Guide([]).line("set an alarm", Session(Simulated(0)).look()) == ""
    assert (
        Guide([AppDocument(app="Empty", package="empty", pages=())]).way("anything", Session(Simulated(0)).look()) == ()
    )


def test_the_session_tells_the_line_last() -> None:
    session, plain = Session(Simulated(0)), Session(Simulated(0), documents=False)
    assert session.lines() == plain.lines()
    session.request = plain.request = "turn on airplane mode"
    assert session.lines() == (*plain.lines(), "guide: Settings > Network and internet > Airplane mode")
