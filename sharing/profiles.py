"""Registry records bring the profiles of registered enterprises up to date.

An enterprise's industry, founding day, size inputs, whether it is in business and since when it has
had its legal representative come from the registry: through the port when it registers, through
files afterwards.
"""

from uuid import UUID

from sharing.lists import Category
from storage.database import execute

# Only enterprises of the batch, each by the newest registry record there is about it.
_REFRESH = """
UPDATE enterprise e
   SET industry = r."values"[$4],
       established_on = r."values"[$5]::date,
       in_business = r."values"[$6] = '在业',
       employees = coalesce(r."values"[$7]::int, e.employees),
       annual_revenue = coalesce(r."values"[$8]::numeric, e.annual_revenue),
       total_assets = coalesce(r."values"[$9]::numeric, e.total_assets),
       representative_since = coalesce(r."values"[$10]::date, e.representative_since)
  FROM (
    SELECT DISTINCT ON (c.uscc) c.uscc, c."values"
      FROM credit_record c
     WHERE c.city = $1 AND c.category = $2
       AND c.uscc IN (SELECT b.uscc FROM credit_record b WHERE b.batch_id = $3)
     ORDER BY c.uscc, c.received_on DESC, c.id DESC
  ) r
 WHERE e.uscc = r.uscc AND e.city = $1
"""

_ROLES = (
    "industry",
    "established_on",
    "in_business",
    "employees",
    "annual_revenue",
    "total_assets",
    "representative_since",
)


async def refresh_profiles(city: str, category: Category, batch_id: UUID) -> int:
    """Bring the enterprises of a registry batch up to date; how many there were."""
    places = [category.position(role) for role in _ROLES]
    return await execute(_REFRESH, city, category.code, batch_id, *places)
