"""The scorer of steps: candidates, what is known of each, odds for a model, and a pack that works without its file."""

from __future__ import annotations

import warnings
from pathlib import Path
from random import Random

import numpy as np
import pytest
from phone.course import Course
from phone.documents.named import dated
from phone.scorer import Scorer
from phone.scorer.candidates import ANSWER, CANNOT, Candidate, candidates, texts
from phone.scorer.features import features
from phone.scorer.fit import Settings, fit
from phone.scorer.folds import APPS, by_apps, by_templates, otherwise
from phone.scorer.net import WEIGHTS, Net, load, rows, save
from phone.scorer.rows import Marked, as_act, of_templates, steps
from phone.scorer.scored import Scored, proposal, scored, told
from phone.scorer.steps import Steps, kept, names_of, packed
from phone.scorer.view import View
from phone.scorer.working import ScorerModel
from phone.session import Session
from phone.sim.perturb import CALM
from phone.simulated import Simulated
from phone.tasks import TEMPLATES
from phone.tasks.oracle import Oracle
from phone.tasks.otherwise import learnt, unread
from phone.tasks.trajectory import perform

from agentkit import Context
from agentkit.errors import ModelLoadError
from agentkit.types import Control, ProposeRequest


def session_for(request: str, *, scorer: Scorer | None = None) -> Session:
    session = Session(Simulated(3), scorer=scorer)
    session.facts(Context(deps=session, task=request, run_id="run"))
    return session


def only(path: Path, feature: str) -> Path:
    """A scorer that likes nothing but one feature."""
    none = np.zeros((1, 1), np.float32)
    parts = {"first": none[None], "context": none[None], "bias": none, "out": none}
    save(Net((feature,), ("steps",), **parts, skip=none + 20.0), path)
    return path


def known(session: Session) -> dict[tuple[str, str, str], dict[str, float]]:
    view = View(session)
    found = candidates(view)
    _, each = features(view, found)
    return {(c.tool, c.handle, c.value): one for c, one in zip(found, each, strict=True)}


def test_at_home_apps_are_opened_by_name_and_not_tapped() -> None:
    found = known(session_for("Set an alarm for 6:45"))
    apps = {value for tool, _, value in found if tool == "open_app"}
    assert apps == set(Simulated(3).apps())
    assert not any(tool == "tap" and handle in apps for tool, handle, _ in found)
    assert ("finish", "", "") in found and any(tool == CANNOT for tool, _, _ in found)
    assert found["open_app", "", "Clock"]["app guide"] == 1.0
    assert found["open_app", "", "Clock"]["app score"] > found["open_app", "", "Music"]["app score"]


def test_an_element_is_told_by_form_and_agreement() -> None:
    session = session_for("Add an alarm for 6:45 pm")
    session.open_app("Clock")
    found = known(session)
    add, world = found["tap", "Add alarm", ""], found["tap", "World clock", ""]
    assert (add["label all words"], add["makes"], add["guide"], add["doubted"]) == (1.0, 1.0, 1.0, 0.0)
    assert (world["label all words"], world["makes"], world["guide"]) == (0.0, 0.0, 0.0)
    assert add["label words, behind the best"] == 0.0 < world["label words, behind the best"]
    assert add["leads to a form"] == 1.0
    session.tap("World clock")
    view = View(session)
    moment, _ = features(view, candidates(view))
    assert (moment["after tap"], moment["steps"], moment["asks"]) == (1.0, 2 / 12, 0.0)


def test_texts_are_values_of_the_request_in_every_form() -> None:
    found = texts(View(session_for("Schedule House warming for 22 November, 8:25 pm, with Ada Lovelace")))
    assert {"House warming", "Ada Lovelace", "20", "25"} <= set(found)
    mails = texts(View(session_for("Mail ada@example.org about Lunch that we meet at noon")))
    assert {"ada@example.org", "Lunch", "we meet at noon"} <= set(mails)


def test_a_field_is_told_by_what_goes_into_it() -> None:
    session = session_for("Set an alarm for 6:45 pm")
    session.open_app("Clock")
    session.tap("Add alarm")
    session.tap("Time")
    found = known(session)
    assert found["type_text", "Hour", "18"]["field hour"] == 1.0
    assert found["type_text", "Minute", "45"]["field minute"] == 1.0
    assert found["type_text", "Minute", "18"]["field other half"] == 1.0
    hour = session.look().find("Hour")
    assert hour is not None and found["type_text", "Hour", "18"]["field empty"] == float(not hour.value)


def test_answers_are_offered_to_questions_and_named_by_their_key() -> None:
    session = session_for("What is the serial number of this phone?")
    session.open_app("Settings")
    session.tap("System")
    session.tap("About phone")
    found = known(session)
    assert not any(tool == "finish" for tool, _, _ in found)
    serial = next(one for (tool, _, value), one in found.items() if tool == ANSWER and value.startswith("Serial"))
    assert serial["answer key"] == 1.0 and serial["answer refused"] == 0.0


