"""The benchmark itself, in small: that it still measures what it says."""

import io
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import orjson
import pytest
from rich.console import Console

from raidbot.kernel.database.statements import catalogue
from tests.bench import __main__ as command
from tests.bench import names, report, targets
from tests.bench.answers import Shown, percentile
from tests.bench.meter import Measured, Pair
from tests.bench.postgres import Postgres, StatementCount
from tests.bench.profile import by_package, own_time
from tests.bench.rows import ROWS, Row, run
from tests.bench.steady import Click, Kind, Plan, steady
from tests.bench.storm import storm

STORM = "storm of 1,000"


@pytest.fixture
def postgres(server_root: Path) -> Iterator[Postgres]:
    """Lend a server that counts statements."""
    with Postgres(server_root).running() as postgres:
        yield postgres


def _complaints(measured: Measured) -> list[str]:
    """List what was complained of; that a statement was slow says something of the machine alone."""
    return [problem for problem in measured.problems if "slow statement" not in problem]


async def test_a_small_storm_is_measured_on_the_bot_and_on_the_floor(postgres: Postgres, tmp_path: Path) -> None:
    row = Row("storm of 5", partial(storm, clicks=5, times=2))
    bot, floor = await run(row, tmp_path, postgres, members=200)
    assert floor is not None
    assert (bot.figures["in_time"], bot.figures["told"], floor.figures["in_time"]) == (100, 100, 100)
    assert _complaints(bot) == _complaints(floor) == []
    assert floor.figures["answers_per_click"] == 1
    assert 0 < bot.figures["ack_p50"] <= bot.figures["ack_p99"] <= bot.figures["told_last"]
    assert bot.figures["panel_edits"] >= 1
    assert 0 < bot.figures["own_statements_per_click"] <= bot.figures["statements_per_click"]
    assert bot.figures["log_statements"] >= 1
    assert floor.figures["statements_per_click"] == floor.figures["log_statements"] == 0
    assert bot.figures["cpu_bot"] > floor.figures["cpu_bot"] > 0
    assert bot.figures["cpu_postgres"] > 0
    assert {"raids.participate", "raids.view"} <= {one.name for one in bot.statements}
    assert [one.text for one in bot.statements if one.name is None and not one.of_control] == []
    table = io.StringIO()
    report.show({row: [(bot, floor)]}, "title", Console(file=table))
    assert "a click's own statements" in table.getvalue()
    assert "raids.participate" in table.getvalue()
    medians = orjson.loads(orjson.dumps(report.as_json({row: [(bot, floor)]})))[0]["medians"]
    assert medians["clicks"] == {"bot": 10, "floor": 10}


async def test_a_small_steady_load_comes_to_what_was_clicked(postgres: Postgres, tmp_path: Path) -> None:
    row = Row("steady", partial(steady, rate=20, seconds=2))
    bot, floor = await run(row, tmp_path, postgres, members=200)
    assert floor is not None
    assert bot.figures["clicks"] == floor.figures["clicks"] == 40
    assert (bot.figures["in_time"], bot.figures["told"], floor.figures["in_time"]) == (100, 100, 100)
    assert bot.figures["late_p99"] <= bot.figures["late_max"]
    assert _complaints(bot) == []


