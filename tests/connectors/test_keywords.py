"""One word stops everything, whatever its case; a sentence does not."""

import pytest

from connectors.keywords import WORDS, Keyword, keyword


def test_every_word_means_one_thing():
    listed = [word for words in WORDS.values() for word in words]
    assert len(listed) == len(set(listed))
    assert all(keyword(word.upper()) is meant for meant, words in WORDS.items() for word in words)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "!",
        "please",
        "no",
        "non",
        "nein",
        "fin",
        "ja",
        "si",
        "stop it",
        "cancel my order",
        "don't stop the good work",
        "Don't stop!",
        "non-stop",
        "never-ending",
        "the end",
        "bus stop",
        "stopping by",
        "weekend",
        "yes yes",
        "yes please",
        "Yes, 5",
        "start stop",
    ],
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


@pytest.mark.parametrize(
    "text",
    [
        "OPT OUT",
        "opt-out",
        "Opt‑Out.",
        "STOP ALL",
        "un subscribe",
        "stop stop",
        "STOP!!! STOP!!!",
        "stop, unsubscribe",
        "STOP / ARRÊT",
        "🛑🛑",
        "Please stop",
        "Stop please!",
        "STOP NOW",
        "stop, thank you",
        "pls unsubscribe",
        "por favor parar",
        "Arrêtez svp",
        "Bitte abmelden",
        "(stop)",
        "[STOP]",
        "STOP 2",
        "1. stop",
        "stop 👎",
        "<stop>",
        "'stop'",
        "sttop",
        "STOOOP",
        "Unsuscribe",
        "unsubcribe",
        "unsubscribed",
        "ｓｔｏｐ",
    ],
)
def test_the_word_said_twice_politely_or_in_two_pieces_is_the_word(text):
    assert keyword(text) is Keyword.STOP


@pytest.mark.parametrize(
    ("text", "meant"), [("(yes)", Keyword.START), ("«Start»", Keyword.START), ("help?!", Keyword.HELP)]
)
def test_signs_around_the_other_words_do_not_matter_either(text, meant):
    assert keyword(text) is meant


def test_what_the_provider_tells_counts_first_and_its_nonsense_does_not_count():
    assert keyword("yes", "STOP") is Keyword.STOP
    assert keyword("stop", "whatever") is Keyword.STOP
