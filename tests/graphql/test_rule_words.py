"""ruleWords: what a bank's conditions can name, open to everyone."""

from typing import Any

from foundation.industry import is_industry
from sharing.profile import tag_rules
from tests.conftest import GraphQL

WORDS = """
query ($city: CityCode!) {
  ruleWords(city: $city) { industries { code name } qualifications }
}
"""


async def words(gql: GraphQL, city: str) -> dict[str, Any]:
    found = await gql.data(WORDS, variables={"city": city})
    said: dict[str, Any] = found["ruleWords"]
    return said


async def test_anyone_reads_the_industries_that_a_rule_may_name(gql: GraphQL) -> None:
    listed = (await words(gql, "JIANGYIN"))["industries"]
    codes = [one["code"] for one in listed]
    assert {"code": "C", "name": "制造业"} in listed
    assert {"code": "C34", "name": "通用设备制造业"} in listed
    assert all(is_industry(code) for code in codes)
    assert len(codes) == len(set(codes))


async def test_qualifications_are_those_that_the_city_can_answer(gql: GraphQL) -> None:
    only_there = {rule.name for rule in tag_rules() if rule.city == "CHANGZHOU"}
    assert only_there
    here = (await words(gql, "JIANGYIN"))["qualifications"]
    there = (await words(gql, "CHANGZHOU"))["qualifications"]
    assert set(there) - set(here) == only_there
    assert {"高新技术企业", "专精特新", "制造业", "个体工商户"} <= set(here)
    assert len(here) == len(set(here))
