"""The chromium driver on small pages: what is seen, what a tap and a key do, and what goes wrong."""

from __future__ import annotations

import asyncio
import threading

import pytest
from chromium_pages import Open, Site
from phone.chromium.browser import Browser
from phone.chromium.driver import Chromium, package
from phone.compact import Compact, compact
from phone.driver import Driver
from phone.screen import Node, parse
from phone.session import Session

from agentkit.errors import Failed


def seen(driver: Chromium) -> Compact:
    return compact(parse(driver.dump()))


def nodes(driver: Chromium) -> dict[str, Node]:
    return {node.id: node for node in parse(driver.dump()).walk() if node.id}


def test_it_is_a_driver(show: Open) -> None:
    driver: Driver = show("<p>hello</p>")
    assert driver.name == "chromium" and sorted(driver.capabilities) == ["apps", "picture"]
    assert driver.names("contacts") == () and driver.now() is not None
    with pytest.raises(Failed, match="the chromium driver has no `intents`"):
        driver.intent("take_photo", {})
    with pytest.raises(Failed, match="no key `volume`"):
        driver.press("volume")


def test_a_page_behaves_like_a_phone(show: Open) -> None:
    driver = show("<p>hello</p>")
    asked = "() => [innerWidth, innerHeight, devicePixelRatio, navigator.maxTouchPoints > 0, navigator.userAgent]"
    width, height, ratio, touch, agent = driver.evaluate(asked)
    assert (width, height, ratio, touch) == (360, 760, 3, True) and "Android" in agent and "Mobile" in agent
    assert 'width="1080" height="2280"' in driver.dump()
    assert driver.picture().startswith(b"\x89PNG")


CONTROLS = """
<button id=save>Save</button> <button id=off disabled>Off</button> <a id=link href=#x>More</a>
<label>Name <input id=name value=Ada></label> <label for=pin>PIN</label><input id=pin type=password value=1234>
<label><input type=checkbox id=box checked> Agree</label> <input type=radio id=one aria-label=One>
<div role=switch id=wifi aria-checked=true tabindex=0>Wi-Fi</div> <button id=bold aria-pressed=true>Bold</button>
<div role=tablist><div role=tab id=tab aria-selected=true tabindex=0>First</div></div>
<div id=listens>Listens</div> <div id=hand style="cursor: pointer">Hand</div> <div id=plain>Plain</div>
<img alt="A cat" src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" width=40 height=40>
<div aria-hidden=true>unsaid</div><div style="visibility: hidden">unseen</div><div hidden>gone</div>
<script>document.getElementById('listens').addEventListener('click', () => 0)</script>"""


def test_roles_and_states_become_classes_and_flags(show: Open) -> None:
    driver = show(CONTROLS)
    found = nodes(driver)
    kinds = {name: node.kind for name, node in found.items() if node.has("clickable")}
    assert kinds == {
        "save": "Button",
        "off": "Button",
        "link": "TextView",
        "name": "EditText",
        "pin": "EditText",
        "box": "CheckBox",
        "one": "RadioButton",
        "wifi": "Switch",
        "bold": "Button",
        "tab": "TextView",
        "listens": "View",
        "hand": "View",
    }
    assert not found["off"].has("enabled") and found["save"].has("enabled")
    assert found["box"].has("checked") and found["wifi"].has("checked") and not found["one"].has("checked")
    assert found["bold"].has("checkable") and found["bold"].has("checked") and found["tab"].has("selected")
    assert found["pin"].has("password") and "1234" not in driver.dump()
    assert (found["name"].hint, found["name"].text) == ("Name", "Ada") and found["box"].desc == "Agree"


def test_what_a_model_reads_of_a_page_is_short_and_names_everything(show: Open) -> None:
    lines = seen(show(CONTROLS)).lines(numbered=False)
    text = "\n".join(lines)
    assert lines[0] == "page screen"
    assert "Name: Ada [field]" in text and "PIN: •••• [field]" in text and "Agree [on]" in text
    assert "Wi-Fi [on]" in text and "First [selected]" in text and "A cat" in text and "Plain" in lines
    assert all(word not in text for word in ("unsaid", "unseen", "gone")) and text.count("Agree") == 1


