"""Cities are data: what the folders hold is served, and a fourth folder needs no code."""

import re
import shutil
from decimal import Decimal
from pathlib import Path

import httpx2
import pytest

from foundation.city import cities, read_cities
from foundation.settings import ROOT
from tests.conftest import GraphQL
from tests.processes import an_api
from tests.servers import Database

CITIES = """
{ cities { code name entryApp districts { code name } consentTexts { purpose version text } } }
"""
PURPOSES = {
    "PUBLISH_DEMAND",
    "REAL_NAME",
    "GRADING",
    "ENTERPRISE_DATA",
    "OPERATING_DATA",
    "PERSONAL_CREDIT",
    "WHITELIST",
}


async def test_every_city_is_open_to_everyone_with_its_texts(gql: GraphQL) -> None:
    found = (await gql.data(CITIES))["cities"]

    assert {city["code"]: city["entryApp"] for city in found} == {
        "CHANGZHOU": "我的常州",
        "JIANGYIN": "澄易贷",
        "CANGZHOU": "一键融",
    }
    for city in found:
        # 苏信码 is 江苏's own.
        own = set() if city["code"] == "CANGZHOU" else {"CREDIT_CODE"}
        assert {text["purpose"] for text in city["consentTexts"]} == PURPOSES | own
    assert {city["code"]: len(city["districts"]) for city in found} == {
        "CHANGZHOU": 72,
        "JIANGYIN": 20,
        "CANGZHOU": 16,
    }


async def test_an_unknown_city_is_bad_input(gql: GraphQL) -> None:
    body = await gql("query($c: CityCode!) { city(code: $c) { name } }", variables={"c": "NANJING"})

    assert body["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
    assert "CHANGZHOU" not in body["errors"][0]["message"]


async def test_a_fourth_city_is_a_folder_and_no_code(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(ROOT / "cities", tmp_path / "cities")
    fourth = tmp_path / "cities" / "shili"
    shutil.copytree(ROOT / "cities" / "jiangyin", fourth)
    text = (fourth / "city.toml").read_text("utf-8")
    text = text.replace('"JIANGYIN"', '"SHILI"').replace('"江阴市"', '"示例市"')
    (fourth / "city.toml").write_text(text.replace('"澄易贷"', '"示例融"'), "utf-8")
    (fourth / "districts.csv").write_text("code,name,parent\n990001,示例区,\n", "utf-8")
    monkeypatch.setenv("RQ_CITIES_DIR", str(tmp_path / "cities"))

    asked = {"query": "{ city(code: SHILI) { name entryApp districts { name } } }"}
    async with an_api(database) as address, httpx2.AsyncClient(timeout=30) as client:
        answer = await client.post(f"http://{address}/graphql", json=asked)

    assert answer.json() == {
        "data": {
            "city": {"name": "示例市", "entryApp": "示例融", "districts": [{"name": "示例区"}]}
        }
    }


def test_a_folder_that_is_wrong_is_named(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "cities" / "jiangyin", tmp_path / "broken")
    (tmp_path / "broken" / "kpi.toml").unlink()

    with pytest.raises(ValueError, match="broken"):
        read_cities(tmp_path)


def test_districts_are_unique_and_towns_lie_in_a_district() -> None:
    for city in cities().values():
        codes = [district.code for district in city.districts]
        assert len(codes) == len(set(codes))
        parents = {district.parent for district in city.districts if district.parent}
        assert parents <= set(codes)


def test_every_rule_of_a_city_says_who_may_use_what() -> None:
    for city in cities().values():
        assert city.entry_app.jwks_url.startswith("https://")
        assert not {"none", "HS256"} & set(city.entry_app.algorithms)
        assert city.grading.minimum_group >= 5
        assert all(
            re.fullmatch(r"#[0-9a-f]{6}", colour) for colour in city.theme.model_dump().values()
        )


def test_a2_31_the_two_targets_of_28_percent_have_their_own_denominators() -> None:
    targets = {one.id: one for one in cities()["CHANGZHOU"].kpi_targets}
    share, credit_only = targets["KPI-C3"], targets["KPI-C4"]

    assert (share.target, credit_only.target) == (Decimal(28), Decimal(28))
    assert (share.unit, credit_only.unit) == ("%", "%")
    assert "全市普惠型小微企业贷款余额" in share.name
    assert "平台普惠贷款余额中" in credit_only.name
