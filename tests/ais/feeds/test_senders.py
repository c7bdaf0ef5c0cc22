"""Senders of one feed are told apart, by few numbers."""

from ais.feeds.senders import Senders


class Clock:
    """A clock that tests set."""

    now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def test_the_first_sender_has_the_feeds_name_and_the_next_a_number() -> None:
    senders = Senders("f", clock=Clock())
    assert [senders.name(one) for one in "abacb"] == ["f", "f~1", "f", "f~2", "f~1"]


def test_a_number_is_given_again_when_its_sender_was_silent_long_enough() -> None:
    clock = Clock()
    senders = Senders("f", clock=clock)
    senders.name("a")
    clock.now_s = 10.0
    assert senders.name("b") == "f~1"
    clock.now_s = 10.1
    assert senders.name("c") == "f"
    assert senders.name("a") == "f~2"


def test_made_up_senders_take_nobody_s_number_and_share_one() -> None:
    senders = Senders("f", 3, Clock())
    names = [senders.name(k) for k in range(1000)]
    assert names == ["f", "f~1", "f~2", *["f~3"] * 997]
    assert [senders.name(k) for k in (0, 1, 2, 999)] == ["f", "f~1", "f~2", "f~3"]
    assert len(senders._known) == 3
