"""An owner finds a loan: from signing in to accepting a bank's offer."""

import re

from playwright.sync_api import expect

from tests.e2e.deals import an_offer_by
from tests.e2e.entering import come_in_by_phone
from tests.e2e.phone import WITHIN_MS, Phone
from tests.e2e.setup import SetUp

OWNER = "14000000001"
FIRM = "示例精工机械有限公司"


def test_an_owner_publishes_a_demand_and_accepts_an_offer(phone: Phone, set_up: SetUp) -> None:
    come_in_by_phone(phone, set_up, OWNER)
    phone.at("我的")
    phone.tab("首页")
    phone.at("澄易贷")
    phone.sees(FIRM)
    unread = phone.unread()
    browse_products(phone)
    demand_id = publish(phone)
    read_the_matches(phone)
    an_offer_arrives_live(phone, set_up, demand_id, unread)
    accept_it(phone)


def browse_products(phone: Phone) -> None:
    phone.tab("产品")
    phone.at("贷款产品")
    phone.tap("筛选")
    phone.choose("担保方式", "信用")
    phone.write("需要金额", "50")
    phone.write("需要期限", "12")
    phone.look_over()
    phone.tap("查看结果")
    expect(phone.page.get_by_role("button", name="已选3项")).to_be_visible()
    phone.at("贷款产品")
    cards = phone.page.get_by_role("article")
    expect(cards.first).to_be_visible()
    for card in cards.all():
        expect(card).to_contain_text("信用")
    cards.first.get_by_role("link").tap()
    phone.at("产品详情")
    phone.sees("本企业是否符合")
    phone.sees(re.compile("符合准入条件|暂不符合准入条件|接近准入条件|有条件待确认"))
    assert phone.page.locator(".condition").count() > 0
    phone.tap("发布融资需求")


def publish(phone: Phone) -> str:
    phone.at("发布融资需求")
    everyone = phone.choice("哪些机构可以看到这条需求", "所有匹配的机构")
    chosen = phone.choice("哪些机构可以看到这条需求", "仅我选定的机构")
    consent = phone.choice("授权确认", "我已阅读并同意以上授权")
    for untouched in (everyone, chosen, consent):
        expect(untouched).not_to_be_checked()
    ask_how_it_stands(phone)
    phone.write("融资金额", "50")
    phone.write("期限", "12")
    phone.write("资金用途", "采购原材料")
    phone.tap("发布需求")
    phone.sees("请选择哪些机构可以看到")
    phone.sees("请阅读并同意授权后再发布")
    phone.at("发布融资需求")
    everyone.check()
    consent.check()
    phone.tap("发布需求")
    phone.at("匹配结果")
    found = re.search(r"id=(demand_\w+)", phone.page.url)
    assert found, phone.page.url
    return found.group(1)


def ask_how_it_stands(phone: Phone) -> None:
    """Figures typed are weighed at once; a tap on another amount moves form and figures."""
    phone.write("融资金额", "500")
    phone.write("期限", "12")
    phone.sees("需求体检")
    card = phone.page.locator(".health")
    other = card.get_by_role("button", name=re.compile("^期限改为")).first
    promise = re.search(r"(\d+)个月\s*(\d+)款(符合|贷足)", other.inner_text())
    assert promise, card.inner_text()
    other.tap()
    expect(phone.field("期限")).to_have_value(promise[1])
    figure = card.locator(".health-figure").nth(0 if promise[3] == "符合" else 1)
    expect(figure).to_have_text(promise[2], timeout=WITHIN_MS)
    expect(card.locator(".advice-text").first).to_be_visible()
    phone.look_over()
    phone.fits()


def read_the_matches(phone: Phone) -> None:
    cards = phone.page.get_by_role("article")
    expect(cards.nth(2)).to_be_visible()
    assert phone.loads == 1, "the matches came without a reload"
    phone.at("匹配结果")
    ranks = cards.locator(".match-rank .visually-hidden").all_inner_texts()
    assert ranks == [f"第{place}名" for place in range(1, len(ranks) + 1)]
    expect(cards.filter(has_text="江阴农村商业银行").first).to_be_visible()
    for card in cards.all():
        expect(card.get_by_role("heading", name="匹配理由")).to_be_visible()
        assert card.locator(".condition").count() > 0
    phone.tap("复核这次排序", within=cards.first)
    expect(cards.first.locator(".replay-headline")).to_have_text(
        "按当时留存的规则和数据重新计算，名次一致", timeout=WITHIN_MS
    )
    phone.fits()
    phone.choose("匹配结果", "差一点")
    expect(cards.first.get_by_role("heading", name="差在哪里")).to_be_visible()
    phone.at("匹配结果")


def an_offer_arrives_live(phone: Phone, set_up: SetUp, demand_id: str, unread: int) -> None:
    phone.tap("返回")
    phone.tap("返回")
    phone.tab("首页")
    phone.at("澄易贷")
    phone.waits_for_unread(unread + 1)
    an_offer_by(set_up, "officer-jiangyin-bank", demand_id)
    phone.waits_for_unread(unread + 2)
    phone.tab("消息")
    phone.at("消息")


def accept_it(phone: Phone) -> None:
    phone.tap(re.compile("您收到一份新的报价.*收到报价", re.DOTALL))
    phone.at("需求详情")
    phone.tap("接受报价")
    phone.look_over()
    phone.tap("接受报价", within=phone.page.get_by_role("dialog"))
    phone.sees("已接受报价，机构将与您联系")
    phone.sees("已选定报价")
    phone.at("需求详情")
