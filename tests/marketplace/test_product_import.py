"""The shipped products: whole, marked where they are examples, and matching whom they should."""

from collections import Counter
from dataclasses import replace
from decimal import Decimal

import pytest

from credit.levels import EnterpriseSize, GradeLevel
from foundation.city import City, cities
from foundation.clock import FrozenClock
from foundation.identifiers import new_id
from marketplace import product_import
from marketplace.catalogue import sheets_of
from marketplace.product_import import import_products, sheet_of_shipped, shipped_products
from marketplace.product_rules import check_cost, check_sheet
from marketplace.product_sheet import Provenance, matching_sheet
from matching.applicant import Applicant, Tags, Wish, tags_of_registration
from matching.rank import Ranked, rank
from matching.requirements import requirements
from matching.sheet import ProductSheet
from matching.terms import Place, Verdict
from storage.database import fetch
from storage.models import Institution, Product
from storage.models.product import ProductStatus
from tests.conftest import GraphQL
from tests.matching.sheets import TODAY
from tests.servers import Database

HALF_A_MILLION = Wish(amount=Decimal(500_000), term_months=12)


def shelf_of(city: City) -> dict[str, ProductSheet]:
    """A city's shipped sheets by bank and name, without a database."""
    sheets = {}
    for number, shipped in enumerate(shipped_products()):
        districts = shipped.districts_in(city)
        if districts is not None:
            sheets[f"{shipped.bank} {shipped.name}"] = replace(
                matching_sheet(
                    sheet_of_shipped(shipped, districts),
                    product_id=new_id(),
                    version=1,
                    institution_id=new_id(),
                    city=city,
                ),
                product_id=f"{number:03}",
                institution_id=shipped.bank,
            )
    return sheets


def a_firm(city: City, district: str, **known: bool) -> Applicant:
    found = city.district(district)
    assert found is not None
    return Applicant(
        enterprise_id="e",
        grade=GradeLevel.FIRST,
        place=Place(found.code, found.name),
        region_codes=city.codes_over(district),
        industry="C34",
        size=EnterpriseSize.SMALL,
        sole_trader=False,
        established_on=None,
        tags=Tags.of({**tags_of_registration("C34", sole_trader=False), **known}),
    )


def eligible(applicant: Applicant, city: City) -> list[Ranked]:
    ranked = rank(applicant, HALF_A_MILLION, shelf_of(city).values(), TODAY)
    return [one for one in ranked if one.eligible]


@pytest.mark.parametrize("grade", [GradeLevel.FIRST, GradeLevel.ADVANCED])
def test_a_small_manufacturer_of_jiangyin_that_pays_its_taxes_has_a_choice(
    grade: GradeLevel,
) -> None:
    city = cities()["JIANGYIN"]
    known = {"纳税信用A/B/M": True, "近12月有纳税": True}
    firm = replace(a_firm(city, "320281001", **known), grade=grade)
    found = eligible(firm, city)
    assert len(found) >= 3
    assert "江阴农村商业银行" in {one.sheet.institution_id for one in found}


def test_a_small_firm_of_changzhou_with_its_score_gets_changxindai() -> None:
    city = cities()["CHANGZHOU"]
    known = {"常信分达标": True, "在常州注册满1年": True}
    for grade in (GradeLevel.CANDIDATE, GradeLevel.UNRATED, GradeLevel.FIRST):
        firm = replace(a_firm(city, "320402", **known), grade=grade)
        names = {(one.sheet.institution_id, one.sheet.name) for one in eligible(firm, city)}
        assert ("江苏银行", "常信贷·江苏银行版") in names


def test_a_tag_without_a_fact_stays_unknown_and_makes_a_near_miss() -> None:
    city = cities()["CHANGZHOU"]
    sheet = shelf_of(city)["江苏银行 常信贷·江苏银行版"]
    firm = a_firm(city, "320402", 常信分达标=True)
    (found,) = rank(firm, HALF_A_MILLION, [sheet], TODAY)
    assert found.verdict is Verdict.NEAR_MISS
    unknown = [one for one in found.reasons if one.verdict is Verdict.UNKNOWN]
    assert [one.required for one in unknown] == ["在常州注册满1年"]


def test_large_infrastructure_never_matches_a_micro_firm() -> None:
    city = cities()["JIANGYIN"]
    sheet = shelf_of(city)["浦发银行 环基贷"]
    firm = replace(a_firm(city, "320281001"), size=EnterpriseSize.MICRO, industry="N77")
    (found,) = rank(firm, None, [sheet], TODAY)
    assert found.verdict is Verdict.FAIL


def test_every_record_passes_the_checks_of_a_banks_own_sheet() -> None:
    for city in cities().values():
        for shipped in shipped_products():
            districts = shipped.districts_in(city)
            if districts is None:
                continue
            sheet = sheet_of_shipped(shipped, districts)
            rules = matching_sheet(
                sheet, product_id=new_id(), version=1, institution_id=new_id(), city=city
            )
            check_sheet(sheet, rules, city)
            check_cost(rules)