def test_words_of_one_line_are_one_text_and_a_nameless_field_takes_the_label_before_it(show: Open) -> None:
    driver = show(
        "<p>Click the <b>red</b> one,<br>then wait.</p><p>User</p><input id=u>"
        "<p>Please tell us in your own words what you think of it.</p><input id=long>"
        "<p>Terms</p><input id=named aria-label=Email>"
    )
    found = seen(driver)
    assert [e.label for e in found.elements if e.kind == "text"] == [
        "Click the red one,",
        "then wait.",
        "Please tell us in your own words what you think of it.",
        "Terms",
    ]
    assert found.fields == ("User", "long", "Email")


def test_what_lies_under_something_else_is_not_there(show: Open) -> None:
    driver = show(
        "<button id=under>Under</button><p id=words>words below</p><button id=part style='width: 300px'>Part</button>"
        "<div style='position: fixed; left: 0; top: 0; width: 340px; height: 90px; background: white'>"
        "<button id=over>Over</button></div>"
        "<div style='position: fixed; left: 0; top: 90px; width: 200px; height: 200px; background: white'></div>"
        "<button id=clear style='position: fixed; left: 10px; top: 400px'>Clear</button>"
        "<div style='position: fixed; left: 0; top: 400px; width: 340px; height: 90px; pointer-events: none'></div>"
    )
    found = seen(driver)
    assert set(found.taps) == {"Over", "Part", "Clear"} and "words below" not in found.text()
    driver.evaluate("() => document.getElementById('part').onclick = () => document.title = 'hit'")
    Session(driver).tap("Part")
    assert driver.evaluate("() => document.title") == "hit"


def test_a_link_that_wraps_is_tapped_on_its_words(show: Open) -> None:
    driver = show(
        "<p style='width: 200px'>some words before <a href=#x onclick=\"document.title = 'hit'\">a link over "
        "several lines of it</a> and after</p>"
    )
    found = next(e for e in seen(driver).elements if e.kind == "button")
    assert found.label == "a link over several lines of it" and found.box.height < 90  # one line of three pixels each
    Session(driver).tap(found.label)
    assert driver.evaluate("() => document.title") == "hit"


def test_a_box_drawn_by_its_label_is_ticked_through_it(show: Open) -> None:
    driver = show(
        "<style>label { position: relative; padding-left: 30px } input { position: absolute; left: 0; opacity: 0 }"
        "span { position: absolute; left: 0; width: 20px; height: 20px; background: silver }</style>"
        "<label><input type=checkbox>Agree<span></span></label>"
    )
    session = Session(driver)
    assert "Agree [off]" in session.look().text() and session.look().taps == ("Agree",)
    session.tap("Agree")
    assert "Agree [on]" in session.look().text()


def test_an_icon_without_a_name_is_called_by_its_class(show: Open) -> None:
    driver = show("<style>i { display: inline-block; width: 20px; height: 20px; cursor: pointer }</style>"
                  "<i class='trash red'></i><i class=star></i>")  # fmt: skip
    assert seen(driver).taps == ("trash", "star")


def test_below_a_modal_dialog_nothing_is_left(show: Open) -> None:
    driver = show(
        "<button>Page</button><dialog><p>Sure?</p><button onclick='this.parentNode.close()'>Yes</button></dialog>"
    )
    driver.evaluate("() => document.querySelector('dialog').showModal()")
    assert seen(driver).taps == ("Yes",)
    Session(driver).tap("Yes")
    assert seen(driver).taps == ("Page",)


def test_an_open_submenu_is_reached_through_the_item_it_hangs_on(show: Open) -> None:
    driver = show(
        "<style>li { width: 80px; height: 30px; position: relative } ul ul { position: absolute; left: 90px; top: 0 }"
        "ul { list-style: none; padding: 0; margin: 0 }</style><ul role=menu><li role=menuitem tabindex=0>File"
        "<ul role=menu><li role=menuitem tabindex=0 onclick=\"document.title='opened'\">Open</li></ul></li></ul>"
    )
    session = Session(driver)
    assert set(session.look().taps) == {"File", "Open"}
    session.tap("Open")
    assert driver.evaluate("() => document.title") == "opened"


