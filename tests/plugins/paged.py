"""What stands on the pages of a PDF, as a reader of it sees the text."""

from __future__ import annotations

import pypdfium2


def texts_of(content: bytes) -> list[str]:
    """Return the text of each page; lines that were broken are joined."""
    document = pypdfium2.PdfDocument(content)
    return [" ".join(page.get_textpage().get_text_bounded().split()) for page in document]
