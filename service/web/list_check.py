"""The cross-check: a file of identifiers against the list and all that was ever heard."""

from __future__ import annotations

import re
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.responses import Response

from service import crosscheck
from service.desk import LIST, Desk
from service.sight import rights_class, sees
from service.web.answers import answer
from service.web.bodies import upload_bytes
from service.web.noting import looked
from service.web.pages import HEADERS
from service.web.purpose import for_case, list_page, reading
from service.web.refusing import note_refused
from service.web.uploads import form_of, goes_ahead
from service.web.workroom import REFUSALS, made, person_of, sentence, workroom
from watchlist.formats import ENDINGS

if TYPE_CHECKING:
    from starlette.requests import Request

    from service.crosscheck import Checked, Questions

_SHOWN = 300
_LINES = "asked.txt"


async def ask(request: Request) -> Response:
    """Answer the form: a file, or some lines."""
    return _form(request)


def _form(request: Request, wrong: str = "", lines: str = "") -> Response:
    return list_page(request, "list_check", 400 if wrong else 200, said=wrong, lines=lines,
                     endings=", ".join(ENDINGS),
                     most=upload_bytes(request, "/watchlist/check"))  # fmt: skip


async def check(request: Request) -> Response:
    """POST identifiers with a reason: answer what is known of each; a line in the audit."""
    form, brought = await form_of(request)
    person, room = person_of(request), workroom(request)
    if goes_ahead(request):
        upload = await room.uploads.of(person.account, form, brought)
        return answer({"token": upload.token})
    mark = made(request, form)
    typed = form.get("lines", "")
    lines = typed if isinstance(typed, str) else ""
    if lines.strip():
        token = room.uploads.keep(person.account, _LINES, lines.encode())
        upload = room.uploads.get(person.account, token)
    else:
        upload = await room.uploads.of(person.account, form, brought)
    settings = room.keeping.watchlist.match

    def work(at: Desk) -> tuple[Questions, Checked]:
        """Work at one desk, in one transaction."""
        asked = crosscheck.read_questions(upload.path)
        found = crosscheck.check(at, asked, settings, mark, knows=lambda one: sees(person, one))
        return asked, found

    try:
        asked, found = await room.apart(work)
    except REFUSALS as error:
        said = sentence(error).replace(str(upload.path), upload.name)
        await note_refused(request, "/watchlist/check", said, upload.name)
        return _form(request, said, lines)
    file = f"checked-{Path(upload.name).stem}.csv"
    token = room.uploads.keep(person.account, file, _csv(found), rights_class(person))
    answers = sorted(
        found.answers, key=lambda one: ("hit", "possible", "no hit").index(one.verdict)
    )
    return list_page(
        request, "list_checked", file=upload.name, counts=found.counts, token=token, why=mark.why,
        bad=asked.bad[:_SHOWN], rows=answers[:_SHOWN], answers=len(answers),
    )  # fmt: skip


def _csv(found: Checked) -> bytes:
    with TemporaryDirectory(prefix="vedetta-check-") as folder:
        path = Path(folder) / "checked.csv"
        crosscheck.write(found, path, "csv")
        return path.read_bytes()


async def as_csv(request: Request) -> Response:
    """Answer the results of a check that this person made, as CSV; each time in the audit.

    Not any more (404) where their rights are others by now: it says what the list said to them.
    """
    person = person_of(request)
    upload = workroom(request).uploads.get(person.account, request.path_params["token"])
    if upload.rights != rights_class(person):
        raise HTTPException(404, "this file is not kept any more; bring it again")
    data = await looked(
        request, f"{LIST}.check_export", LIST, lambda _: upload.path.read_bytes(),
        why=reading(request).why, details={"file": upload.name} | for_case(request),
    )  # fmt: skip
    disposition = {"content-disposition": f'attachment; filename="{_file(upload.name)}"'}
    return Response(data, media_type="text/csv; charset=utf-8",
                    headers=HEADERS | disposition)  # fmt: skip


def _file(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]", "_", name)