def test_a_day_that_a_thing_is_moved_to_is_dated_and_one_that_is_said_is_not() -> None:
    now = Simulated(3).now()
    assert "tomorrow" not in dated("Move the meeting to tomorrow", now)
    assert "tomorrow" in dated("Text Ada: can we move it to tomorrow", now)


def test_odds_add_up_and_go_to_tools_and_values() -> None:
    session = session_for("Set an alarm for 6:45")
    session.open_app("Clock")
    found = scored(session, load())
    assert sum(found.p) == pytest.approx(1.0, abs=1e-5)
    odds = told(found, 1.0)
    assert odds.none == pytest.approx(max(1e-4, found.of("finish", ANSWER, CANNOT)))
    taps = next(one for one in odds.values if one.tool == "tap")
    assert set(taps.values) == set(session.look().taps) - set(session.look().fields)
    assert sum(odds.tools.values()) + (odds.none or 0.0) == pytest.approx(1.0, abs=2e-3)
    assert max(taps.values, key=taps.values.__getitem__) == "Add alarm"
    sharper = told(found, 2.0)
    assert sharper.tools["tap"] == pytest.approx(odds.tools["tap"] ** 2)


def test_a_refusal_says_what_was_not_found() -> None:
    found = Scored((Candidate("back"), Candidate(CANNOT)), (0.2, 0.8), "Casa Azul")
    made = proposal(found, "7")
    assert made.calls[0].arguments == {"answer": "Not possible: Casa Azul was not found"}
    assert min(point.p for point in made.points) == pytest.approx(0.8)


def test_a_missing_or_broken_file_is_told_once_and_the_pack_works_without(tmp_path: Path) -> None:
    with pytest.raises(ModelLoadError, match="no scorer of phone steps"):
        load(tmp_path / "none.npz")
    broken = tmp_path / "broken.npz"
    broken.write_bytes(WEIGHTS.read_bytes()[:1000])
    session = session_for("Set an alarm for 6:45", scorer=Scorer(broken))
    context = Context(deps=session, task="Set an alarm for 6:45", run_id="run")
    with pytest.warns(UserWarning, match=r"broken\.npz is no scorer of phone steps.*without it"):
        assert session.odds(context) is None
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert session.odds(context) is None
    session.open_app("Clock")
    assert "Add alarm" in session.choices


def test_what_is_saved_is_loaded_and_an_unknown_feature_counts_nothing(tmp_path: Path) -> None:
    random = np.random.default_rng(1)
    shapes = {"first": (2, 2, 3), "context": (2, 1, 3), "bias": (2, 3), "out": (2, 3), "skip": (2, 2)}
    numbers = {name: random.normal(size=shape).astype(np.float16).astype(np.float32) for name, shape in shapes.items()}
    net = Net(("a", "b"), ("m",), **numbers)
    save(net, tmp_path / "x.npz")
    again = load(tmp_path / "x.npz")
    each = [{"a": 1.0, "unknown": 9.0}, {"b": 0.5}]
    assert (again.own, again.moment) == (("a", "b"), ("m",))
    assert np.allclose(net.logits({"m": 1.0}, each), again.logits({"m": 1.0}, each))
    assert rows(each, net.own).tolist() == [[1.0, 0.0], [0.0, 0.5]]


def test_a_later_field_of_a_form_is_as_right_as_the_first() -> None:
    task = TEMPLATES["contacts.add"].task(5)
    driver = Simulated(task.world)
    session, oracle = Session(driver), Oracle(task)
    session.request = task.request
    for _ in range(2):
        perform(session, oracle.next(driver.phone, session.look()))
    assert oracle.next(driver.phone, session.look()).arguments["field"] == "Name"
    others = oracle.others(driver.phone, session.look())
    assert [act.arguments.get("field") for act in others] == ["Phone"]


def test_every_step_of_the_oracle_is_a_candidate_and_marked() -> None:
    task = TEMPLATES["clock.add_alarm"].task(11)
    found = list(steps(task, task.request, CALM, Random(1), documents=True, stray=0.0))
    assert len(found) == len(task.path) + 1
    assert all(isinstance(one, Marked) and any(one.right) for one in found)
    assert as_act(Candidate("scroll", value="down")).arguments == {"direction": "down"}


def test_in_own_runs_the_oracle_says_what_is_right_where_a_scorer_strays() -> None:
    task = TEMPLATES["clock.add_alarm"].task(11)
    net = load()
    astray = Net(net.own, net.moment, *(-getattr(net, name) for name in ("first", "context", "bias", "out", "skip")))
    plain, own = (
        list(steps(task, task.request, CALM, Random(1), documents=True, stray=0.0, own=one)) for one in (None, astray)
    )
    assert len(own) > 2 and own != plain
    assert all(any(one.right) for one in own)
    assert all(value for one in own for features in (one.moment, *one.each) for value in features.values())


