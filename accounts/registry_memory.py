"""A registry in memory, for tests: it knows what it is told, and can fall silent."""

from dataclasses import dataclass, field

from accounts.registry import RegistryProfile, silent


@dataclass
class MemoryRegistry:
    """Knows profiles and legal representatives by USCC; counts how often it was asked."""

    profiles: dict[str, RegistryProfile] = field(default_factory=dict)
    representatives: dict[str, tuple[str, str]] = field(default_factory=dict)
    is_silent: bool = False
    asked: int = 0

    def add(self, profile: RegistryProfile, legal_representative: str, id_number: str) -> None:
        """Let it know an enterprise."""
        self.profiles[profile.uscc] = profile
        self.representatives[profile.uscc] = (legal_representative, id_number)

    async def profile(self, uscc: str) -> RegistryProfile | None:
        """The enterprise with a USCC. Raises Unavailable while silent."""
        self._note()
        return self.profiles.get(uscc)

    async def agrees(self, uscc: str, legal_representative: str, id_number: str) -> bool:
        """Whether name and ID number are the legal representative's. Raises Unavailable."""
        self._note()
        return self.representatives.get(uscc) == (legal_representative, id_number)

    def _note(self) -> None:
        self.asked += 1
        if self.is_silent:
            raise silent()
