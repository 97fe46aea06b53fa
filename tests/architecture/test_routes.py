"""Every button, select and form leads somewhere, says who may use it, and fits Discord's hundred characters."""

import dataclasses
import importlib
import pkgutil
import re
from collections import Counter
from datetime import date, time
from decimal import Decimal
from enum import Enum
from typing import Any, get_type_hints

import raidbot
from raidbot.features.bot_log import views as audit
from raidbot.features.dungeons.api import catalogue
from raidbot.features.headcounts.views import ids as headcount_ids
from raidbot.features.keys.views import ids as key_ids
from raidbot.features.quota.models import Category, Days, Ranking, Spot, Way
from raidbot.features.quota.views import boards
from raidbot.features.quota.views import ids as quota_ids
from raidbot.features.raids.views import ids
from raidbot.kernel.audit import ACTION_MAX
from raidbot.kernel.discord.answers import Answer, Bucket, Policy
from raidbot.kernel.discord.custom_ids import LIMIT, CustomId, split
from raidbot.kernel.discord.router import Route
from tests.architecture.conftest import Declared

LARGEST = 2**63 - 1
LONGEST_DUNGEON = max((dungeon.code for dungeon in catalogue().all), key=len)
LONGEST_KEY = max((key.code for dungeon in catalogue().all for key in dungeon.keys), key=len)
OF_SLOT = (key_ids.Popped, key_ids.PickMember, key_ids.AskName, key_ids.NameForm, key_ids.Back, key_ids.Skip)
RANKING = Ranking(
    Category.QUOTA_POINTS,
    max((dungeon.code for dungeon in catalogue().all), key=len),
    LARGEST,
    Days(date(2100, 12, 30), date(2100, 12, 31), time(23, 58), time(23, 59)),
    lowest_first=True,
)
SPOT = Spot(Decimal("99999999999.99"), LARGEST)
BOARDS: dict[type[CustomId], CustomId] = {
    boards.OpenBoard: boards.OpenBoard.to(RANKING, Way.MINE, SPOT),
    boards.TurnBoard: boards.TurnBoard.to(RANKING, Way.MINE, SPOT),
    boards.DrawBoard: boards.DrawBoard.of(RANKING, LARGEST, public=True),
}
LONGEST_TEXTS: dict[tuple[type[CustomId], str], str] = {
    (ids.OfferKey, "key"): LONGEST_KEY,
    (ids.ConfirmKey, "key"): LONGEST_KEY,
    (ids.BackOut, "key"): LONGEST_KEY,
    (headcount_ids.OfferKey, "key"): LONGEST_KEY,
    (headcount_ids.OfferKey, "dungeon"): LONGEST_DUNGEON,
    (headcount_ids.Convert, "dungeon"): LONGEST_DUNGEON,
    **{(kind, "place"): "A" * 43 for kind in (audit.Older, audit.Newer)},
    **{(kind, "action"): "a" * ACTION_MAX for kind in (audit.Older, audit.Newer)},
    **{(kind, "key"): LONGEST_KEY for kind in OF_SLOT},
    **dict.fromkeys([(quota_ids.WorthForm, "dungeon"), (quota_ids.OverrideForm, "dungeon")], LONGEST_DUNGEON),
}
"""The longest value of each field that is a text."""
LONGEST_TEXTS |= {
    (kind, field): getattr(longest, field)
    for kind, longest in BOARDS.items()
    for field, hint in get_type_hints(kind).items()
    if hint is str
}


def _routes(declared: Declared) -> list[Route[Any]]:
    return [route for feature in declared.features for route in feature.routes]


