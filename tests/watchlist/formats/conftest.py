import datetime as dt

import pytest

from watchlist.formats import Defaults, read_list

TODAY = dt.date(2026, 11, 23)


@pytest.fixture
def defaults():
    return Defaults("seen at sea", "ITA", "H1", "B", 3, "amber", "medium", dt.date(2027, 6, 30))


@pytest.fixture
def read(tmp_path, defaults):
    """Write bytes or text into a file and read it as a list."""

    def write_and_read(content, name="list.csv", given=defaults, layout=None):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_list(path, given, layout, TODAY)

    return write_and_read
