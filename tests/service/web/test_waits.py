from service.web.waits import Waits


def test_waits_grow_and_are_bounded(clock) -> None:
    waits, asked = Waits(3, 60.0, clock), []
    for _ in range(12):
        wait = waits.take("anna")
        asked.append(wait)
        clock.at += wait
    assert asked == [0, 0, 0, 2, 0, 4, 0, 8, 0, 16, 0, 32]
    for _ in range(20):
        clock.at += waits.take("anna")
    assert 0 < max(waits.take("anna"), waits.take("anna")) <= 60


def test_a_try_that_is_turned_away_does_not_make_the_wait_longer(clock) -> None:
    waits = Waits(1, 60.0, clock)
    waits.take("anna")
    assert [waits.take("anna") for _ in range(5)] == [2.0] * 5
    clock.at += 2
    assert waits.take("anna") == 0


def test_who_succeeds_and_who_pauses_begins_anew(clock) -> None:
    waits = Waits(1, 60.0, clock)
    waits.take("anna")
    assert waits.take("anna") > 0
    waits.forget("anna")
    assert waits.take("anna") == 0
    clock.at += 3601
    assert waits.take("anna") == 0


def test_a_whole_watch_that_signs_in_behind_one_address_does_not_wait(clock) -> None:
    waits = Waits(3, 60.0, clock)
    for _ in range(40):
        assert waits.take("192.0.2.1") == 0
        waits.refund("192.0.2.1")


def test_who_succeeds_now_and_then_tries_no_more_often_than_others(clock) -> None:
    waits, failed = Waits(3, 60.0, clock), 0
    for second in range(600):
        clock.at += 1
        if waits.take("192.0.2.1"):
            continue
        if second % 2:
            waits.refund("192.0.2.1")
        else:
            failed += 1
    assert failed < 30


def test_one_does_not_wait_for_another(clock) -> None:
    waits = Waits(1, 60.0, clock)
    waits.take("anna")
    assert waits.take("bruno") == 0


def test_many_addresses_of_one_network_are_one(clock) -> None:
    waits = Waits(1, 60.0, clock)
    waits.take("2001:db8::1")
    assert waits.take("2001:db8::2") > 0