def test_typing_replaces_and_sends_keys(show: Open) -> None:
    driver = show(
        "<form onsubmit=\"document.title = 'sent ' + q.value; return false\"><input id=q aria-label=Query value=before>"
        "</form><textarea id=t aria-label=Notes>old</textarea><input id=d type=date aria-label=Day>"
        "<div contenteditable id=e aria-label=Rich>rich</div>"
        "<script>keys = []; q.onkeydown = e => keys.push(e.key); q.onchange = () => changed = q.value</script>"
    )
    session = Session(driver)
    session.type_text("Query", "a ß%s", enter=True)
    assert driver.evaluate("() => document.title") == "sent a ß%s"
    assert driver.evaluate("() => keys.slice(-6)") == ["Delete", "a", " ", "%", "s", "Enter"]
    session.type_text("Query", "")
    assert driver.evaluate("() => [q.value, changed, document.activeElement.tagName]") == ["", "", "BODY"]
    session.type_text("Notes", "one\ntwo")
    session.type_text("Rich", "bold")
    session.type_text("Day", "2026-02-28")
    assert driver.evaluate("() => [t.value, e.innerText, d.value]") == ["one\ntwo", "bold", "2026-02-28"]
    with pytest.raises(Failed, match="the date field does not take `soon`"):
        session.type_text("Day", "soon")


def test_typing_needs_a_focused_field(show: Open) -> None:
    driver = show("<input type=checkbox autofocus aria-label=Box><p>words</p>")
    with pytest.raises(Failed, match="no field has the focus; tap a field first"):
        driver.type("hello")


def test_a_tap_is_a_touch_that_the_page_may_trust(show: Open) -> None:
    driver = show(
        "<button style='margin: 90px' onclick='said.push([event.isTrusted, event.type])'>Press</button>"
        "<script>said = []; addEventListener('touchend', e => said.push([e.isTrusted, e.type]))</script>"
    )
    Session(driver).tap("Press")
    assert driver.evaluate("() => said") == [[True, "touchend"], [True, "click"]]


def test_a_page_made_for_wide_screens_is_tapped_where_it_is_shown(show: Open) -> None:
    with Site(old="") as site:
        site.pages["/old"] = "<!doctype html><button style='position:absolute;left:700px;top:900px'>Far</button>"
        driver = show(f"{site.url}/old")
        driver.evaluate("() => document.querySelector('button').onclick = () => document.title = 'hit'")
        screen = parse(driver.dump())
        far = next(node for node in screen.walk() if node.text == "Far")
        assert screen.box.right == 1080 and 700 < far.box.left < 800
        driver.tap(*far.box.centre)
        assert driver.evaluate("() => document.title") == "hit"


def test_lists_scroll_by_four_fifths_and_say_where_there_is_more(show: Open) -> None:
    rows = "".join(f"<button style='display: block; height: 50px; width: 200px'>row {n}</button>" for n in range(30))
    driver = show(
        f"<div id=list style='height: 300px; overflow-y: auto'>{rows}</div><div style='height: 900px'></div><p>end</p>"
    )
    session = Session(driver)
    assert session.look().scroll == ("down",) and "row 5" in session.look().taps
    assert "row 7" not in session.look().taps and "end" not in session.look().text()
    assert session.scroll("down")
    assert driver.evaluate("() => [Math.round(scrollY), list.scrollTop]") == [498, 0]  # the page ends there
    assert session.look().scroll == ("up",) and "end" in session.look().text()
    assert session.scroll("up") and not session.scroll("up") and driver.evaluate("() => scrollY") == 0


def test_the_largest_list_is_scrolled_where_the_page_itself_does_not(show: Open) -> None:
    rows = "".join(f"<p style='height: 50px; margin: 0'>row {n}</p>" for n in range(30))
    driver = show(f"<div id=list style='height: 600px; overflow-y: auto'>{rows}</div>")
    session = Session(driver)
    assert session.look().scroll == ("down",)
    assert session.scroll("down") and driver.evaluate("() => list.scrollTop") == 480
    assert set(session.look().scroll) == {"down", "up"} and "row 10" in session.look().text()
    while session.scroll("down"):
        pass
    assert session.look().scroll == ("up",) and "row 29" in session.look().text()
    assert nodes(driver)["list"].has("scrollable")


def test_a_drop_down_list_is_a_window_of_choices(show: Open) -> None:
    options = "".join(f"<option>choice {n}</option>" for n in range(30))
    driver = show(
        f"<label>Colour <select id=s onchange=\"document.title = 'now ' + s.value\">{options}</select></label>"
    )
    session = Session(driver)
    assert session.look().taps == ("Colour",) and "Colour - choice 0" in session.look().text()
    session.tap("Colour")
    assert session.look().elements[0].label == "Colour" and "choice 0 [selected]" in session.look().text()
    assert session.look().scroll == ("down",)
    session.press("back")
    assert session.look().taps == ("Colour",)
    session.tap("Colour")
    for _ in range(5):
        session.scroll("down")
    session.tap("choice 29")
    assert driver.evaluate("() => document.title") == "now choice 29" and "Colour - choice 29" in session.look().text()


