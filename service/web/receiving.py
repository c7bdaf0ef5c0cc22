"""Forms with large files: from the network to the disk as they come, a megabyte in memory.

::

    origin ─▶ announced too long? 413 ─▶ fields ─▶ token ours? ─▶ file ─▶ disk ─▶ endpoint
                                                     no: 403, and no byte of a file is kept

The token of the form is proven before its file begins: a header that a script sends, or the
first field, where our pages have it.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import AsyncGenerator, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import anyio
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect

if TYPE_CHECKING:
    from starlette.datastructures import FormData, Headers
    from starlette.requests import Request

MIB = 1 << 20
MULTIPART = "multipart/form-data"
_FIELDS_BYTES = 2 * MIB
"""What may come beside the file: its name, the other fields, and the lines between them."""
_ROOM_BYTES = 256 * MIB
"""Stays free on the disk: a file lies there twice for a moment, and others write too."""
_AT_ONCE = 4
_PART_S, _WHOLE_S, _DRAIN_S = 60.0, 3600.0, 20.0
_MOST_FIELDS = 60


class TooLongError(HTTPException):
    """More was sent, or announced, than may come; the text says how to cure it."""

    def __init__(self, most: int) -> None:
        """``most`` bytes."""
        said = (
            f"this file is larger than {most // MIB:,} MiB, the most that comes by the browser: "
            "divide it, or import it with ./vedetta on the server "
            "(an administrator sets web.upload_mib)"
        )
        super().__init__(413, said)


@dataclass(slots=True)
class Receiving:
    """How many files come in just now: each takes room on the disk."""

    now: int = 0

    async def form(
        self, request: Request, most: int, fits: Callable[[str], bool], *, proven: bool
    ) -> FormData:
        """Return a form whose files lie on the disk; who called closes it.

        most    bytes of a file · fits  whether a token of the form is ours
        proven  whether a header said the token already

        Raises TooLongError, HTTPException: 403 with a foreign token, 400 for what is no form, 408
        for what comes too slowly, 503 and 507 where there is no room.
        """
        if self.now >= _AT_ONCE:
            raise HTTPException(503, f"{_AT_ONCE} files are coming in already; try in a minute")
        announced = request.headers.get("content-length", "")
        size = int(announced) if announced.isascii() and announced.isdecimal() else 0
        self.now += 1
        try:
            if size > most + _FIELDS_BYTES:
                await _drained(request, most)
                raise TooLongError(most)
            _must_have_room(size or most)
            return await _read(request, most, fits, proven=proven)
        finally:
            self.now -= 1


class _Parser(MultiPartParser):
    """Lets a file begin only after the form's token was found to be ours."""

    spool_max_size = MIB

    def __init__(
        self,
        headers: Headers,
        stream: AsyncGenerator[bytes, None],
        fits: Callable[[str], bool],
        *,
        proven: bool,
    ) -> None:
        """Read ``stream``; the rest as in ``Receiving.form``."""
        super().__init__(headers, stream, max_files=1, max_fields=_MOST_FIELDS)
        self._fits, self.proven, self.whole = fits, proven, False

    def on_end(self) -> None:
        """Note that the last line was there: what broke off has none."""
        self.whole = True

    def close(self) -> None:
        """Close the files of a form that is refused."""
        for file in self._files_to_close_on_error:
            file.close()

    def on_headers_finished(self) -> None:
        """Begin a part."""
        super().on_headers_finished()
        if self._current_part.file is not None and not self.proven:
            raise _foreign()

    def on_part_end(self) -> None:
        """End a part; the token is looked at as soon as it is there."""
        part = self._current_part
        if part.file is None and part.field_name == "form_token":
            self.proven = self._fits(bytes(part.data).decode("utf-8", "replace"))
        super().on_part_end()


async def _read(
    request: Request, most: int, fits: Callable[[str], bool], *, proven: bool
) -> FormData:
    parser = _Parser(request.headers, _bounded(request, most), fits, proven=proven)
    try:
        with anyio.fail_after(_WHOLE_S):
            form = await parser.parse()
    except TimeoutError:
        raise HTTPException(408, "this came too slowly; send it again") from None
    except TooLongError:
        await _drained(request, most)
        raise
    except (MultiPartException, ClientDisconnect, KeyError) as error:
        raise _broken(getattr(error, "message", "it broke off")) from None
    if not (parser.whole and parser.proven):
        parser.close()
        raise _foreign() if parser.whole else _broken("it broke off")
    return form


async def _bounded(request: Request, most: int) -> AsyncGenerator[bytes, None]:
    """Yield what comes; raises TooLongError beyond ``most``, TimeoutError at a standstill."""
    count, stream = 0, request.stream()
    while True:
        with anyio.fail_after(_PART_S):
            part = await anext(stream, None)
        if part is None:
            return
        count += len(part)
        if count > most + _FIELDS_BYTES:
            raise TooLongError(most)
        yield part


async def _drained(request: Request, most: int) -> None:
    """Let what still comes go by, for a while: a browser that sends reads no answer."""
    count = 0
    with suppress(ClientDisconnect, RuntimeError), anyio.move_on_after(_DRAIN_S):
        async for part in request.stream():
            count += len(part)
            if count > most:
                return


def _must_have_room(size: int) -> None:
    if shutil.disk_usage(tempfile.gettempdir()).free < 2 * size + _ROOM_BYTES:
        raise HTTPException(507, "the disk of the server has no room for it; tell its keeper")


def _broken(why: str) -> HTTPException:
    return HTTPException(400, f"this is no whole form ({why}); send it again")


def _foreign() -> HTTPException:
    return HTTPException(403, "this form is out of date; open the page again and repeat it")
