"""`tools providers` and the people of a unit."""

from argparse import Namespace
from datetime import UTC, datetime

import pytest

from accounts.data_providers import keep_provider
from accounts.memberships import add_staff_member
from storage.models import DataProvider, Membership
from storage.models.membership import Role
from tests.servers import Database
from tools import providers


def asked(**changes: object) -> Namespace:
    given = {"action": "put", "city": "JIANGYIN", "name": "示例水务公司", "category": ["JS-13"]}
    return Namespace(**(given | changes))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"city": None}, "put needs"),
        ({"category": []}, "put needs"),
        ({"category": ["JS-9999"]}, "JIANGYIN 没有信息类别 JS-9999"),
    ],
)
def test_what_cannot_be_put_is_one_sentence(
    changes: dict[str, object], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert providers.run(asked(**changes)) == 1
    assert said in capsys.readouterr().err


async def test_a_unit_is_kept_once_and_its_categories_are_replaced(database: Database) -> None:
    now = datetime.now(UTC)
    await keep_provider(city="JIANGYIN", name="示例水务公司", categories=["JS-1"], now=now)
    again = await keep_provider(
        city="JIANGYIN", name=" 示例水务公司 ", categories=["JS-4", "JS-13", "JS-4"], now=now
    )

    assert again.categories == ["JS-13", "JS-4"]
    assert await DataProvider.all().count() == 1
    with pytest.raises(ValueError, match="characters"):
        await keep_provider(city="JIANGYIN", name=" ", categories=[], now=now)


async def test_a_data_providers_person_belongs_to_a_unit(database: Database) -> None:
    now = datetime.now(UTC)
    await keep_provider(city="JIANGYIN", name="示例水务公司", categories=["JS-13"], now=now)
    wanted = {"name": "示例数据员", "city": "JIANGYIN", "institution": None, "now": now}

    for role, provider in (
        (Role.DATA_PROVIDER, None),
        (Role.DATA_PROVIDER, "没有的单位"),
        (Role.OPERATOR, "示例水务公司"),
    ):
        with pytest.raises((LookupError, ValueError)):
            await add_staff_member(role=role, provider=provider, **wanted)  # type: ignore[arg-type]
    assert not await Membership.exists()
    await add_staff_member(role=Role.DATA_PROVIDER, provider="示例水务公司", **wanted)  # type: ignore[arg-type]

    assert (await Membership.get()).provider_id is not None