@pytest.mark.parametrize("rate", [20, 50, 400])
def test_the_clicks_of_a_steady_load_come_evenly_and_nobody_clicks_out_of_turn(rate: int) -> None:
    plan = Plan(rate, 12)
    clicks = plan.clicks
    assert Counter(int(click.at) for click in clicks) == dict.fromkeys(range(12), rate)
    assert {Counter(click.kind for click in clicks)[kind] for kind in Kind} == {len(clicks) // 4}
    joined = dict.fromkeys(plan.joined_before, -1.0)
    for click in clicks:
        if click.kind is Kind.JOIN:
            assert click.raider not in joined
            joined[click.raider] = click.at
        else:
            assert click.at - joined[click.raider] >= min(click.kind.after - 0.1, click.at)


def test_a_steady_load_says_how_everything_stands_in_the_end() -> None:
    end = Plan(4, 10).come_to()
    assert end.joined == {2, 3, 4, 5, 6, 7, 8, 9}
    assert sorted(end.classes) == list(range(-3, 7))
    assert {key: sorted(who) for key, who in end.keys.items()} == {
        "Lost Halls": [-6, -4, -2, 0, 2],
        "Vial": [-5, -3, -1, 1, 3],
    }
    assert Plan(4, 1).clicks[0] == Click(0.0, Kind.JOIN, 0)


def test_a_panel_is_read_with_its_keys() -> None:
    text = "Roster\n1,009 raiders joined\nKeys\n🗝️ Lost Halls: 1,500 • 🌑 Vial: 2"
    assert Shown.read(text) == Shown(1009, (("Lost Halls", 1500), ("Vial", 2)))
    assert Shown.of_keys(1009, {"Vial": 2, "Lost Halls": 1500}) == Shown.read(text)
    assert Shown.read("1 raider joined") == Shown.of_keys(1, {"Vial": 0})
    assert Shown.read("somebody wrote this") is None


def test_a_statement_is_found_by_the_text_that_postgresql_counts() -> None:
    assert len(catalogue()) > 30
    counted = "SELECT run.id  \nFROM run \nWHERE run.role_id = $1::BIGINT \n LIMIT $2::INTEGER"
    assert names.of(counted) == "raids.role_known"
    assert names.of("SELECT 1 FROM nothing_of_ours") is None


def _measured(**figures: float) -> Measured:
    return Measured(figures, {})


def test_a_bound_on_a_ratio_is_kept_by_the_median_of_the_repeats() -> None:
    runs = [(_measured(ack_p99=mine), _measured(ack_p99=floor)) for mine, floor in ((150, 100), (280, 200), (900, 300))]
    (verdict,) = targets.judge({STORM: runs})
    assert (verdict.value, verdict.kept) == (1.5, True)
    (verdict,) = targets.judge({STORM: runs[2:]})
    assert (verdict.value, verdict.kept) == (3.0, False)


def test_a_least_is_missed_by_one_repeat() -> None:
    runs = [(_measured(in_time=one), None) for one in (100.0, 99.9, 100.0)]
    (verdict,) = targets.judge({STORM: runs})
    assert (verdict.value, verdict.kept) == (99.9, False)


def test_every_target_is_of_a_row_and_of_a_figure() -> None:
    figures = {figure.key for figure in report.FIGURES}
    assert {target.row for target in targets.TARGETS} <= {row.name for row in ROWS}
    assert {target.key for target in targets.TARGETS} | set(report.HEADLINES) <= figures
    assert len(figures) == len(report.FIGURES)


def test_the_report_says_what_was_kept_and_missed_and_shows_rows_without_a_floor() -> None:
    statements = [StatementCount("SELECT $1 AS of_nobody", 4, 4, 2.0)]
    storm = Measured({"ack_p99": 400.0, "all_told": 1200.0}, {"POST /x": 3}, statements, ["WARNING of something"])
    rows = {row.name: row for row in ROWS}
    results: dict[Row, list[Pair]] = {
        rows[STORM]: [(storm, _measured(ack_p99=300.0))],
        rows["start"]: [(_measured(first_click=one, memory_bot=150.0), None) for one in (2.0, 2.5, 3.5)],
    }
    table = io.StringIO()
    report.show(results, "title", Console(file=table))
    lines = [" ".join(line.split()) for line in table.getvalue().splitlines()]
    assert any("at most 1,000 ms │ 1,200 ms │ MISSED" in line for line in lines)
    assert any("at most 1.50 x the floor │ 1.33 x the floor │ kept" in line for line in lines)
    assert any("2.50 (2.00-3.50)" in line for line in lines)
    assert "4 x 0.500 ms SELECT $1 AS of_nobody" in lines
    assert "problem: WARNING of something" in lines
    assert {one["kept"] for one in report.verdicts_as_json(results)} == {True, False}
    first = report.as_json(results)[1]
    assert first["medians"]["first_click"] == {"bot": 2.5}
    assert [one["floor"] for one in first["runs"]] == [None, None, None]


def test_rows_abreast_fit_into_a_line_of_the_report() -> None:
    figures = {figure.key: 12.3 if figure.digits else 1_234.0 for figure in report.FIGURES}
    one = (Measured(figures, {}), Measured(figures, {}))
    table = io.StringIO()
    report.show({row: [one, one] for row in ROWS[:4]}, "title", Console(file=table))
    assert "…" not in table.getvalue()


def test_own_time_is_that_of_the_innermost_function_of_the_main_thread() -> None:
    stacks = """\
thread (12): MainThread;run (a.py:1);draw (b.py:2) 30
thread (12): MainThread;run (a.py:1) 10
thread (12): MainThread;other (a.py:9);draw (b.py:2) 20
thread (13): waits;_worker (thread.py:69) 500
"""
    lines = own_time(stacks, 1).splitlines()
    assert lines[0].startswith("own time, of 60 samples")
    assert [line.split() for line in lines[1:]] == [["83.33", "%", "50", "draw", "(b.py:2)"]]


def test_a_package_counts_what_it_does_itself_and_all_that_passes_through_it() -> None:
    stacks = """\
thread (12): MainThread;run (asyncio/a.py:1);draw (raidbot/b.py:2) 30
thread (12): MainThread;run (asyncio/a.py:1) 10
thread (13): waits;_worker (thread.py:69) 500
"""
    lines = [line.split() for line in by_package(stacks).splitlines()[1:]]
    assert lines == [["75.00", "%", "75.00", "%", "raidbot"], ["25.00", "%", "100.00", "%", "asyncio"]]


def test_no_table_and_no_result_when_a_row_was_not_measured(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "_measure", lambda rows, repeats: ({}, "18.0"))
    assert command.main(["--json", str(tmp_path / "result.json")]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert all(row.name in err for row in ROWS)
    assert list(tmp_path.iterdir()) == []


def test_rows_that_were_selected_are_no_result(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(command, "_measure", lambda rows, repeats: ({row: [] for row in rows}, "18.0"))
    assert command.main(["--rows", ROWS[0].name]) == 0
    assert "PARTIAL" in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("percent", "expected"), [(50, 2), (51, 3), (99, 4), (100, 4), (1, 1)])
def test_a_percentile_is_one_of_the_values(percent: float, expected: float) -> None:
    assert percentile([4, 1, 3, 2], percent) == expected


def test_the_names_of_rows_are_unique() -> None:
    assert len({row.name for row in ROWS}) == len(ROWS)
