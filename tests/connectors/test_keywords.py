"""One word stops everything, whatever its case; a sentence does not."""

import pytest

from connectors.keywords import WORDS, Keyword, keyword


def test_every_word_means_one_thing():
    listed = [word for words in WORDS.values() for word in words]
    assert len(listed) == len(set(listed))
    assert all(keyword(word.upper()) is meant for meant, words in WORDS.items() for word in words)


@pytest.mark.parametrize(
    "text",
    ["", "Please stop", "stop it", "non", "no", "nein", "fin", "cancel my order", "por favor parar", "ja", "si", "!"],
)
def test_a_sentence_is_no_keyword(text):
    assert keyword(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "STOP!",
        " Stop. ",
        "ARRÊT",
        "Arrêter",
        "¡Basta!",
        "BAJA",
        "Aufhören",
        "«Sair»",
        "Stopp",
        "Ferma",
        "Arrêtez",
        "Remove",
        "Smettila",
        "🛑",
    ],
)
def test_accents_and_what_stands_around_a_word_do_not_matter(text):
    assert keyword(text) is Keyword.STOP


def test_what_the_provider_tells_counts_first_and_its_nonsense_does_not_count():
    assert keyword("yes", "STOP") is Keyword.STOP
    assert keyword("stop", "whatever") is Keyword.STOP
