"""What comes from outside is made safe to keep."""

import pytest

from connectors.incoming import LONGEST, moment, plain, read_json
from tests.connectors.standins import NOW


@pytest.mark.parametrize("seconds", [NOW.timestamp(), int(NOW.timestamp()), str(int(NOW.timestamp()))])
def test_a_time_is_read_as_number_and_as_text(seconds):
    assert moment(seconds) == NOW


@pytest.mark.parametrize("seconds", [0, -1, 1772452800000, 253402300799, "", "x", None, [], float("nan")])
def test_a_time_out_of_time_is_garbage(seconds):
    with pytest.raises((ValueError, TypeError)):
        moment(seconds)


@pytest.mark.parametrize(
    ("text", "kept"),
    [("a\x00b\nc", "a b c"), ("\ud800x", "x"), (" é ü ", "é ü"), (21610, "21610"), (None, ""), ([1], "")],
)
def test_text_is_one_line_that_every_store_takes(text, kept):
    assert plain(text) == kept


def test_text_has_an_end():
    assert len(plain("x" * 10**6)) == LONGEST


def test_json_without_a_bottom_is_garbage():
    with pytest.raises(ValueError):
        read_json("[" * 200_000)
