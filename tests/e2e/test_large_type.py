"""长辈模式: everything larger, nothing wider than the screen."""

from playwright.sync_api import expect

from tests.e2e.entering import come_in_by_phone
from tests.e2e.phone import Phone
from tests.e2e.setup import SetUp

OWNER = "14000000003"
PAGES = (
    ("/pages/home/index", "澄易贷"),
    ("/pages/products/index", "贷款产品"),
    ("/pages/demands/index", "我的需求"),
    ("/pages/inbox/index", "消息"),
    ("/pages/enterprise/grade", "信用等级"),
    ("/pages/enterprise/consents", "授权管理"),
    ("/pages/enterprise/grant", "授权给机构"),
    ("/pages/enterprise/access", "谁看过我的信息"),
    ("/pages/enterprise/data", "我的全部数据"),
    ("/pages/enterprise/match-runs", "匹配用过的信息"),
    ("/pages/enterprise/declare", "自愿填报"),
    ("/pages/person/consents", "我的个人授权"),
    ("/pages/demand/publish", "发布融资需求"),
    ("/pages/session/staff", "工作人员登录"),
)


def test_large_type_fits_the_screen(phone: Phone, set_up: SetUp) -> None:
    come_in_by_phone(phone, set_up, OWNER)
    phone.at("我的")
    size = "() => parseFloat(getComputedStyle(document.querySelector('.me-foot')).fontSize)"
    before = phone.page.evaluate(size)
    switch = phone.page.get_by_role("switch", name="长辈模式")
    switch.tap()
    expect(switch).to_have_attribute("aria-checked", "true")
    assert phone.page.evaluate(size) > before
    phone.fits()
    for path, heading in PAGES:
        phone.open(path)
        phone.at(heading)
        phone.fits()
    look_at_a_demand(phone)
    look_at_a_product(phone)


def look_at_a_demand(phone: Phone) -> None:
    phone.open("/pages/demands/index")
    phone.at("我的需求")
    phone.page.get_by_role("article").first.get_by_role("link").tap()
    phone.at("需求详情")
    phone.fits()
    phone.tap("查看匹配产品")
    phone.at("匹配结果")
    phone.fits()


def look_at_a_product(phone: Phone) -> None:
    phone.open("/pages/products/index")
    phone.at("贷款产品")
    phone.tap("筛选")
    phone.look_over()
    phone.fits()
    phone.tap("查看结果")
    phone.at("贷款产品")
    phone.page.get_by_role("article").first.get_by_role("link").tap()
    phone.at("产品详情")
    phone.fits()
