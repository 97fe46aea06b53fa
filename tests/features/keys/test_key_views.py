"""Whatever there is to log fits into a message."""

from datetime import UTC, datetime
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from raidbot.features.dungeons.api import Dungeon, catalogue
from raidbot.features.keys import models as m
from raidbot.features.keys.views import panels, texts
from raidbot.features.quota.api import Entry, Held, Kind, Logged, Undone
from raidbot.features.raids.api import EndedRun, KeyOffer
from tests.limits import LARGEST, errors_of

NOW = datetime(2026, 3, 4, 20, tzinfo=UTC)
keyed = st.sampled_from([dungeon for dungeon in catalogue().all if dungeon.keys])


@st.composite
def sheets(draw: st.DrawFn) -> m.Sheet:
    """Draw runs of any length, logged as far as it happens, with a crowd that offers every key."""
    dungeon, pops = draw(keyed), draw(st.integers(0, 99))
    run = EndedRun(LARGEST, 1, dungeon.code, LARGEST, "W" * 32, pops, NOW)
    every = m.slots(dungeon, pops)
    done = draw(st.sets(st.sampled_from(every)))
    logged = [
        m.PoppedKey(LARGEST - at, LARGEST, slot.pop, slot.key, LARGEST, Decimal("9999.99"), LARGEST, NOW)
        for at, slot in enumerate(every)
        if slot in done
    ]
    offers = [KeyOffer(key.code, LARGEST - number, confirmed=True) for key in dungeon.keys for number in range(60)]
    return m.Sheet(run, dungeon, logged, offers)


@given(sheets(), st.booleans(), st.text(max_size=200))
def test_any_panel_fits_and_asks_for_the_key_it_shows(sheet: m.Sheet, crowded: bool, text: str) -> None:
    slot = sheet.open_from(None)
    names = {LARGEST - number: "W" * 32 for number in range(60 if crowded else 0)}
    reply = panels.panel(sheet, slot, names, text)
    assert errors_of(reply) is None
    assert reply.embed is not None
    assert ("who popped it?" in str(reply.embed.description)) == (slot is not None)
    if slot is not None and names:
        some = dict(list(names.items())[: m.LISTED])
        assert errors_of(panels.which(sheet, slot, some, text)) is None


@given(keyed, st.integers(1, m.LISTED))
def test_any_list_of_runs_fits(dungeon: Dungeon, number: int) -> None:
    found = [
        m.Unfinished(EndedRun(LARGEST - at, 1, dungeon.code, LARGEST, "W" * 100, 99, NOW), dungeon, 297, 297)
        for at in range(number)
    ]
    assert errors_of(panels.unfinished(found)) is None


def test_what_is_counted_and_taken_back_is_told_with_what_the_raider_has() -> None:
    entry = Entry(
        id=1,
        at=NOW,
        guild_id=1,
        user_id=2,
        kind=Kind.KEY_POP,
        counts_as=Kind.KEY_POP,
        amount=-2,
        points=Decimal("-1.00"),
        dungeon="THE_VOID",
        key="LOST_HALLS_KEY",
        actor_id=3,
        source="logkey:1",
        reason="*why*",
    )
    told = texts.counted(Logged(entry, Held(Decimal("2.50"), Decimal(0), 1)), -5, catalogue())
    assert told.embed is not None
    assert {field.name: field.value for field in told.embed.fields} == {
        "Raider": "<@2>",
        "Dungeon": f"{catalogue().find('THE_VOID').emoji} Void",  # type: ignore[union-attr]
        "Change": "-2 🗝️ Lost Halls Key\n-1 point",
        "By": "<@3>",
        "Reason": r"\*why\*",
        "Now": "1 🗝️ Lost Halls Key\n2.5 points in all",
    }
    back = texts.uncounted(Undone(entry, Logged(entry, Held(Decimal(0), Decimal(0), 0))), catalogue())
    assert back.embed is not None
    assert back.embed.title == "Keys removed, and undone"
    assert errors_of(told) is errors_of(back) is None
