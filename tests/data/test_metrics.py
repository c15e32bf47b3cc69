import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.metrics import TOO_FEW, Rate, difference, rate


@st.composite
def rates(draw: st.DrawFn) -> Rate:
    of = draw(st.integers(TOO_FEW, 100_000))
    return rate(draw(st.integers(0, of)), of)


@pytest.mark.parametrize(
    ("now", "before", "low", "high"),
    [  # the first is Newcombe's own example; all as statsmodels has them, method="newcomb"
        ((56, 70), (48, 80), 0.052431, 0.333873),
        ((300, 2000), (260, 2000), -0.001519, 0.041523),
        ((290, 2000), (260, 2000), -0.006362, 0.036366),
        ((0, 40), (0, 40), -0.087622, 0.087622),
        ((40, 40), (30, 40), 0.110826, 0.401940),
    ],
)
def test_a_difference_has_the_interval_of_newcombe(now: tuple, before: tuple, low: float, high: float):
    found = difference(rate(*now), rate(*before))

    assert found
    assert (found.low, found.high) == pytest.approx((low, high), abs=1e-6)
    assert found.clear == (low > 0)


@given(rates(), rates())
def test_a_difference_lies_in_its_interval_and_turns_with_its_sides(now: Rate, before: Rate):
    found, turned = difference(now, before), difference(before, now)

    assert found
    assert turned
    assert -1 - 1e-9 <= found.low <= found.value <= found.high <= 1 + 1e-9
    assert (turned.value, turned.low, turned.high) == pytest.approx((-found.value, -found.high, -found.low))


@given(rates())
def test_a_rate_does_not_differ_from_itself(one: Rate):
    found = difference(one, one)

    assert found
    assert found.value == 0
    assert not found.clear


@pytest.mark.parametrize("few", [rate(0, 0), rate(29, 29)])
def test_too_few_are_not_compared(few: Rate):
    enough = rate(0, 30)

    assert difference(few, enough) is None
    assert difference(enough, few) is None
    assert difference(enough, enough)
