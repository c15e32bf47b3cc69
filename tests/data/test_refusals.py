"""Refusals in people's own words and languages, and the friendly words that look like them."""

import pytest

from data.refusals import is_refusal
from tests.data.refusal_texts import GUILTY, INNOCENT, split


@pytest.mark.parametrize("text", split(GUILTY))
def test_a_refusal_is_seen_in_any_of_the_languages(text: str):
    assert is_refusal(text)


@pytest.mark.parametrize("text", split(INNOCENT))
def test_friendly_words_are_none(text: str):
    assert not is_refusal(text)


@pytest.mark.parametrize("text", ["Please don’t\n text me", "don't\nmessage me"])
def test_a_refusal_is_seen_over_lines_and_in_typographic_quotes(text: str):
    assert is_refusal(text)


def test_no_words_are_no_refusal():
    assert not is_refusal("")
