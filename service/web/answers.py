"""JSON as the web process gives it: what is no number is null, never a word JSON does not know."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

from starlette.responses import Response


def to_json(content: Any) -> str:  # noqa: ANN401 (JSON)
    """Return ``content`` as JSON text; NaN and infinities become null."""
    try:
        return _text(content)
    except ValueError:
        return _text(_finite(content))


def answer(
    content: Any,  # noqa: ANN401 (JSON)
    status: int = 200,
    more: Mapping[str, str] | None = None,
) -> Response:
    """Return ``content`` as JSON that nobody keeps; ``more`` headers beside."""
    headers = {"cache-control": "no-store", **(more or {})}
    return Response(to_json(content), status, headers, media_type="application/json")


def _text(content: Any) -> str:  # noqa: ANN401 (JSON)
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _finite(content: Any) -> Any:  # noqa: ANN401 (JSON)
    if isinstance(content, dict):
        return {name: _finite(value) for name, value in content.items()}
    if isinstance(content, list | tuple):
        return [_finite(value) for value in content]
    return None if isinstance(content, float) and not math.isfinite(content) else content
