import json

import pytest

from service.web.answers import answer, to_json


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_what_is_no_number_is_null(value) -> None:
    assert json.loads(to_json({"a": [value, 1.5], "b": {"c": (value,)}})) == {
        "a": [None, 1.5],
        "b": {"c": [None]},
    }


def test_answers_are_not_kept() -> None:
    told = answer({"name": "Göteborg"}, 503)
    assert (told.status_code, told.headers["cache-control"]) == (503, "no-store")
    assert told.body == '{"name":"Göteborg"}'.encode()
