"""Long work in a thread: told, stopped, gone on with, and its errors."""
from threading import Event

import pytest

from fer_lib.pages.lab.work import GO_ON, STOP, Work


def counting(seen: list, going: Event):
    """A task of three steps that keeps those that it has done, and after the first waits until `going` is set."""
    def task(tell):
        while len(seen) < 3:
            tell("steps", len(seen), 3)
            seen.append(len(seen))
            going.wait(10)

    return task


def test_it_says_how_far_it_is_and_is_done():
    work, seen, going = Work(), [], Event()
    work.begin(counting(seen, going))
    assert not work.wait(.2) and work.under_way and "steps: 0 of 3" in work.words.value
    assert not work.button.disabled and work.button.description == STOP and work.bar.layout.display != "none"
    going.set()
    assert work.wait() and seen == [0, 1, 2] and work.bar.value == work.bar.max == 3
    assert work.words.value == "" and work.button.disabled
    assert work.bar.layout.display == work.button.layout.display == "none", "nothing to be told or stopped"


def test_a_click_stops_it_and_another_goes_on():
    work, seen, going = Work(), [], Event()
    work.begin(counting(seen, going))
    work.wait(.2)
    work.button.click()
    going.set()
    work.wait()
    assert seen == [0] and "stopped" in work.words.value and work.button.description == GO_ON
    work.button.click()
    work.wait()
    assert seen == [0, 1, 2], "what was done is not done again"


def test_what_is_begun_stops_what_was_before():
    work, first, second, going = Work(), [], [], Event()
    work.begin(counting(first, going))
    work.wait(.2)
    work.begin(counting(second, going))
    going.set()
    work.wait()
    assert first == [0] and second == [0, 1, 2]


def test_an_error_is_told_and_raised_once():
    work = Work()
    work.begin(lambda tell: [][1])
    with pytest.raises(IndexError):
        work.wait()
    assert 'role="alert"' in work.words.value and "IndexError: list index" in work.words.value
    assert work.wait()
    work.say("<b>")
    assert "&lt;b&gt;" in work.words.value