def test_a_script_that_asks_is_answered_on_the_screen(show: Open) -> None:
    driver = show("<button onclick=\"document.title = confirm('Delete all?')\">Delete</button>")
    session = Session(driver)
    for answer in ("Cancel", "OK"):
        session.tap("Delete")
        assert session.look().taps == ("Cancel", "OK") and session.look().elements[0].label == "Delete all?"
        session.tap(answer)
        assert driver.evaluate("() => document.title") == str(answer == "OK").lower()
    session.tap("Delete")
    session.press("back")
    assert driver.evaluate("() => document.title") == "false"


def test_a_page_that_greets_with_an_alert_still_opens(show: Open) -> None:
    driver = show("<script>alert('Welcome')</script><button>Go</button>")
    session = Session(driver)
    assert session.look().taps == ("OK",)
    session.tap("OK")
    assert session.look().taps == ("Go",)


def test_back_home_and_bookmarks(show: Open) -> None:
    with Site(one="<title>1</title><a href=/two>next</a>", two="<p>second</p>", app="<p>an app</p>") as site:
        driver = show(f"{site.url}/one", bookmarks={"Two": f"{site.url}/two", "App": f"{site.url}/app"})
        session = Session(driver)
        assert session.look().app == "local" and driver.apps() == ("App", "Two")
        session.press("back")
        assert session.look().taps == ("next",)
        session.tap("next")
        assert "second" in session.look().text()
        session.press("back")
        assert session.look().taps == ("next",)
        session.open_app("App")
        assert "an app" in session.look().text()
        session.press("home")
        assert session.look().taps == ("next",)
        with pytest.raises(Failed, match="no bookmark `Twoo`; did you mean `Two`"):
            driver.open_app("Twoo")


def test_a_page_that_opens_another_lies_below_it(show: Open) -> None:
    with Site(one="<a href=/two target=_blank>open</a>", two="<p>second</p>") as site:
        session = Session(show(f"{site.url}/one"))
        session.tap("open")
        assert "second" in session.look().text()
        session.press("back")
        assert session.look().taps == ("open",)


def test_what_loads_after_a_tap_is_waited_for(show: Open) -> None:
    with Site(
        one="<button onclick=\"fetch('/part').then(r => r.text()).then(t => place.innerText = t.slice(-4))\">Load"
        "</button><p id=place></p>",
        part="done",
    ) as site:
        session = Session(show(f"{site.url}/one"))
        session.tap("Load")
        assert "done" in session.look().text()


def test_frames_of_the_same_origin_are_part_of_the_page(show: Open) -> None:
    with Site(
        one="<p>above</p><iframe src=/two style='width: 300px; height: 200px; border: 5px solid'></iframe>"
    ) as site:
        site.pages["/two"] = (
            "<!doctype html><input aria-label=Inner><button onclick=\"this.innerText='hit'\">Press</button>"
        )
        session = Session(show(f"{site.url}/one"))
        assert {"Inner", "Press"} <= set(session.look().taps)
        session.tap("Press")
        session.type_text("Inner", "typed inside")
        assert "hit" in session.look().taps and "Inner: typed inside" in session.look().text()


def test_tools_may_be_used_from_other_threads_and_inside_a_running_loop(show: Open) -> None:
    driver = show("<button onclick='this.innerText += 1'>n</button>")
    session = Session(driver)

    async def inside() -> None:
        session.tap("n")

    asyncio.run(inside())
    worker = threading.Thread(target=lambda: session.tap("n1"))
    worker.start()
    worker.join()
    assert session.look().taps == ("n11",)


def test_the_name_of_a_page_stands_in_for_a_package() -> None:
    assert package("file:///a/click%20me.html") == "click me"
    assert package("https://www.example.com/x") == "com.example"
    assert package("https://shop.example.com/x") == "com.example.shop"
    assert package("http://127.0.0.1:80/") == "local" and package("about:blank") == "about"
    assert package("http://127.0.0.1/", "com.simulated.clock") == "com.simulated.clock"


def test_a_closed_browser_says_so(browser: Browser, show: Open) -> None:
    driver = show("<p>hello</p>")
    driver.close()
    with pytest.raises(Failed, match="the page"):
        driver.dump()
    assert browser.program.is_connected()
