"""What the other side of a deal does meanwhile, through the API."""

import time
from typing import Any

from tests.e2e.setup import SetUp, a_key

WITHIN_S = 20.0
FITTING = """
query ($id: ID!) {
  viewer { acting { institution { id } } }
  demand(id: $id) {
    amount termMonths
    matches(first: 50, eligibleOnly: true) {
      edges { node { annualRate limit product { id institution { id } } } }
    }
  }
}
"""
OFFER = """
mutation ($input: OfferMakeInput!) { offerMake(input: $input) { __typename ... on Offer { id } } }
"""
TEXTS = """
{ viewer { acting { city } } cities { code consentTexts { purpose version } } }
"""
PUBLISH = """
mutation ($input: DemandPublishInput!) {
  demandPublish(input: $input) { __typename ... on Demand { id } }
}
"""
OFFERS = "query ($id: ID!) { demand(id: $id) { offers { edges { node { id } } } } }"
ACCEPT = """
mutation ($id: ID!, $input: OfferAcceptInput!) {
  offerAccept(id: $id, input: $input) { __typename ... on Offer { id } }
}
"""


def an_offer_by(set_up: SetUp, officer: str, demand_id: str) -> str:
    """An officer offers what the bank's best product gives; the offer's id."""
    token = set_up.token_of(officer)
    data = _seen_by_the_bank(set_up, token, demand_id)
    bank = data["viewer"]["acting"]["institution"]["id"]
    demand = data["demand"]
    matches = [edge["node"] for edge in demand["matches"]["edges"]]
    best = next(match for match in matches if match["product"]["institution"]["id"] == bank)
    terms = {
        "demandId": demand_id,
        "productId": best["product"]["id"],
        "amount": min(demand["amount"], best["limit"], key=float),
        "annualRate": best["annualRate"],
        "termMonths": demand["termMonths"],
        "idempotencyKey": a_key(),
    }
    return _made(set_up.ask(token, OFFER, {"input": terms})["offerMake"], "Offer")


def a_demand_by(set_up: SetUp, owner: str, purpose: str) -> str:
    """An owner publishes a demand of 500,000 yuan over 12 months for everyone; its id."""
    token = set_up.token_of(owner)
    data = set_up.ask(token, TEXTS)
    home = data["viewer"]["acting"]["city"]
    texts = next(city["consentTexts"] for city in data["cities"] if city["code"] == home)
    wish = {
        "amount": "500000",
        "termMonths": 12,
        "purpose": purpose,
        "audience": {"allMatched": True},
        "consentTextVersion": next(
            text["version"] for text in texts if text["purpose"] == "PUBLISH_DEMAND"
        ),
        "idempotencyKey": a_key(),
    }
    return _made(set_up.ask(token, PUBLISH, {"input": wish})["demandPublish"], "Demand")


def accept_the_offer(set_up: SetUp, owner: str, demand_id: str) -> None:
    """The owner accepts the offer that the demand has, as soon as it has one."""
    token = set_up.token_of(owner)
    deadline = time.monotonic() + WITHIN_S
    while not (edges := _offers(set_up, token, demand_id)):
        assert time.monotonic() < deadline, "no offer came"
    accepted = {"id": edges[0]["node"]["id"], "input": {"idempotencyKey": a_key()}}
    _made(set_up.ask(token, ACCEPT, accepted)["offerAccept"], "Offer")


def _seen_by_the_bank(set_up: SetUp, token: str, demand_id: str) -> dict[str, Any]:
    """The demand with its matches, as soon as they are computed: before that no bank sees it."""
    deadline = time.monotonic() + WITHIN_S
    while not (data := set_up.ask(token, FITTING, {"id": demand_id}))["demand"]:
        assert time.monotonic() < deadline, "no bank was let see the demand"
        time.sleep(0.2)
    return data


def _offers(set_up: SetUp, token: str, demand_id: str) -> list[dict[str, Any]]:
    edges: list[dict[str, Any]] = set_up.ask(token, OFFERS, {"id": demand_id})["demand"]["offers"][
        "edges"
    ]
    return edges


def _made(result: dict[str, Any], kind: str) -> str:
    assert result["__typename"] == kind, result
    made: str = result["id"]
    return made
