"""The tasks: enough of them, well spread, solvable by the oracle, and never solved by doing nothing."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from phone.sim import ops
from phone.sim.apps import APPS
from phone.sim.perturb import ROUGH, Perturb
from phone.sim.state import State
from phone.tasks import TEMPLATES
from phone.tasks.judge import judge, says
from phone.tasks.oracle import Oracle
from phone.tasks.task import SPLITS, TEST_APPS, Template
from phone.tasks.trajectory import lessons, play

ALL = list(TEMPLATES.values())
EACH = pytest.mark.parametrize("template", ALL, ids=list(TEMPLATES))


def test_there_are_enough_templates_over_all_apps_levels_and_splits() -> None:
    assert len(ALL) >= 120
    assert {app for t in ALL for app in t.apps} >= set(APPS)
    tasks = [t.task(0) for t in ALL]
    levels = Counter(task.level for task in tasks)
    assert min(levels[level] for level in (1, 2, 3)) >= 15
    assert max(len(task.path) for task in tasks) >= 15
    splits = Counter(t.split for t in ALL)
    assert set(splits) == set(SPLITS) and splits["train"] >= 90 and splits["dev"] >= 12 and splits["test"] >= 30
    assert sum(not task.draft.feasible for task in tasks) >= 10
    assert sum(bool(task.draft.answer) for task in tasks) >= 20
    assert sum(len(t.apps) > 1 for t in ALL) >= 15
    assert sum(task.draft.intent is not None for task in tasks) >= 12


def test_two_whole_apps_are_only_tested_on() -> None:
    assert len(TEST_APPS) == 2
    for template in ALL:
        if TEST_APPS & set(template.apps):
            assert template.split == "test"
        for task in (template.task(0), template.task(1)):
            opened = {move.target.lower() for move in task.path if move.kind == "open"}
            assert template.split == "test" or not opened & TEST_APPS, template.name


@EACH
def test_wordings_differ_and_values_change_with_the_seed(template: Template) -> None:
    said = [template.task(0, wording).request for wording in range(4)]
    assert len(set(said)) == 4 and not any("{" in each for each in said)
    assert template.task(0) == template.task(0)
    assert template.task(0).world != template.task(1).world


@EACH
def test_the_oracle_solves_it_and_doing_nothing_does_not(template: Template) -> None:
    task = template.task(0)
    found = play(task)
    assert found.judgement.success, found.judgement.reason
    scrolls = sum(step.act.name == "scroll" for step in found.steps)
    ends = 1 if not task.path or task.path[-1].kind not in {"say", "cannot"} else 0
    assert len(found.steps) == len(task.path) + scrolls + ends
    assert not judge(task, task.world, "done").success
    assert not judge(task, task.wanted, "stopped").success
    assert judge(task, task.world, "cannot").success == (not task.draft.feasible)


@EACH
def test_every_seed_has_a_path_to_the_wanted_world(template: Template) -> None:
    for seed in (1, 2):
        oracle = Oracle(template.task(seed))
        assert oracle.done(oracle._last)


@pytest.mark.parametrize("template", ALL[::7], ids=lambda t: t.name)
def test_the_oracle_copes_with_a_rough_phone(template: Template) -> None:
    found = play(template.task(3), replace(ROUGH, seed=7))
    assert found.judgement.success, found.judgement.reason


@pytest.mark.parametrize("template", ALL[3::9], ids=lambda t: t.name)
def test_the_oracle_comes_back_from_wrong_turns(template: Template) -> None:
    found = play(template.task(4), wrong=0.4, seed=2)
    assert found.judgement.success, found.judgement.reason


@pytest.mark.parametrize("template", [t for t in ALL[::4] if t.task(0).level == 1], ids=lambda t: t.name)
def test_no_path_is_longer_than_need_be(template: Template) -> None:
    oracle = Oracle(template.task(0))
    assert len(oracle.search(State(oracle.task.world))) == len(oracle.moves)


@pytest.mark.slow
@EACH
def test_the_oracle_solves_it_on_many_rough_phones(template: Template) -> None:
    for seed in range(5, 12):
        assert play(template.task(seed), replace(ROUGH, seed=seed), wrong=0.1, seed=seed).judgement.success


def test_anything_else_that_changed_is_damage() -> None:
    task = TEMPLATES["clock.add_alarm"].task(0)
    also = ops.settings(dark=not task.world.settings.dark)(task.wanted)
    found = judge(task, also, "done")
    assert not found.success and found.damage[0].startswith("settings.dark") and found.false_done
    assert judge(task, task.wanted, "done").success
    wrong = judge(task, task.world, "done")
    assert wrong.missing and not wrong.damage and wrong.false_done


def test_reading_is_no_damage_unless_the_task_is_about_it() -> None:
    plain, about = TEMPLATES["email.ask_first"].task(0), TEMPLATES["email.mark_unread"].task(0)
    key = plain.world.mails[0].id
    read = ops.edit("mails", key, read=not plain.world.mails[0].read)(plain.world)
    assert judge(plain, read, "done", plain.draft.answer).success
    assert not judge(about, about.world, "done").success


def test_saying_that_a_feasible_task_cannot_be_done_fails() -> None:
    task = TEMPLATES["notes.delete"].task(0)
    assert "given up" in judge(task, task.world, "cannot").reason


@pytest.mark.parametrize(
    ("answer", "wanted", "right"),
    [
        ("It is 07:30.", "07:30", True),
        ("at 17:30", "7:30", False),
        ("There are 12 photos", "2", False),
        ("2 photos", "2", True),
        ("+49 301 552311, that is it", "+49 301 552311", True),
        ("MARLOW fen", "Marlow Fen", True),
        ("4.5", "4", False),
        ("Mail a.b@example.com", "a.b@example.com", True),
        ("", "x", False),
    ],
)
def test_answers_are_compared_by_whole_words_and_numbers(answer: str, wanted: str, right: bool) -> None:
    assert says(answer, wanted) is right


def test_lessons_leave_out_wrong_turns_but_keep_them_in_the_history() -> None:
    found = next(
        play(TEMPLATES["notes.delete"].task(seed), wrong=0.5, seed=seed)
        for seed in range(20)
        if any(not s.right for s in play(TEMPLATES["notes.delete"].task(seed), wrong=0.5, seed=seed).steps)
    )
    shown = list(lessons(found))
    assert len(shown) == sum(step.right for step in found.steps)
    assert shown[-1].call is None and shown[0].messages[0].content == found.task.request
    assert len([m for m in shown[-1].messages if m.role == "assistant"]) == len(found.steps) - 1
    assert all(lesson.facts[0].startswith("now: ") and lesson.facts[1].endswith("screen") for lesson in shown)


def test_a_lesson_of_an_infeasible_task_ends_by_saying_so() -> None:
    last = list(lessons(play(TEMPLATES["infeasible.no_note"].task(0))))[-1]
    assert last.call is not None and str(last.call.arguments["answer"]).startswith("Not possible: there is no note")


def test_a_popup_is_dismissed_without_damage() -> None:
    found = play(TEMPLATES["clock.add_alarm"].task(0), Perturb(popup=1.0, seed=1))
    assert found.judgement.success and not found.judgement.damage
