"""What the tests of sign-in ask for."""

SESSION = """
    __typename
    ... on Session {
      accessToken expiresAt refreshToken
      viewer { id name acting { id role city } memberships { id role } enterprise { id } }
    }
    ... on UserError { code message }
    ... on ValidationFailed { fieldErrors { field message } }
    ... on CodeWrong { triesLeft }
    ... on Locked { retryAfterSeconds }
"""

OPEN = f"mutation ($input: SessionOpenInput!) {{ sessionOpen(input: $input) {{ {SESSION} }} }}"

OPEN_STAFF = f"""
mutation ($input: SessionOpenStaffInput!) {{ sessionOpenStaff(input: $input) {{ {SESSION} }} }}
"""

EXCHANGE = f"""
mutation ($input: SessionExchangeInput!) {{ sessionExchange(input: $input) {{ {SESSION} }} }}
"""

REFRESH = f"""
mutation ($input: SessionRefreshInput!) {{ sessionRefresh(input: $input) {{ {SESSION} }} }}
"""

ACT_AS = f"mutation ($id: ID!) {{ sessionActAs(membershipId: $id) {{ {SESSION} }} }}"

CLOSE = "mutation { sessionClose { ... on SessionClosed { closedAt } } }"

WHO = "{ viewer { id acting { id role } enterprise { id } } }"
