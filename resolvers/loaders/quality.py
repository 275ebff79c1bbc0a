"""Loads how well sources deliver, each city's categories in one go."""

from collections import defaultdict

from strawberry.dataloader import DataLoader

from accounts.viewers import Viewer
from foundation.clock import Clock
from sharing.quality import Quality, may_see_quality, quality_of

CategoryKey = tuple[str, str]


class QualityLoads:
    """Quality for those who may see it, and notices for everybody."""

    def __init__(self, viewer: Viewer | None, clock: Clock) -> None:
        self._viewer = viewer
        self._clock = clock
        self._every = DataLoader(load_fn=self._read)
        self.seen = DataLoader(load_fn=self._read_seen)
        self.notices = DataLoader(load_fn=self._read_notices)

    async def _read(self, keys: list[CategoryKey]) -> list[Quality | None]:
        by_city: dict[str, list[str]] = defaultdict(list)
        for city, code in keys:
            by_city[city].append(code)
        now = self._clock.now()
        found = {city: await quality_of(city, codes, now) for city, codes in by_city.items()}
        return [found[city].get(code) for city, code in keys]

    async def _read_seen(self, keys: list[CategoryKey]) -> list[Quality | None]:
        allowed = {city: await may_see_quality(self._viewer, city) for city, _ in keys}
        every = await self._every.load_many(keys)
        return [
            one if code in allowed[city] else None
            for (city, code), one in zip(keys, every, strict=True)
        ]

    async def _read_notices(self, keys: list[CategoryKey]) -> list[str | None]:
        return [one.notice if one else None for one in await self._every.load_many(keys)]
