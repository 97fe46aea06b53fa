"""The benchmark itself, in small: that it still measures what it says."""

import io
from functools import partial
from pathlib import Path

import orjson
import pytest
from rich.console import Console

from tests.bench import __main__ as command
from tests.bench import report
from tests.bench.postgres import Postgres
from tests.bench.rows import ROWS, Row, run
from tests.bench.storm import percentile, storm


async def test_a_small_storm_is_measured_on_the_bot_and_on_the_floor(server_root: Path, tmp_path: Path) -> None:
    row = Row("storm of 5", partial(storm, clicks=5))
    with Postgres(server_root).running() as postgres:
        bot, floor = await run(row, tmp_path, postgres, members=200)
    assert (bot.figures["in_time"], bot.figures["told"], floor.figures["in_time"]) == (100, 100, 100)
    assert bot.problems == []
    assert floor.problems == []
    assert floor.figures["answers_per_click"] == 1
    assert 0 < bot.figures["ack_p50"] <= bot.figures["ack_p99"] <= bot.figures["told_last"]
    assert bot.figures["panel_edits"] >= 1
    assert bot.figures["statements_per_click"] > 0
    assert bot.figures["log_statements"] >= 1
    assert floor.figures["statements_per_click"] == floor.figures["log_statements"] == 0
    assert bot.figures["cpu_bot"] > floor.figures["cpu_bot"] > 0
    assert bot.figures["cpu_postgres"] > 0
    table = io.StringIO()
    report.show({row: [(bot, floor)]}, "title", Console(file=table))
    assert all(figure.label in table.getvalue() for figure in report.FIGURES)
    medians = orjson.loads(orjson.dumps(report.as_json({row: [(bot, floor)]})))[0]["medians"]
    assert medians["clicks"] == {"bot": 5, "floor": 5}


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
