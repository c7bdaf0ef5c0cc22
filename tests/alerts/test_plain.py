"""Hostile text becomes one harmless line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.plain import plain


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("MARIA K", "MARIA K"),
        ("ΑΓΙΟΣ ΝΙΚΟΛΑΟΣ", "ΑΓΙΟΣ ΝΙΚΟΛΑΟΣ"),
        ("a\r\nBcc: b", "a Bcc: b"),
        ("a\x00b\x1b[31m", "a\ufffdb\ufffd[31m"),
        ("\u202eevil\u2066", "\ufffdevil\ufffd"),
        ("\ud800", "\ufffd"),
        ("51,5\u00a0nm", "51,5 nm"),
    ],
)
def test_known_tricks(text, expected):
    assert plain(text) == expected


@given(st.text())
def test_what_comes_out_prints_on_one_line_and_stays_the_same(text):
    clean = plain(text)
    assert clean.isprintable()
    assert plain(clean) == clean
