"""User text comes out harmless, and nothing is longer than Discord takes."""

import re
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from raidbot.kernel.discord.text import count, cut, listed, plain, time
from raidbot.playground import mentions

SNOWFLAKE = 123_456_789_012_345_678
PIECES = [
    "@everyone",
    "@here",
    f"<@{SNOWFLAKE}>",
    f"<@!{SNOWFLAKE}>",
    f"<@&{SNOWFLAKE}>",
    f"<#{SNOWFLAKE}>",
    f"</run:{SNOWFLAKE}>",
    f"<a:pepe:{SNOWFLAKE}>",
    f"<t:{SNOWFLAKE}:R>",
    "<id:customize>",
    "[free nitro](https://evil.example)",
    "https://evil.example",
    "<https://evil.example>",
    "**", "__", "~~", "||", "`", "```", "# ", "-# ", "- ", "> ", ">>> ", "\\", "*", "_", "\n", " ", "x", "@", "<",
]  # fmt: skip
user_text = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=6)), max_size=10).map("".join)

# What Discord's client would read as something else than these very signs. A sign behind a backslash is only a sign.
_ESCAPED = re.compile(r"\\([^0-9A-Za-z\s])")
_FORMATS = re.compile(r"[*_~`|\\]|\[[^\]]*\]\(|^(?:#{1,3} |-# |[-*] |>)", re.MULTILINE)
_TOKENS = re.compile(r"<(?:[@#/:]|a:|t:|id:)|https?://|@(?:everyone|here)\b")


def _left_over(text: str) -> str:
    """Take away every escaped sign: what is left is what has a meaning."""
    return _ESCAPED.sub("\N{WORD JOINER}", text)


@given(user_text)
@example("@everyone")
@example("x @here y")
@example(f"\\<@{SNOWFLAKE}>")
def test_nothing_a_user_writes_pings_anybody_even_where_mentions_are_let_through(text: str) -> None:
    pinged = mentions.resolve(plain(text), None, may_everyone=True, mentionable_roles={SNOWFLAKE})
    assert pinged == (frozenset(), frozenset(), False)


@given(user_text)
@example("1 * 2 * 3")
def test_nothing_a_user_writes_formats_or_links(text: str) -> None:
    shown = _left_over(plain(text))
    assert not _FORMATS.search(shown)
    assert not _TOKENS.search(shown)


@given(user_text)
def test_what_a_user_writes_is_read_as_written(text: str) -> None:
    read = _ESCAPED.sub(r"\1", plain(text)).replace("@\N{ZERO WIDTH SPACE}", "@")
    assert read == " ".join(text.split()).replace("@\N{ZERO WIDTH SPACE}", "@")


def test_plain_words_stay_as_they_are() -> None:
    assert plain("  USW, left\n bazaar (2)! ") == "USW, left bazaar \\(2\\)!"


@given(user_text.map(plain), st.integers(1, 60))
def test_a_cut_text_fits_and_ends_in_no_half_escape(text: str, limit: int) -> None:
    short = cut(text, limit)
    assert len(short) <= limit
    if len(text) <= limit:
        assert short == text
    else:
        assert short.endswith("…")
        assert text.startswith(short[:-1])
        assert not short[:-1].endswith("\\")
        pinged = mentions.resolve(short, None, may_everyone=True, mentionable_roles={SNOWFLAKE})
        assert pinged == (frozenset(), frozenset(), False)


@given(st.lists(st.text(alphabet="abc", min_size=1, max_size=9), max_size=40), st.integers(16, 120))
def test_a_list_fits_and_counts_what_it_leaves_out(items: list[str], limit: int) -> None:
    text = listed(items, limit, separator=", ")
    assert len(text) <= limit
    if len(", ".join(items)) <= limit:
        assert text == ", ".join(items)
        return
    match = re.fullmatch(r"(.*) and (\d+) more|(\d+) in all", text)
    assert match
    if match[3]:
        assert int(match[3]) == len(items)
    else:
        shown = match[1].split(", ")
        assert items[: len(shown)] == shown
        assert len(shown) + int(match[2]) == len(items)


def test_a_list_shows_as_many_as_fit() -> None:
    names = [f"name{number}" for number in range(10)]
    assert listed(names, 31) == "name0, name1, name2 and 7 more"
    assert listed(names, 30) == "name0, name1 and 8 more"
    assert listed(names, 1000).endswith("name9")
    assert listed([], 10) == ""


@pytest.mark.parametrize(
    ("number", "told"), [(0, "0 raiders"), (1, "1 raider"), (2, "2 raiders"), (1000, "1,000 raiders")]
)
def test_numbers_agree_with_their_word(number: int, told: str) -> None:
    assert count(number, "raider") == told


def test_a_word_may_have_its_own_plural() -> None:
    assert (count(1, "party", "parties"), count(2, "party", "parties")) == ("1 party", "2 parties")


def test_a_moment_is_written_for_each_readers_clock() -> None:
    assert time(datetime(2026, 1, 1, tzinfo=UTC)) == "<t:1767225600:R>"
    assert time(datetime(2026, 1, 1, 0, 0, 1, 999_999, tzinfo=UTC), "t") == "<t:1767225601:t>"