def test_records_reach_the_cities_that_their_regions_name() -> None:
    records = shipped_products()
    assert len({record.key for record in records}) == 56
    reached = Counter(
        code
        for record in records
        for code, city in cities().items()
        if record.districts_in(city) is not None
    )
    assert reached == {"JIANGYIN": 37, "CHANGZHOU": 37, "CANGZHOU": 8}
    park = next(record for record in records if record.key == "P013")
    assert park.districts_in(cities()["CHANGZHOU"]) == ("320412412",)
    assert park.districts_in(cities()["JIANGYIN"]) is None


def test_every_example_is_marked_and_every_source_is_named() -> None:
    for shipped in shipped_products():
        sheet = sheet_of_shipped(shipped, ())
        marks = {one.field: one for one in sheet.provenance}
        assert {"name", "institution", "minAmount", "maxAmount", "prices"} <= marks.keys()
        assert marks["prices"].provenance is Provenance.ILLUSTRATIVE
        for one in sheet.provenance:
            assert bool(one.source) is (one.provenance is not Provenance.ILLUSTRATIVE), (
                shipped.key,
                one,
            )
        rules = matching_sheet(
            sheet,
            product_id=new_id(),
            version=1,
            institution_id=new_id(),
            city=cities()["JIANGYIN"],
        )
        texts = {asked.code: asked.text for asked in requirements(rules)}
        assert texts["grade"].endswith("（示例）")


def test_a_farmer_without_a_code_is_told_where_to_go() -> None:
    for shipped in shipped_products():
        if any("农户" in group for group in shipped.tag_groups):
            assert "不在线上办理" in (shipped.description or "")


async def test_the_import_puts_every_record_on_its_shelves_once(
    database: Database, clock: FrozenClock
) -> None:
    assert await import_products(clock.now()) == 82
    assert await import_products(clock.now()) == 0
    rows = await fetch(
        "SELECT (SELECT count(*) FROM product WHERE status = 'PUBLISHED') AS products, "
        "(SELECT count(*) FROM product_version) AS versions, "
        "(SELECT count(*) FROM institution) AS banks, "
        "(SELECT count(*) FROM pgqueuer WHERE entrypoint = 'ProductPublished') AS facts"
    )
    assert rows == [{"products": 82, "versions": 82, "banks": 29, "facts": 82}]
    assert len(await sheets_of("CANGZHOU")) == 8
    examples = await Product.filter(is_example=True, city="CANGZHOU").count()
    assert examples == 8


async def test_a_second_import_adds_what_is_missing_and_undoes_nothing(
    database: Database, clock: FrozenClock
) -> None:
    await import_products(clock.now())
    bank = await Institution.get(name="江阴农村商业银行")
    product = await Product.get(institution=bank, city="JIANGYIN", name="税易贷")
    product.status, product.name = ProductStatus.DRAFT, "税易贷（新版）"
    await product.save()
    assert await import_products(clock.now()) == 0
    assert await Product.filter(institution=bank, city="JIANGYIN", name="税易贷").count() == 0


async def test_a_record_that_breaks_a_rule_is_named_and_nothing_is_added(
    database: Database, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    text = product_import.SHIPPED.read_text("utf-8")
    faulty = product_import.SHIPPED.__class__(str(tmp_path)) / "products.json"
    faulty.write_text(text.replace('"min_amount": "50000"', '"min_amount": "0"', 1), "utf-8")
    monkeypatch.setattr(product_import, "SHIPPED", faulty)
    with pytest.raises(ValueError, match="P001: minAmount"):
        await import_products(clock.now())
    assert await Product.all().count() == 0
    assert await Institution.all().count() == 0


async def test_everybody_sees_which_figures_are_examples(gql: GraphQL, clock: FrozenClock) -> None:
    await import_products(clock.now())
    document = """{ products(city: JIANGYIN, filter: {search: "税易贷"}, sort: NEWEST) {
      edges { node { name isExample institution { name isExample } minAnnualRate maxAnnualRate
        referenceCost prices { grade annualRate limitPercent }
        provenance { field provenance source } conditions { text } } } } }"""
    found = await gql.data(document)
    nodes = {edge["node"]["name"]: edge["node"] for edge in found["products"]["edges"]}
    assert set(nodes) == {"税易贷", "税易贷·建行云税"}
    local, sourced = nodes["税易贷"], nodes["税易贷·建行云税"]
    assert (local["isExample"], local["institution"]["isExample"]) == (True, False)
    assert not sourced["isExample"]
    assert local["prices"][1] == {
        "grade": "FIRST",
        "annualRate": "3.90",
        "limitPercent": "100.00",
    }
    marks = {one["field"]: one for one in local["provenance"]}
    assert marks["name"] == {
        "field": "name",
        "provenance": "POLICY",
        "source": "江阴“澄易贷”实施方案 三（四）1",
    }
    assert marks["maxAnnualRate"]["provenance"] == "ILLUSTRATIVE"
    assert {"text": "贷款金额5万元至300万元（示例）"} in local["conditions"]
