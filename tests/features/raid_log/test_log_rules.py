"""What a log makes of clicks and entries, without rows and Discord."""

from datetime import UTC, datetime, timedelta
from typing import Any

import hikari
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from raidbot.features.dungeons.api import catalogue
from raidbot.features.members.api import Presence
from raidbot.features.raid_log import models as m
from raidbot.features.raid_log import views
from raidbot.kernel.discord.text import CONTENT

START = datetime(2026, 1, 1, 20, tzinfo=UTC)
LARGEST = 2**63 - 1
USERS, KEYS = range(1, 6), ("", "", "CULT_KEY")


def at(second: int) -> datetime:
    return START + timedelta(seconds=second)


def make_log(**overrides: Any) -> m.Log:
    """Make the log of a run that told nothing yet."""
    values: dict[str, Any] = {
        "topic": "run:7",
        "id": 1,
        "guild_id": 1,
        "channel_id": 2,
        "dungeons": ("LOST_HALLS",),
        "organizer_id": 3,
        "organizer_name": "Orga",
        "opened_at": START,
        "closed_at": None,
        "closed_as": None,
        "noted": 0,
        "told": 0,
        "starter_id": 4,
        "posting_since": None,
        "posts": 1,
        "thread_id": 4,
        "page_number": 0,
        "page_head": "",
        "page_line": "",
        "page_since": None,
        "page_id": None,
        "page_shown": True,
        "base": {},
        "seen": {},
        "seen_version": 0,
        "attempts": 0,
    }
    return m.Log(**{**values, **overrides})


def make_entry(number: int = 2, second: int = 0, action: str = "run.ping", **detail: Any) -> m.Entry:
    return m.Entry(number, at(second), action, 3, detail)


def page(log: m.Log, presences: list[Presence], *entries: m.Entry) -> m.Page:
    return views.page(m.Outlook(log, 1, presences, entries), catalogue())


# --- clicks

click = st.tuples(st.sampled_from(USERS), st.sampled_from(KEYS))
look = st.none()
evenings = st.lists(click | look | st.just("entry"), max_size=40)


@given(evenings)
def test_however_clicks_entries_and_looks_come_the_log_tells_who_is_there(evening: list[Any]) -> None:
    rows: dict[m.Place, Presence] = {}
    seen, waiting, number = m.Crowd(), list[m.Entry](), 1
    for second, event in enumerate([*evening, None]):
        if event == "entry":
            number += 1
            waiting.append(make_entry(number, second))
        elif event is not None:
            user_id, key = event
            before = rows.get((key, user_id))
            rows[key, user_id] = Presence(user_id, key, before is None or not before.there, at(second))
        else:
            steps = m.story(seen, list(rows.values()), waiting)
            assert [step.entry for step in steps] == [*waiting, None]
            for step in steps:
                came, went = map(set, (step.moves.came, step.moves.went))
                assert step.after.there == (step.before.there | came) - went
                assert len(came) == len(step.moves.came)
                assert came & step.before.there == set()
            seen, waiting = m.Crowd.read(steps[-1].after.written()), []
    assert seen.there == {place for place, row in rows.items() if row.there}


def test_who_came_and_went_between_two_looks_is_told_twice_and_only_once() -> None:
    before = m.Crowd(frozenset({("", 1)}), at(5))
    rows = [Presence(1, "", True, at(1)), Presence(2, "", False, at(5)), Presence(3, "", False, at(6))]
    moves = m.moves(before, before.until(rows, None), rows)
    assert moves == m.Moves(came=(("", 3),), went=(("", 3),))
    after = before.until(rows, None)
    assert not m.moves(after, after.until(rows, None), rows)


def test_a_class_that_is_chosen_moves_nobody() -> None:
    before = m.Crowd(frozenset({("", 1)}), at(5))
    assert not m.moves(before, before.until(rows := [Presence(1, "", True, at(9))], None), rows)


def test_clicks_are_told_before_the_entry_that_came_after_them() -> None:
    rows = [Presence(1, "", True, at(1)), Presence(2, "", True, at(3))]
    told = page(make_log(), rows, make_entry(2, 2), make_entry(3, 4)).text.splitlines()
    assert ["joined" in line for line in told] == [True, False, True, False]
    assert "<@1>" in told[0]
    assert "<@2>" in told[2]


def test_who_came_with_the_first_entry_is_told_after_it() -> None:
    told = page(make_log(), [Presence(3, "", True, at(0))], make_entry(1, 1, "run.open")).text.splitlines()
    assert "opened the run" in told[0]
    assert "**1** joined (<@3>) · now **1** in" in told[1]


def test_a_line_grows_until_something_is_noted_and_the_next_begins_where_it_ended() -> None:
    rows = [Presence(1, "", True, at(1))]
    first = page(make_log(), rows)
    assert (first.fresh, first.head) == (True, "")
    log = make_log(page_id=9, page_line=first.line, base=first.base.written(), seen=first.seen.written())
    rows.append(Presence(2, "", True, at(2)))
    grown = page(log, rows, make_entry(2, 3))
    assert (grown.fresh, grown.told) == (False, 0)  # the entry waits for its own page
    assert "**2** joined (<@2>, <@1>) · now **2** in" in grown.line
    log = make_log(page_id=9, page_line=grown.line, base=grown.base.written(), seen=grown.seen.written())
    rows[0] = Presence(1, "", False, at(4))
    fresh = page(log, rows, make_entry(2, 3))
    assert (fresh.fresh, fresh.told) == (True, 2)
    assert "**1** left (<@1>) · now **1** in" in fresh.line
    assert "joined" not in fresh.text