def test_what_keeps_a_text_is_no_surer_than_the_text() -> None:
    course = Course()
    course.planned = ("text", 0.3)
    course.made("type_text")
    assert (course.sure("", 0.9), course.sure("change", 0.9), course.sure("end", 0.9)) == (0.9, 0.3, 0.3)
    course.planned = ("change", 0.8)
    course.made("tap")
    assert (course.sure("change", 0.9), course.sure("end", 0.9)) == (0.9, 0.3)
    course.made("tap")
    assert course.planned is None and course.texts == 1.0


def test_an_unsure_end_is_asked_about_once_where_somebody_may_be_asked(tmp_path: Path) -> None:
    session = session_for("Open the clock")
    session.open_app("Clock")
    session.course.changes = 0.1
    controls = frozenset({Control.ASK, Control.FINISH})
    asking = ProposeRequest(tools=(), messages=(), controls=tuple(controls))
    session.scorer = Scorer(only(tmp_path / "ends.npz", "to finish"))
    made = session.scorer.propose(session, asking, 0.0)
    assert made is not None and made.control is Control.ASK
    assert session.scorer.propose(session, asking, 0.0) is None
    alone = ProposeRequest(tools=(), messages=(), controls=(Control.FINISH,))
    made = session.scorer.propose(session, alone, 0.0)
    assert made is not None and made.control is Control.FINISH


def test_fitting_again_gives_the_same_scorer(tmp_path: Path) -> None:
    made = list(of_templates("dev", range(4_000_000, 4_000_001), calm=True))
    some = Steps.of(made[:40])
    some.save(tmp_path / "some.npz")
    settings = Settings(nets=1, hidden=4, epochs=2)
    one = fit([some], Steps.of(made[:20]), settings, tell=lambda _: None)
    other = fit([kept(tmp_path, "some", lambda: made)], Steps.of(made[:20]), settings, tell=lambda _: None)
    assert one.own == other.own and np.array_equal(one.first, other.first)


def test_steps_in_arrays_are_the_steps_that_were_marked() -> None:
    made = list(of_templates("dev", range(4_000_000, 4_000_001), calm=True))[:30]
    found = Steps.of(made)
    names = names_of([found])
    whole = packed([found], names)
    assert whole.steps == len(made) and len(whole.own) == sum(len(one.each) for one in made)
    assert np.allclose(whole.own, rows([each for one in made for each in one.each], names[0]), atol=1e-3)
    group = made[0].group
    part = found.of_groups({group}, inside=True)
    assert set(part.group) == {group} and len(part.size) == sum(one.group == group for one in made)
    assert found.goes("to open_app").tolist() == [
        any(right and "to open_app" in each for each, right in zip(one.each, one.right, strict=True)) for one in made
    ]


def test_nothing_that_is_held_out_is_learnt_from_and_each_template_is_worked_once() -> None:
    train = {t.name for t in TEMPLATES.values() if t.split == "train"}
    for folds in (list(by_apps()), list(by_templates())):
        every = [t.name for fold in folds for t in fold.worked]
        assert len(every) == len(set(every)) and train <= set(every)
        assert all(TEMPLATES[name].split != "test" for name in every)
        assert all(t.name in fold.held for fold in folds for t in fold.worked if t.split == "train")
    for fold, apps in zip(by_apps(), APPS, strict=True):
        assert all(not apps & set(TEMPLATES[name].apps) for name in train - fold.held)


def test_what_measures_other_words_is_in_no_fit_and_there_is_none_for_test_templates() -> None:
    for template in (t for t in TEMPLATES.values() if t.split != "test"):
        task = template.task(5)
        read = {said.format(**task.draft.slots) for said in (*task.draft.wordings, *learnt(task))}
        assert unread(task) and not read & set(unread(task))
    assert not any(unread(t.task(5)) or learnt(t.task(5)) for t in TEMPLATES.values() if t.split == "test")
    assert [task.request for task in otherwise([TEMPLATES["camera.video"].task(5)])] != []


def test_an_unsure_step_gives_way_to_a_surer_one_of_the_scorer(tmp_path: Path) -> None:
    session = session_for("Open the clock")
    session.scorer = Scorer(only(tmp_path / "likes.npz", "app is best"))
    assert session.scorer.surer(session, 0.1) and not session.scorer.surer(session, 0.6)
    session.course.foreign = True
    assert not session.scorer.surer(session, 0.1)


def test_the_scorer_alone_does_a_task_that_it_has_not_met() -> None:
    task = TEMPLATES["clock.minutes_timer"].task(10**12 + 7)
    session = Session(Simulated(task.world))
    session.request = task.request
    model, done = ScorerModel(session, load()), list[str]()
    for _ in range(len(task.path) + 1):
        call = model.propose(ProposeRequest(tools=(), messages=())).calls[0]
        done.append(call.name)
        if call.control is not None:
            break
        getattr(session, call.name)(*call.arguments.values())
    assert done[-1] == "finish" and not any(text.startswith("Not") for text in done)
