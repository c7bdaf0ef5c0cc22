import asyncio
import threading
from collections.abc import Callable

from service.web.readying import Readying


def ready(work: Callable[[], object]) -> bool:
    async def waited() -> bool:
        readying = Readying(work)
        readying.start()
        return await readying.wait(10)

    return asyncio.run(waited())


def test_what_is_made_ready_is_waited_for() -> None:
    done: list[str] = []
    assert ready(lambda: done.append("shore"))
    assert done == ["shore"]


def test_the_loop_goes_on_while_something_takes_long() -> None:
    going_on = threading.Event()

    async def twice() -> tuple[bool, bool]:
        readying = Readying(lambda: going_on.wait(10))
        readying.start()
        early = await readying.wait(0.01)
        going_on.set()
        return early, await readying.wait(10)

    assert asyncio.run(twice()) == (False, True)


def test_what_failed_is_not_ready_and_nobody_waits_for_it() -> None:
    def fails() -> None:
        raise OSError("read-only file system\nmore")

    assert not ready(fails)


def test_a_service_that_stops_does_not_wait() -> None:
    going_on = threading.Event()

    async def start() -> None:
        Readying(lambda: going_on.wait(10)).start()

    asyncio.run(start())
    (thread,) = [one for one in threading.enumerate() if one.name == "readying"]
    assert thread.daemon
    going_on.set()
    thread.join(10)
    assert not thread.is_alive()
