"""The rules hold over random people, hours, zones, sequences, answers, presses and engines that are cut off."""

import pytest

from tests.engine.presses import press
from tests.engine.world import World

TURNS = 12


def live(world: World) -> None:
    for turn in range(TURNS):
        world.ask_some()
        for _ in range(world.lot.randrange(3)):
            world.hear_something()
        press(world)
        world.run(f"engine-{turn}")
        world.clock.forward(minutes=world.lot.choice([7, 45, 90, 400, 600, 1300, 2500]))


@pytest.mark.parametrize("seed", range(4))
def test_no_rule_is_ever_broken_whatever_happens(store, seed):
    """Every message that is handed over is judged on its own, by a table that shares nothing with the engine."""
    world = World(store, seed)
    live(world)
    assert not world.oracle.broken
    assert len(world.oracle.left) > 5
