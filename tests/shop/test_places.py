"""Where a customer means by the name of a state, a province or a city."""

import pytest

from assistant.shop.places import elsewhere_in, regions_in


@pytest.mark.parametrize(
    ("said", "region"),
    [
        ("Do you ship to Hawaii?", "US"),
        ("postage to Leeds?", "UK"),
        ("how long to Salzburg", "EU"),
        ("新疆能寄到吗", "CN"),
        ("寄到慕尼黑要几天", "EU"),
        ("夏威夷送不送", "US"),
        ("delivery to the UK", "UK"),
    ],
)
def test_states_provinces_and_cities_belong_to_a_region(said: str, region: str) -> None:
    assert list(regions_in(said)) == [region]


@pytest.mark.parametrize("said", ["Do you ship to Canada?", "can I wash it", "nice chairs", "能寄到香港吗"])
def test_other_countries_and_other_words_belong_to_none(said: str) -> None:
    assert regions_in(said) == {}


def test_other_countries_are_known_as_such() -> None:
    assert elsewhere_in("Do you ship to Canada?") == ("canada",)
