import pytest

from service.exercise.exercise import Exercise
from service.exercise.scenario import load_scenario


@pytest.fixture(scope="session")
def exercise() -> Exercise:
    """The default scenario with 300 vessels."""
    return Exercise(load_scenario(), seed=3, vessels=300)
