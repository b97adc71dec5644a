"""Which rules are there, by name and in order of weight?"""

from collections.abc import Iterable

from agentlens.tables.redact.rules.accounts import ACCOUNTS
from agentlens.tables.redact.rules.cards import CARDS
from agentlens.tables.redact.rules.contact import CONTACT
from agentlens.tables.redact.rules.nations import NATIONS
from agentlens.tables.redact.rules.phones import PHONES
from agentlens.tables.redact.rules.rule import Rule
from agentlens.tables.redact.rules.salutations import SALUTATIONS
from agentlens.tables.redact.rules.secrets import SECRETS

__all__ = ["RULES", "chosen"]

_EVERY = (*SECRETS, *CONTACT, *ACCOUNTS, *CARDS, *PHONES, *SALUTATIONS)

RULES: dict[str, tuple[Rule, ...]] = {
    name: tuple(rule for rule in _EVERY if rule.name == name)
    for name in dict.fromkeys(rule.name for rule in _EVERY)
}
"""Rules by name. Where two find values that overlap, the earlier name stands in the token."""


def chosen(patterns: Iterable[str], nations: Iterable[str]) -> tuple[Rule, ...]:
    """Return the rules of these names and countries, national numbers before phones."""
    wanted = set(patterns)
    first = [rule for name in RULES if name in wanted and name != "phone" for rule in RULES[name]]
    own = [NATIONS[nation] for nation in nations]
    return (*first, *own, *(RULES["phone"] if "phone" in wanted else ()))
