"""How a text may stand in a column made small: as it is, and as JSON escapes it."""

from __future__ import annotations

import json
import string

_SMALL = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


def spellings(text: str) -> list[str]:
    """Return every form in which ``text`` is looked for in ``lower(column)``; [] for "".

    Some JSON keeps a letter beyond ASCII as its escape, of which lower() makes no small letter;
    and a database of locale C makes none of any such letter.
    """
    bare = text.replace("\0", "")
    written = {bare, bare.lower(), bare.upper(), bare.title()}
    forms = {one.translate(_SMALL) for one in written} | {bare.lower()}
    return sorted((forms | {json.dumps(one)[1:-1].translate(_SMALL) for one in written}) - {""})