def test_keys_are_named_with_who_offers_them_and_who_took_them_back() -> None:
    rows = [Presence(user, "CULT_KEY", True, at(user)) for user in (1, 2)]
    rows.append(Presence(3, "VIAL_OF_PURE_DARKNESS", False, at(9)))
    seen = m.Crowd(frozenset({("VIAL_OF_PURE_DARKNESS", 3), ("", 1)}), at(0))
    rows.append(Presence(1, "", True, at(0)))
    told = page(make_log(seen=seen.written(), base=seen.written()), rows).line
    assert "keys: Cult Key <@2>, <@1> · taken back: Vial of Pure Darkness <@3> · now **1** in" in told


def test_a_crowd_is_counted_and_its_last_five_named() -> None:
    told = page(make_log(), [Presence(user, "", True, at(user)) for user in range(1, 501)]).line
    assert "**500** joined (last: <@500>, <@499>, <@498>, <@497>, <@496>) · now **500** in" in told


def test_nothing_new_is_no_page() -> None:
    log = make_log(page_id=9, page_line="line", page_head="head")
    assert page(log, []).shown
    assert page(log, []).text == "head\nline"


# --- entries

texts = st.text(max_size=20) | st.sampled_from(["*" * 300, "@everyone " * 50])
details = st.dictionaries(
    st.sampled_from(["party", "location", "description", "to", "thing_of_ours"]),
    texts | st.none() | st.integers() | st.booleans() | st.lists(texts, max_size=3),
)


@settings(max_examples=30)
@given(st.lists(st.tuples(st.sampled_from(["run.texts", "run.open", "run.a_new_one", "odd"]), details), max_size=12))
def test_a_page_fits_whatever_was_noted_and_the_rest_follows_in_order(noted: list[tuple[str, Any]]) -> None:
    entries = [make_entry(number, number, action, **detail) for number, (action, detail) in enumerate(noted, start=2)]
    rows = [Presence(LARGEST - user, "", True, at(user)) for user in range(40)]
    told, log = list[m.Page](), make_log(told=1)
    while not (newest := page(log, rows, *(entry for entry in entries if entry.number > log.told))).shown:
        assert 0 < len(newest.text) <= CONTENT - 1
        assert newest.text == newest.text.strip()
        told.append(newest)
        log = make_log(
            told=newest.told, base=newest.base.written(), seen=newest.seen.written(), page_line=newest.line, page_id=9
        )
    lines = [line for one in told for line in one.text.splitlines() if "👥" not in line]
    assert [line[: len("<t:1767297600:t>")] for line in lines] == [
        f"<t:{int(one.at.timestamp())}:t>" for one in entries
    ]


def test_an_entry_says_who_did_what_with_which_details() -> None:
    told = [
        page(make_log(), [], entry).text.partition("> ")[2]
        for entry in (
            make_entry(action="run.open", party="*3*", location=None, description="@everyone"),
            make_entry(action="run.texts", party=None, location={"old": "a", "new": "b"}),
            make_entry(action="run.extend", until=START.isoformat()),
            make_entry(action="run.transfer", to=5),
            make_entry(action="run.stage", stage="third_room"),
            make_entry(action="run.screenshot", channel=8, message=9),
            make_entry(action="headcount.convert", run=7, dungeon="THE_VOID"),
            make_entry(action="keys.log", pop=1, member=5, key="CULT_KEY", points="5.00"),
            make_entry(action="run.request", what="CULT_KEY", wanted=1),
            make_entry(action="run.realm_mood", score=87, calm=True),
            m.Entry(2, START, "run.expire", None, {}),
        )
    ]
    assert told == [
        "🆕 <@3> opened the run · party: \\*3\\*, note: @\N{ZERO WIDTH SPACE}everyone",
        "📍 <@3> set party and location · party: none, location: a → b",
        f"⏳ <@3> extended the run · until: <t:{int(START.timestamp())}:t>",
        "🤝 <@3> handed the run over · to: <@5>",
        "🚪 <@3> moved the run on · stage: third room",
        "📸 <@3> handed in the screenshot · [see it](https://discord.com/channels/1/8/9)",
        "🟢 <@3> made the headcount a run · run: 7, dungeon: Void",
        "🔑 <@3> logged a popped key · pop: 1, member: <@5>, key: Cult Key, points: 5",
        "🙋 <@3> called for something · what: Cult Key, wanted: 1",
        "🔹 <@3>: realm mood · score: 87, calm: yes",
        "⌛ The run's time was over",
    ]


# --- the starter


def test_every_end_has_its_word_and_every_subject_its_colour() -> None:
    assert set(views._ENDINGS) == m.ENDINGS
    for subject in m.Subject:
        assert views.starter(make_log(topic=f"{subject}:7"), catalogue()).footer.text.endswith(" 7")  # type: ignore[union-attr]


def test_a_starter_tells_type_dungeon_organizer_and_times() -> None:
    log = make_log(closed_at=at(60), closed_as="run.cancel")
    embed = views.starter(log, catalogue())
    assert (embed.title, embed.colour) == ("Run: Lost Halls", hikari.Colour(0x5865F2))
    opened, over = (int(moment.timestamp()) for moment in (START, at(60)))
    fields = [(field.name, field.value) for field in embed.fields]
    assert fields == [("Organizer", "<@3>"), ("Opened", f"<t:{opened}:f>"), ("Cancelled", f"<t:{over}:f>")]


@pytest.mark.parametrize("name", ["Orga", "x" * 200])
def test_a_threads_name_fits(name: str) -> None:
    log = make_log(dungeons=tuple(one.code for one in catalogue().all[:5]), organizer_name=name)
    assert len(views.thread_name(log, catalogue())) <= 100
    assert views.thread_name(make_log(), catalogue()) == "Lost Halls: Organizer - Orga"
