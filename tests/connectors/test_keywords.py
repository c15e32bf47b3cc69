"""One word stops everything, whatever its case; a sentence does not."""

import pytest

from connectors.keywords import WORDS, Keyword, keyword
from data.refusals import is_refusal
from tests.data.refusal_texts import INNOCENT, split


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
        "stop2",
        "STOP 2 END",
        "stop2end",
        "unsubscribe 1",
    ],
)
def test_the_word_said_twice_politely_or_in_two_pieces_is_the_word(text):
    assert keyword(text) is Keyword.STOP


@pytest.mark.parametrize("around", ["{}", "{}.", "Please {}", "{}, please!", "({}) thank you", "Pls {} now", "*{}*"])
@pytest.mark.parametrize("word", ["stop", "quit", "end", "revoke", "opt out", "cancel", "unsubscribe"])
def test_the_words_the_fcc_names_stop_alone_and_politely(word, around):
    assert keyword(around.format(word)) is Keyword.STOP
    assert keyword(around.format(word).upper()) is Keyword.STOP


WITH_NUMBERS = [
    "Cancel 10:30",
    "Cancel 12/5 please",
    "cancel @ 4",
    "cancel 1030",
    "cancel2",
    "10 cancel",
    "Please cancel. 555-0100",
    "End 5/5",
    "10/10 end",
    "1 end",
    "Remove 2",
    "Basta!!! 10/10",
    "5/5 alto",
    "STOP 10:30",
    "stop, 5/5",
    "Quit 2️⃣",
]


@pytest.mark.parametrize("text", WITH_NUMBERS)
def test_a_word_with_numbers_may_be_about_something_else_and_waits_for_a_person(text):
    assert keyword(text) is None
    assert is_refusal(text)


@pytest.mark.parametrize("numbered", ["{} 10:30", "12/5 {} please", "{}10", "Thank you, {} 555-0100"])
def test_every_word_with_numbers_is_a_likely_refusal(numbered):
    texts = [numbered.format(word) for word in WORDS[Keyword.STOP]]

    assert [text for text in texts if keyword(text) or not is_refusal(text)] == []


@pytest.mark.parametrize("text", split(INNOCENT))
def test_friendly_words_are_never_a_stop(text):
    assert keyword(text) is not Keyword.STOP


@pytest.mark.parametrize(
    "text", ["yes", "YES", "Yes!", " yes. ", "“Yes”", "*yes*", "Start", "UNSTOP", "«Start»", "¿Yes?"]
)
def test_the_bare_word_starts_again(text):
    assert keyword(text) is Keyword.START


@pytest.mark.parametrize(
    "text",
    [
        "Yes ❤️",
        "Yes 👍",
        "👍 yes",
        "#yes",
        "yes -",
        "- yes",
        "(yes)",
        "yes 5",
        "Yes #1",
        "yes yes",
        "yes please",
        "Start 👍",
        "start!!! 10/10",
        "[unstop]",
        "yess",
        "/start",
        "yes 🛑",
    ],
)
def test_nothing_but_the_bare_word_lifts_what_somebody_refused(text):
    assert keyword(text) is not Keyword.START


def test_help_is_the_bare_word_too():
    assert keyword("help?!") is Keyword.HELP
    assert keyword("help 5") is None


def test_what_the_provider_tells_counts_first_and_its_nonsense_does_not_count():
    assert keyword("yes", "STOP") is Keyword.STOP
    assert keyword("stop", "whatever") is Keyword.STOP
