"""What a text costs as SMS."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.texts.segments import count, plain


@pytest.mark.parametrize(
    ("text", "encoding", "units", "segments", "left"),
    [
        ("", "GSM-7", 0, 0, 160),
        ("a" * 160, "GSM-7", 160, 1, 0),
        ("a" * 161, "GSM-7", 161, 2, 145),
        ("a" * 306, "GSM-7", 306, 2, 0),
        ("a" * 307, "GSM-7", 307, 3, 152),
        ("ж" * 70, "UCS-2", 70, 1, 0),
        ("ж" * 71, "UCS-2", 71, 2, 63),
        ("ж" * 134, "UCS-2", 134, 2, 0),
        ("ж" * 135, "UCS-2", 135, 3, 66),
        ("€", "GSM-7", 2, 1, 158),
        ("^{}\\[~]|€\f", "GSM-7", 20, 1, 140),
        ("€" * 80, "GSM-7", 160, 1, 0),
        ("Ω" * 160, "GSM-7", 160, 1, 0),
        ("😀", "UCS-2", 2, 1, 68),
        ("😀" * 35, "UCS-2", 70, 1, 0),
        ("😀" * 36, "UCS-2", 72, 2, 61),
        ("line\r\nbreak", "GSM-7", 11, 1, 149),
    ],
)
def test_known_boundaries(text: str, encoding: str, units: int, segments: int, left: int) -> None:
    found = count(text)
    assert (found.encoding, found.units, found.segments, found.left) == (encoding, units, segments, left)


def test_an_escaped_character_is_not_split_between_segments() -> None:
    """306 units would fit two segments of 153, but the escape would be the last unit of the first."""
    assert count("a" * 152 + "€" + "a" * 152).segments == 3


def test_an_emoji_is_not_split_between_segments() -> None:
    assert count("a" * 66 + "😀" + "a" * 66).segments == 3
    assert count("a" * 67 + "😀" + "a" * 65).segments == 2


def test_the_characters_that_force_the_costly_encoding_are_named_once_in_order() -> None:
    assert count("Ann’s café – “fine” 😀’").forcing == ("’", "–", "“", "”", "😀")
    assert count("àèìòùéÄÖÑÜäöñü¿¡§ßÅåÆæØøÇ£$¥€@").forcing == ()
    assert count("ç`\t").forcing == ("ç", "`", "\t")


def test_typographic_characters_have_a_plain_form() -> None:
    assert plain("Ann’s\u00a0café – “fine”…") == 'Ann\'s café - "fine"...'
    assert count(plain("Ann’s\u00a0café – “fine”…\u200b")).encoding == "GSM-7"


@given(st.text(max_size=400))
def test_segments_hold_the_text_and_are_not_wasted(text: str) -> None:
    found = count(text)
    assert max(found.segments, 1) * found.per_segment - found.left >= found.units
    assert 0 <= found.left <= found.per_segment
    assert found.segments == 0 or (found.segments - 1) * (found.per_segment - 1) < found.units
    if found.encoding == "UCS-2":
        assert found.units == len(text.encode("utf-16-le", "surrogatepass")) // 2
