"""An address is found where it stands for itself, whether its text is known or only its hash is left."""

import json
from urllib.parse import quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data import erased
from data.contacts import address_key
from data.quoted import plain, quoting

LOCALS = st.from_regex(r"[._+-]?[ab7]{1,2}([.+'_-][ab7]{1,2})?", fullmatch=True)
EMAILS = st.builds("{}@{}".format, LOCALS, st.sampled_from(["a.co", "b.co", "a.co.b", "a-a.co"]))
PHONES = st.from_regex(r"[12][120]{6,10}", fullmatch=True)
AROUND = st.sampled_from(["", "00", " ", "<", ">", '"', ":", "=", "/", ". ", ", ", "--", "(", ")", "\n", "x", "5", "'"])


def marked(text: str, address: str) -> str:
    found = quoting([address])
    return found.sub(lambda one: f"{one['before'] or ''}{erased.WORD}", text)


@given(st.one_of(EMAILS, PHONES), st.lists(st.tuples(AROUND, st.one_of(EMAILS, PHONES), AROUND), max_size=4))
def test_by_its_text_and_by_its_hash_the_same_is_found(address: str, parts: list[tuple[str, str, str]]):
    text = "".join("".join(part) for part in parts)
    key = address_key(address if "@" in address else f"+{address}")

    assert erased.without(text, {key}) == marked(text, address)


@given(st.one_of(EMAILS, PHONES), st.one_of(EMAILS, PHONES))
def test_between_blanks_it_is_found_and_another_is_not(address: str, other: str):
    found = quoting([address])
    assert found.search(f"to <{address}>.")
    apart = other == address or (other.lstrip("._+-") == address)  # "_ann@" may be ann@ underlined
    assert bool(found.search(f"to {other}, too")) == apart


@given(st.one_of(EMAILS, PHONES))
def test_escapes_beside_it_are_no_part_of_it(address: str):
    said = f"Hi {address}\n<{address}>"
    for text in (f"x=1&Body={quote_plus(said)}", json.dumps(said), json.dumps(said).replace("<", "\\u003c")):
        assert len(quoting([address]).findall(plain(text))) == 2


def test_nothing_is_found_where_nothing_is_sought():
    assert not quoting([]).search("anything")


@pytest.mark.parametrize("text", ["a=b&c" * 20_000, "-" * 100_000, "a@" * 50_000, "'" * 100_000, "0" * 100_000])
def test_a_long_text_is_read_to_its_end(text: str):
    assert erased.without(text, {1}) == marked(text, "ann@example.com") == text
