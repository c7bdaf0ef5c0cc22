"""Our scripts as a reader sees them: their literals, and the code between.

A browser compiles them; here it is enough to tell literals, comments and patterns from code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ASSETS = Path(__file__).parents[2] / "maps" / "assets"
_TOKEN = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?\*/)
    |(?P<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
    |(?P<tick>`)|(?P<open>\{)|(?P<close>\})|(?P<slash>/)|(?P<word>[\w$\#]+)|(?P<space>\s+)|.""",
    re.VERBOSE | re.DOTALL,
)
_CHUNK = re.compile(r"(?:[^`\\$]|\\.|\$(?!\{))*", re.DOTALL)
_PATTERN = re.compile(r"/(?:[^/\\\n\[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/[a-z]*")
_ENDS_VALUE = re.compile(r"[\w$)\]}\"'`]")


@dataclass(frozen=True, slots=True)
class Literal:
    """A literal, or of a template a part between two values."""

    at: int
    text: str
    part: bool = False


def literals(code: str) -> Iterator[Literal]:
    """Yield the literals of a script in their order."""
    at, inside, before = 0, [], ""
    while at < len(code):
        if inside and inside[-1] == "`":
            chunk = _CHUNK.match(code, at)
            ends = code[chunk.end()] == "`"
            yield Literal(at, chunk[0], part=True)
            at = chunk.end() + (1 if ends else 2)
            inside.pop() if ends else inside.append("{")
            before = "`" if ends else "{"
            continue
        token = _TOKEN.match(code, at)
        if token["slash"] and not _ENDS_VALUE.match(before[-1:]):
            token = _PATTERN.match(code, at) or token
        elif token["string"]:
            yield Literal(at + 1, token[0][1:-1])
        elif token["tick"]:
            inside.append("`")
        elif token["open"]:
            inside.append("{")
        elif token["close"]:
            inside.pop()
        if token.re is _PATTERN or not (token["space"] or token["comment"]):
            before = token[0]
        at = token.end()


def bare(code: str) -> str:
    """Return a script with its literals blanked, each as long as before."""
    signs = list(code)
    for one in literals(code):
        signs[one.at : one.at + len(one.text)] = re.sub(r"[^\n]", "_", one.text)
    return "".join(signs)


def value(blanked: str, at: int) -> int:
    """Return where the value that begins at ``at`` ends."""
    depth = 0
    for end in range(at, len(blanked)):
        sign = blanked[end]
        if depth == 0 and sign in ",;)]}":
            return end
        depth += (sign in "([{") - (sign in ")]}")
    return len(blanked)


def arguments(blanked: str, at: int) -> list[tuple[int, int]]:
    """Return from where to where each argument goes of the call whose bracket opens before it."""
    found = [(at, value(blanked, at))]
    while blanked[found[-1][1]] == ",":
        start = found[-1][1] + 1
        found.append((start, value(blanked, start)))
    return found