def _custom_ids() -> list[type[CustomId]]:
    """List every custom id under raidbot that has a prefix."""
    for module in pkgutil.walk_packages(raidbot.__path__, "raidbot."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    found: list[type[CustomId]] = []
    waiting: list[type[CustomId]] = [CustomId]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        if kind.__module__.startswith("raidbot.") and hasattr(kind, "PREFIX"):
            found.append(kind)
    return found


def _longest(kind: type[CustomId], name: str, hint: Any) -> Any:
    if hint is bool:
        return True
    if hint is int:
        return LARGEST
    if isinstance(hint, type) and issubclass(hint, Enum):
        return max(hint, key=lambda member: len(str(member.value)))
    return LONGEST_TEXTS[kind, name]


def test_every_custom_id_fits_with_its_longest_values_and_comes_back() -> None:
    for kind in _custom_ids():
        hints = get_type_hints(kind)
        longest = kind(*(_longest(kind, field.name, hints[field.name]) for field in dataclasses.fields(kind)))  # type: ignore[arg-type]
        packed = longest.pack()
        assert len(packed) <= LIMIT
        assert kind.unpack(split(packed)[1]) == longest


def test_prefixes_are_unique_and_plain() -> None:
    prefixes = Counter(kind.PREFIX for kind in _custom_ids())
    assert [prefix for prefix, times in prefixes.items() if times > 1] == []
    assert [prefix for prefix in prefixes if not re.fullmatch(r"[a-z_.]+", prefix)] == []


def test_every_custom_id_has_a_route_and_every_route_says_who_may_use_it(declared: Declared) -> None:
    routes = _routes(declared)
    assert {route.custom_id for route in routes} == set(_custom_ids())
    for route in routes:
        assert isinstance(route.policy, Policy)
        assert route.policy.capability.name


def test_a_route_is_off_where_its_features_module_is_off(declared: Declared) -> None:
    for feature in declared.features:
        for route in feature.routes:
            assert route.policy.capability.module is feature.module, route.custom_id.PREFIX


def test_what_a_limit_is_counted_for_is_a_field_of_the_custom_id(declared: Declared) -> None:
    for route in _routes(declared):
        fields = {field.name for field in dataclasses.fields(route.custom_id)}
        assert route.policy.per is None or route.policy.per in fields


def test_a_button_of_direct_messages_says_what_server_it_is_about_and_asks_for_no_role(declared: Declared) -> None:
    direct = [route for route in _routes(declared) if route.direct]
    assert direct
    for route in direct:
        assert "guild_id" in {field.name for field in dataclasses.fields(route.custom_id)}
        assert route.policy.capability.needs is None


def test_a_form_is_opened_by_a_button_not_by_a_form(declared: Declared) -> None:
    for route in _routes(declared):
        assert not (route.policy.answer is Answer.MODAL and route.custom_id.PREFIX.endswith(".form"))


def test_pops_and_pings_are_limited_per_run_and_the_rest_as_the_table_says(declared: Declared) -> None:
    policies = {route.custom_id: route.policy for route in _routes(declared)}
    for kind, bucket in ((ids.PopKey, Bucket.KEY_POP), (ids.PingRaiders, Bucket.PING)):
        assert (policies[kind].bucket, policies[kind].per) == (bucket, "run_id")
    assert policies[ids.Join].bucket is policies[ids.Leave].bucket is Bucket.PARTICIPATION
    assert policies[headcount_ids.Join].bucket is Bucket.PARTICIPATION
    assert policies[ids.OfferKey].bucket is policies[headcount_ids.OfferKey].bucket is Bucket.KEY_REACTION
    assert policies[ids.OpenPanel].bucket is Bucket.ORGANIZER
    assert {bucket: bucket.value[1:] for bucket in Bucket} == {
        Bucket.COMMAND: (5, 10),
        Bucket.HEAVY: (3, 15),
        Bucket.CONFIG: (2, 5),
        Bucket.INFO: (10, 15),
        Bucket.BUTTON: (5, 8),
        Bucket.PARTICIPATION: (3, 10),
        Bucket.KEY_REACTION: (4, 12),
        Bucket.KEY_POP: (1, 20),
        Bucket.PING: (1, 20),
        Bucket.ORGANIZER: (6, 10),
    }
