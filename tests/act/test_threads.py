"""The pool: threads are used again, ended when stopped, and not taken for alive after a fork."""

from __future__ import annotations

import multiprocessing
import os
import queue
import sys
import threading
import time

import pytest

from agentkit.act.threads import POOL, Pool, Thread


def ran_in(thread: Thread) -> int:
    told: queue.SimpleQueue[int] = queue.SimpleQueue()
    thread.give(lambda: told.put(threading.get_ident()))
    return told.get(timeout=10)


def taken_back(pool: Pool) -> Thread:
    """The thread that comes back to the pool once its work is over."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        if pool._idle:
            return pool.take()
        time.sleep(0.001)
    raise AssertionError("no thread came back")


def test_a_thread_is_used_again() -> None:
    pool = Pool()
    first = pool.take()
    ident = ran_in(first)
    assert ran_in(taken_back(pool)) == ident


def test_two_calls_at_once_get_two_threads() -> None:
    pool = Pool()
    assert ran_in(pool.take()) != ran_in(Thread(pool))


def test_a_stopped_thread_is_not_used_again() -> None:
    pool = Pool()
    thread = pool.take()
    started, ended = threading.Event(), threading.Event()

    def work() -> None:
        started.set()
        try:
            while True:
                time.sleep(0.001)
        finally:
            ended.set()

    thread.give(work)
    assert started.wait(10)
    thread.stop()
    assert ended.wait(10)
    thread._thread.join(10)
    assert (thread._thread.is_alive(), pool._idle) == (False, [])


def test_an_idle_thread_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agentkit.act.threads.IDLE_S", 0.05)
    pool = Pool()
    thread = pool.take()
    ran_in(thread)
    thread._thread.join(10)
    assert (thread._thread.is_alive(), pool._idle) == (False, [])


def child(out: multiprocessing.SimpleQueue[bool]) -> None:
    out.put(ran_in(POOL.take()) != 0)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_process_starts_with_threads_of_its_own() -> None:
    ran_in(POOL.take())
    fork = multiprocessing.get_context("fork")
    out = fork.SimpleQueue()
    process = fork.Process(target=child, args=(out,))
    process.start()
    process.join(20)
    alive = process.is_alive()
    if alive:
        process.kill()
    assert (alive, process.exitcode, os.getpid() != process.pid) == (False, 0, True)
