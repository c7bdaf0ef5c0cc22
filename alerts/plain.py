"""Words that came by radio or from a file, made harmless for one line of a message to people."""

from __future__ import annotations

_NO_CHARACTER = "\ufffd"


def plain(text: object, longest: int = 0) -> str:
    """Return ``text`` on one line: blanks are one space, what does not print is U+FFFD.

    Line ends, NUL, escape sequences, marks that turn the direction of writing, and lone
    surrogates do not print. ``longest`` characters at most, the last one then "…"; 0 = whole.
    """
    shown = "".join(
        one
        if one.isprintable()
        else " "
        if one in "\t\r\n\v\f\u00a0\u202f\u2028\u2029"
        else _NO_CHARACTER
        for one in str(text)
    )
    line = " ".join(shown.split())
    return f"{line[: longest - 1]}…" if 0 < longest < len(line) else line
