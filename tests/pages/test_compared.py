"""Whether a difference is real, said with as many comparisons in mind as are made."""

import pytest

from data.metrics import difference, one_of_many, rate
from pages.compared import pairs_in_words, people_in_words

SMS, EMAIL, WHATSAPP = ("SMS", rate(90, 470)), ("Email", rate(20, 500)), ("WhatsApp", rate(47, 257))


def test_one_comparison_is_newcombes_and_more_are_wider():
    a, b = rate(56, 70), rate(48, 80)
    alone, three = one_of_many(a, b, 1), one_of_many(a, b, 3)
    assert alone == difference(a, b)
    assert alone
    assert three
    assert three.low < alone.low < alone.value == three.value < alone.high < three.high


def test_two_channels_are_one_comparison():
    (said,) = pairs_in_words([EMAIL, SMS])
    assert said.startswith("Email below SMS: −15.1 pp (")


def test_three_channels_are_judged_together_and_it_says_so():
    said = pairs_in_words([SMS, EMAIL, WHATSAPP])
    assert [line.partition(",")[0].partition(":")[0] for line in said[:3]] == [
        "SMS above Email", "SMS and WhatsApp", "Email below WhatsApp",
    ]  # fmt: skip
    assert "no clear difference, +0.9 pp" in said[1]
    assert "3 comparisons" in said[3]


@pytest.mark.parametrize("few", [rate(9, 29), rate(0, 0)])
def test_few_are_not_judged(few):
    assert pairs_in_words([SMS, ("Email", few)]) == ["SMS and Email: too few to tell."]


def test_one_channel_is_compared_with_nothing():
    assert pairs_in_words([SMS]) == []
    assert people_in_words({"Ann": rate(9, 90)}, rate(9, 90)) == []


def test_people_are_compared_with_all_the_others_and_not_ranked():
    rates = {"Zoe": rate(20, 100), "Ann": rate(60, 100), "Bo": rate(21, 100), "Cy": rate(5, 10)}
    said = people_in_words(rates, rate(106, 310))
    assert [line.partition(":")[0] for line in said] == [
        "Ann above all the others", "Bo below all the others", "Zoe below all the others", "1 of 4",
        "4 comparisons are made, so each interval is wider",
    ]  # fmt: skip


def test_people_alike_do_not_differ():
    rates = {"Ann": rate(20, 100), "Bo": rate(24, 100), "Cy": rate(22, 100)}
    assert people_in_words(rates, rate(66, 300))[0] == "Nobody differs clearly from all the others."
    few = {"Ann": rate(2, 10), "Bo": rate(4, 10), "Cy": rate(1, 5)}
    assert people_in_words(few, rate(7, 25)) == ["Too few to tell anybody from the others."]


def test_two_people_are_one_comparison():
    rates = {"Bo": rate(20, 100), "Ann": rate(60, 100)}
    found = difference(rates["Ann"], rates["Bo"])
    assert found
    assert people_in_words(rates, rate(80, 200)) == [
        f"Ann above Bo: +40.0 pp (+{100 * found.low:.1f} to +{100 * found.high:.1f})."
    ]
