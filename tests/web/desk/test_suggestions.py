"""The desk sees what the assistant would suggest to the customer, with the same reasons."""

from assistant.app import Wiring
from assistant.tools.suggestions import Constraints
from tests.web.desk.conftest import EMMA, SignIn, Talk


def test_the_desk_shows_the_list_that_the_customer_would_see(house: Wiring, sign_in: SignIn, talk: Talk) -> None:
    conversation = talk(EMMA, "what would you recommend?")
    emma = house.shop.customer_by_email(EMMA)
    assert emma is not None
    shift = sign_in("suggesting")
    assert f"/desk/conversations/{conversation}/suggestions" in shift.get(f"/conversations/{conversation}").text
    page = shift.get(f"/conversations/{conversation}/suggestions").text
    found = house.recommender.recommend(emma.customer_id, (), "", Constraints())
    assert found
    for suggestion in found:
        assert suggestion.product.name in page


def test_a_customer_who_wants_none_is_told_to_be_so(house: Wiring, sign_in: SignIn, talk: Talk) -> None:
    conversation = talk(EMMA, "don't recommend me things")
    shift = sign_in("suggesting.nothing", language="zh")
    assert "这位顾客不要推荐" in shift.get(f"/conversations/{conversation}/suggestions").text
    talk(EMMA, "you may recommend things again")
    assert "这位顾客不要推荐" not in shift.get(f"/conversations/{conversation}/suggestions").text
