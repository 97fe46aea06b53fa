"""The rules of points, without a database."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from raidbot.features.quota import models as m
from raidbot.kernel.discord.text import figure

hundredths = st.integers(-99_900, 99_900).filter(bool)
points = st.decimals(0, 9_999, places=2)


@given(hundredths)
def test_every_number_of_two_places_is_taken_as_it_was_typed(number: int) -> None:
    typed = Decimal(number) / 100
    assert m.to_points(float(typed)) == typed


@pytest.mark.parametrize("typed", ["1.1", "2.2", "0.29", "4.4", "-0.01", "999"])
def test_numbers_that_doubles_hold_badly_are_exact(typed: str) -> None:
    assert str(m.to_points(float(typed))) == f"{Decimal(typed):.2f}"


@pytest.mark.parametrize("typed", [0.0, -0.0, 0.001, 1.005, 2.999, 1e-9])
def test_zero_and_a_third_place_are_refused(typed: float) -> None:
    with pytest.raises(m.BadAmountError):
        m.to_points(typed)


@given(hundredths)
def test_points_are_written_without_needless_zeros(number: int) -> None:
    value = Decimal(number) / 100
    written = figure(value, signed=True)
    assert Decimal(written.replace(",", "")) == value
    assert written[0] in "+-"
    assert not ("." in written and written.endswith("0"))


@given(st.integers(-99, 99).filter(bool), points, points, st.integers(0, 200))
def test_runs_are_taken_back_whole_and_never_below_zero(
    amount: int, each: Decimal, quota_points: Decimal, there: int
) -> None:
    held = m.Held(m.NO_POINTS, quota_points, there)
    effective = m.runs(amount, each, held)
    assert (effective == amount) or (amount < effective <= 0)
    assert quota_points + each * effective >= 0
    assert there + effective >= 0
    if effective > amount:  # one more would have been too many
        assert there + effective == 0 or quota_points + each * (effective - 1) < 0


def test_of_two_roles_at_one_position_the_older_decides_and_an_unknown_one_is_the_lowest() -> None:
    rates = [m.Rate(role_id, Decimal(role_id)) for role_id in (3, 1, 2)]
    assert m.best(rates, {1: 5, 2: 5}).role_id == 1
    assert m.best(rates, {3: 0}).role_id == 3
    assert m.best(rates, {}).role_id == 1
    assert m.best([m.Rate(1, m.NO_POINTS)], {1: 5}) == m.WORTHLESS
