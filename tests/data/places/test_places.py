"""Where people live: what is understood of it, what contradicts itself, and whose clock and law follow."""

import subprocess
import sys

import pytest

from data.hours import narrowed
from data.places import UNSAID, Place, check, postal
from data.places.regions import normal_region, regions
from data.places.zones import is_zone, whereabouts

PHONE = "+12025550143"  # Washington, D.C.


def said(zone="", state="", country="", postal="", home="US") -> Place:
    place, troubles = check(zone, state, country, postal, home)
    assert troubles == {}
    return place


def trouble(**how) -> str:
    _, troubles = check(
        *(how.get(field, "") for field in ("zone", "state", "country", "postal")), how.get("home", "US")
    )
    (sentence,) = troubles.values()
    return sentence


@pytest.mark.parametrize(
    ("postal", "home", "zone", "region"),
    [
        ("10001", "US", "America/New_York", "US-NY"),
        ("79901", "US", "America/Denver", "US-TX"),  # El Paso is not on Texas' other clock
        ("75001-1234", "US", "America/Chicago", "US-TX"),
        ("750011234", "US", "America/Chicago", "US-TX"),
        ("2139", "US", "America/New_York", "US-MA"),  # a spreadsheet took the zero away
        ("86515", "US", "America/Denver", "US-AZ"),  # Navajo Nation
        ("00901", "US", "America/Puerto_Rico", "PR"),
        ("K1A 0B1", "US", "America/Winnipeg", "CA-ON"),
        ("s4p3y2", "CA", "America/Regina", "CA-SK"),
        ("90210", "CA", "America/Los_Angeles", "US-CA"),  # somebody's Canadian phone says no more than that
        ("75011", "FR", "Europe/Paris", "FR"),
        ("SW1A 1AA", "GB", "Europe/London", "GB"),
    ],
)
def test_a_postal_code_tells_zone_and_region(postal, home, zone, region):
    place = said(postal=postal, home=home)
    where = whereabouts(PHONE, place, "UTC")
    assert zone in where.zones
    assert (where.region, where.country, where.source) == (region, "US", "postal")


def test_a_code_newer_than_the_list_is_where_its_neighbours_are():
    assert said(postal="10098").region == "US-NY"


def test_the_forces_mail_leaves_the_zone_to_the_next_best():
    where = whereabouts(PHONE, said(postal="09001"), "UTC")
    assert (where.region, where.source) == ("US", "region")
    assert "Pacific/Honolulu" in where.zones


def test_what_is_said_beats_the_postal_code_and_that_the_number():
    assert whereabouts(PHONE, said(postal="94105"), "UTC").zones == ("America/Los_Angeles",)
    assert whereabouts(PHONE, said(zone="europe/berlin", postal="94105"), "UTC").zones == ("Europe/Berlin",)
    assert whereabouts(PHONE, UNSAID, "UTC").source == "number"


def test_quiet_hours_follow_the_postal_codes_state():
    assert narrowed(whereabouts(PHONE, said(postal="33101"), "UTC").region)
    assert not narrowed(whereabouts(PHONE, said(postal="10001"), "UTC").region)


@pytest.mark.parametrize(
    ("state", "country", "region"),
    [
        ("Texas", "", "US-TX"), ("tx", "USA", "US-TX"), ("Washington", "", "US-WA"), ("Ontario", "", "CA-ON"),
        ("BC", "Canada", "CA-BC"), ("", "CA", "CA"), ("CA", "", "US-CA"), ("Bayern", "DE", "DE"), ("", "france", "FR"),
        ("FR", "", "FR"), ("Georgia", "", "US-GA"), ("", "United Kingdom", "GB"),
    ],
)  # fmt: skip
def test_states_and_countries_are_understood(state, country, region):
    assert said(state=state, country=country).region == region


def test_what_a_word_means_depends_on_the_home():
    assert (normal_region("DE", "US"), normal_region("DE", "DE"), normal_region("Georgia", "DE")) == (
        "US-DE", "DE", "GE",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("how", "sentence"),
    [
        ({"zone": "Mars/Base"}, "“Mars/Base” is no time zone. Write it like America/Chicago."),
        ({"country": "Atlantis"}, "“Atlantis” is no country."),
        ({"state": "Ontaria", "country": "CA"}, "“Ontaria” is no state of Canada."),
        ({"state": "Atlantis"}, "“Atlantis” is no state, in the US or Canada, and no country."),
        ({"postal": "1234567"}, "“1234567” is no US postal code; write five digits like 10001."),
        ({"postal": "00000"}, "“00000” is no US postal code"),
        ({"postal": "D1A 1A1", "country": "CA"}, "“D1A 1A1” is no Canadian postal code; write it like K1A 0B1."),
        ({"postal": "=1+1", "country": "DE"}, "“=1+1” is no postal code; write letters and digits only."),
        ({"postal": "10001", "state": "TX"}, "The postal code 10001 is in New York, not in Texas."),
        ({"postal": "S4P 3Y2", "state": "ON", "country": "CA"}, "is in Saskatchewan, not in Ontario."),
    ],
)
def test_what_makes_no_sense_is_told(how, sentence):
    assert sentence in trouble(**how)


def test_every_zone_of_every_region_exists():
    assert len(regions()) == 64
    assert all(is_zone(zone) for region in regions().values() for zone in region.zones)


def test_the_list_of_us_codes_is_loaded_only_when_one_is_asked_for():
    """It takes 40 MB; the engine and most consoles never need it."""
    code = "import sys, engine.__main__, data.planning, data.csvfile.rows; print('zipcodes' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_the_long_list_is_gone_through_once_for_a_whole_neighbourhood():
    """A look takes half a millisecond, and an import may hold ten thousand codes."""
    postal.post.cache_clear()
    before = postal._listed.cache_info().misses
    found = [postal.post(f"{five:05}", "US") for five in range(97000, 97100)]
    assert {one.region for one in found if isinstance(one, postal.Post)} == {"US-OR"}
    assert postal._listed.cache_info().misses - before <= 1


@pytest.mark.parametrize("phone", ["+18005550143", "+18885550143"])
def test_a_number_of_no_place_goes_by_all_the_clocks_of_its_country(phone):
    found = whereabouts(phone, UNSAID, "UTC")
    assert (found.source, found.region) == ("region", "US")
    assert {"Pacific/Honolulu", "America/Indiana/Vevay"} <= set(found.zones)
