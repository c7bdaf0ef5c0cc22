"""The description of /api/v1 for programs (OpenAPI 3.1), made from the routes as they are."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from starlette.routing import BaseRoute, Route

from service.rights import DEEDS, TOKEN_DEEDS
from service.web.account import TOKEN_WORDS
from service.web.answers import answer, to_json
from service.web.described import Operation
from service.web.doorkeeper import FORM_HEADER
from service.web.operations import OPERATIONS, SCHEMAS
from service.web.pages import page
from service.web.rights import ROUTES, rows_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

API = "/api/v1/"
_PLACEHOLDER = re.compile(r"\{(\w+)(?::\w+)?\}")
_NOT_DESCRIBED = Operation("Not described yet", {"type": "object"})
_ERRORS = {
    "400": "a parameter is wrong; the sentence says what was expected",
    "401": "not signed in, or the token has ended",
    "403": "the role or the token does not include this",
    "404": "nothing is known of it",
    "409": "somebody was faster, or a rule forbids it; the sentence says which",
    "413": "the question costs too much; the sentence says how to ask for less",
    "429": "asked too often; Retry-After says in how many seconds to ask again",
    "503": "the database does not answer; try again in a moment",
}


_ABOUT = (
    "Vessels, zones, alerts, sightings and cases, each as far as the person may know of it. Times "
    "UTC, positions WGS 84. A token is made on the page «My account» and only reads; what has no "
    "token, and all that changes something, needs the session of a browser, and a change its form "
    "token too (form_token of /api/v1/me)."
)


async def document(request: Request) -> Response:
    """Answer the description as JSON."""
    return answer(describe(request.app.routes))


async def readable(request: Request) -> Response:
    """Answer the same as a page: each route with what it takes and an example."""
    settings = request.app.state.settings
    said = describe(request.app.routes)
    found = [
        {"path": path, "method": method.upper(), "one": one, "deed": one["x-deed"],
         "word": TOKEN_WORDS.get(one["x-deed"], ""), "token": {"token": []} in one["security"],
         "curl": _curl(request, method, one),
         "sent": _sent(one), "answer": _example(one)}
        for path, methods in said["paths"].items() for method, one in methods.items()
    ]  # fmt: skip
    return page(request, "api", routes=found, errors=_ERRORS, token_per_min=settings.token_per_min,
                account_per_min=settings.account_per_min)  # fmt: skip


def describe(routes: Iterable[BaseRoute]) -> dict[str, Any]:
    """Return the OpenAPI document of every route below /api/v1, and of nothing else."""
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        if not isinstance(route, Route) or not route.path.startswith(API):
            continue
        path = _PLACEHOLDER.sub(r"{\1}", route.path)
        for row in rows_of(route):
            paths.setdefault(path, {})[row[0].lower()] = _operation(*row)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Vedetta",
            "version": "1",
            "description": _ABOUT,
        },
        "servers": [{"url": "/"}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "session": {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": "__Host-vedetta",
                    "description": "over plain HTTP it is called vedetta",
                },
                "form": {"type": "apiKey", "in": "header", "name": FORM_HEADER},
            },
            "schemas": SCHEMAS,
            "responses": {code: _refusal(code, said) for code, said in _ERRORS.items()},
        },
    }


def _operation(method: str, path: str) -> dict[str, Any]:
    known = OPERATIONS.get((method, path), _NOT_DESCRIBED)
    deed = ROUTES.get((method, path), "")
    there = {one["name"] for one in known.parameters}
    parameters = [*known.parameters, *(_placed(one) for one in _PLACEHOLDER.findall(path)
                                       if one not in there)]  # fmt: skip
    errors = {code: {"$ref": f"#/components/responses/{code}"} for code in _ERRORS}
    example = {"example": known.example} if known.example is not None else {}
    content = {known.media: {"schema": known.schema, **example}}
    return {
        "summary": known.summary,
        "security": _security(method, deed),
        "operationId": _PLACEHOLDER.sub(r"\1", f"{method.lower()}{path}".replace("/", "_")),
        "x-deed": deed,
        "x-roles": [*DEEDS.get(deed, ())],
        "x-query": known.query,
        "parameters": parameters,
        **_body(known),
        "responses": {"200": {"description": known.summary, "content": content}, **errors},
    }


def _security(method: str, deed: str) -> list[dict[str, list[str]]]:
    """Return what a request has to carry: one of these."""
    session: dict[str, list[str]] = {"session": []}
    if method != "GET":
        return [session | {"form": []}]
    return [{"token": []}, session] if deed in TOKEN_DEEDS else [session]


def _body(known: Operation) -> dict[str, Any]:
    if known.body is None:
        return {}
    content = {"schema": known.body, "example": known.sent}
    return {"requestBody": {"required": True, "content": {"application/json": content}}}


def _placed(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "description": "",
            "schema": {"type": "string", "minLength": 1}}  # fmt: skip


def _refusal(code: str, said: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Error"}
    headers: dict[str, Any] = {}
    if code == "429":
        headers = {"headers": {"Retry-After": {"schema": {"type": "integer", "minimum": 1}}}}
    return {"description": said, **headers, "content": {"application/json": {"schema": schema}}}


def _curl(request: Request, method: str, one: dict[str, Any]) -> str:
    """Return how a program asks; "" where no token may, or no example is known."""
    if not one["x-query"] or one["x-deed"] not in TOKEN_DEEDS or method != "get":
        return ""
    host = f"{request.url.scheme}://{request.url.netloc}"
    return f"curl -H 'Authorization: Bearer vedetta_…' '{host}{one['x-query']}'"


def _example(one: dict[str, Any]) -> str:
    [content] = one["responses"]["200"]["content"].values()
    example = content.get("example")
    if isinstance(example, str):
        return example
    return "" if example is None else to_json(example)


def _sent(one: dict[str, Any]) -> str:
    """Return an example of what is sent as JSON, "" where nothing is."""
    said = one.get("requestBody")
    return to_json(said["content"]["application/json"]["example"]) if said else ""
