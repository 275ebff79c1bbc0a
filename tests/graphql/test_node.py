"""node: every kind of record by its id, as far as the viewer may see it, and nothing else."""

from uuid import uuid4

import pytest

from foundation.clock import FrozenClock
from foundation.identifiers import encode_id
from resolvers.root import build_schema
from tests.conftest import GraphQL
from tests.factories.people import an_institution, an_owner
from tests.factories.products import a_product

NODE = "query($id: ID!) {node(id: $id) {__typename id}}"
KINDS = [
    "consent", "demand", "enterprise", "institution", "match", "membership", "notice", "offer",
    "person", "product",
]  # fmt: skip


@pytest.mark.parametrize("kind", [*KINDS, "session", "no_such_kind"])
async def test_what_does_not_exist_is_null_for_everybody(
    api: GraphQL, clock: FrozenClock, kind: str
) -> None:
    owner = await an_owner(now=clock.now())
    variables = {"id": encode_id(kind, uuid4())}

    assert await api.data(NODE, variables=variables) == {"node": None}
    assert await api.data(NODE, variables=variables, token=owner.token) == {"node": None}


async def test_what_is_open_to_everyone_is_found_by_everyone(
    api: GraphQL, clock: FrozenClock
) -> None:
    bank = await an_institution(now=clock.now())
    product = await a_product(institution=bank, now=clock.now())

    for kind, row in (("institution", bank), ("product", product)):
        found = await api.data(NODE, variables={"id": encode_id(kind, row.id)})
        assert found["node"] == {
            "__typename": kind.capitalize(),
            "id": encode_id(kind, row.id),
        }


async def test_an_enterprise_is_its_own_peoples(api: GraphQL, clock: FrozenClock) -> None:
    owner, stranger = await an_owner(now=clock.now()), await an_owner(now=clock.now())
    assert owner.enterprise is not None
    variables = {"id": encode_id("enterprise", owner.enterprise.id)}

    own = await api.data(NODE, variables=variables, token=owner.token)
    others = await api.data(NODE, variables=variables, token=stranger.token)
    nobodys = await api.data(NODE, variables=variables)

    assert own["node"]["__typename"] == "Enterprise"
    assert others == nobodys == {"node": None}


@pytest.mark.parametrize(
    "text", ["", "5", "product", "product_", "product_xyz", "Product_" + "0" * 32]
)
async def test_what_is_no_id_is_bad_input(api: GraphQL, text: str) -> None:
    body = await api(NODE, variables={"id": text})

    assert body["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT", "variable": "id"}


def test_every_type_that_is_a_node_can_be_fetched() -> None:
    schema = build_schema().graphql
    kinds = {kind.name.lower() for kind in schema.get_possible_types(schema.type_map["Node"])}  # type: ignore[arg-type]
    from resolvers.root import _NODES

    assert kinds <= {kind.replace("_", "") for kind in _NODES}
