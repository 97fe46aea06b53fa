from collections.abc import Callable
from pathlib import Path

import pytest

from raidbot.kernel.settings import Settings, SettingsError, StorageSettings, load

TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4.GabcDE.abcdefghijklmnopqrstuvwxyz-0123456789"
Env = Callable[..., None]


@pytest.fixture(autouse=True)
def env(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Env:
    monkeypatch.chdir(tmp_path)
    for name in Settings.variables():
        monkeypatch.delenv(name, raising=False)

    def env(**values: str) -> None:
        for name, value in values.items():
            monkeypatch.setenv(name, value)

    return env


def test_a_token_is_all_that_is_needed(env: Env) -> None:
    env(DISCORD_TOKEN=TOKEN)
    settings = load()
    assert settings.discord_token.get_secret_value() == TOKEN
    assert settings.discord_api_url == "https://discord.com/api/v10"
    assert settings.database_url is None
    assert settings.data_dir == Path(".data")
    assert settings.guild_ids == ()
    assert settings.environment == "production"
    assert settings.clock_file is None


def test_every_setting_is_read(env: Env) -> None:
    env(
        DISCORD_TOKEN=TOKEN,
        DISCORD_API_URL="http://127.0.0.1:8000/api/v10/",
        DATABASE_URL="postgresql://bot:p%40ss@db:5432/raid?sslmode=require",
        DATABASE_POOL_MAX="4",
        DATA_DIR="/data",
        GUILD_IDS=" 123456789012345678, 223456789012345678,",
        LOG_LEVEL="debug",
        ENVIRONMENT="development",
        CLOCK_FILE="clock",
    )
    settings = load()
    assert settings.discord_api_url == "http://127.0.0.1:8000/api/v10"
    assert settings.database_url is not None
    assert settings.database_pool_max == 4
    assert settings.guild_ids == (123456789012345678, 223456789012345678)
    assert settings.log_level == "DEBUG"
    assert settings.clock_file == Path("clock")


def test_the_environment_wins_over_the_file_and_empty_means_unset(env: Env, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(
        f"DISCORD_TOKEN={TOKEN}\nLOG_LEVEL=ERROR\nDATABASE_URL=\nGUILD_IDS=123456789012345678\n"
    )
    env(LOG_LEVEL="WARNING", GUILD_IDS="")
    settings = load()
    assert settings.log_level == "WARNING"
    assert settings.database_url is None
    assert settings.guild_ids == (123456789012345678,)
    assert load(env_file=tmp_path / ".env").log_level == "WARNING"
    with pytest.raises(SettingsError):
        load(env_file=None)


def test_migrating_needs_no_token(env: Env) -> None:
    assert load(StorageSettings).database_url is None


@pytest.mark.parametrize(
    ("name", "value", "complaint"),
    [
        ("DISCORD_TOKEN", "", "DISCORD_TOKEN is missing: set it"),
        ("DISCORD_TOKEN", "hunter2", "DISCORD_TOKEN is not a bot token"),
        ("DISCORD_TOKEN", f"Bot {TOKEN}", "DISCORD_TOKEN is not a bot token"),
        ("DISCORD_API_URL", "discord.com/api", "DISCORD_API_URL is not an address like"),
        ("DISCORD_API_URL", "https://[hunter2/", "DISCORD_API_URL is not an address like"),
        ("DISCORD_API_URL", "https://host:hunter2/", "DISCORD_API_URL is not an address like"),
        ("DISCORD_API_URL", "http://discord.com/api/v10", "DISCORD_API_URL must be https"),
        ("DATABASE_URL", "mysql://bot:hunter2@db/raid", "DATABASE_URL is not an address like"),
        ("DATABASE_URL", "postgresql://bot:hunter2%@db/raid", "DATABASE_URL is not an address like"),
        ("DATABASE_URL", "postgresql://bot:hunter2#@db/raid", "DATABASE_URL is not an address like"),
        ("DATABASE_URL", "postgresql://bot:hunter2@d b/raid", "DATABASE_URL is not an address like"),
        ("DATABASE_POOL_MAX", "0", "DATABASE_POOL_MAX: input should be greater than or equal to 1"),
        ("DATABASE_POOL_MAX", "hunter2", "DATABASE_POOL_MAX: input should be a valid integer"),
        ("GUILD_IDS", "123456789012345678,12", "GUILD_IDS must be server ids of 15 to 22 digits"),
        ("GUILD_IDS", "123456789012345678;hunter2", "GUILD_IDS must be server ids"),
        ("LOG_LEVEL", "hunter2", "LOG_LEVEL: input should be 'DEBUG', 'INFO', 'WARNING' or 'ERROR'"),
        ("ENVIRONMENT", "hunter2", "ENVIRONMENT: input should be 'development' or 'production'"),
        ("CLOCK_FILE", "hunter2", "CLOCK_FILE is not allowed in production"),
    ],
)
def test_a_bad_value_is_one_line_that_names_the_variable_and_not_the_value(
    env: Env, name: str, value: str, complaint: str
) -> None:
    env(**{"DISCORD_TOKEN": TOKEN, name: value})
    with pytest.raises(SettingsError) as error:
        load()
    assert str(error.value).startswith(complaint)
    assert "\n" not in str(error.value)
    assert "hunter2" not in str(error.value)
    assert TOKEN not in str(error.value)
    assert error.value.__suppress_context__


def test_all_complaints_come_in_one_line(env: Env) -> None:
    env(GUILD_IDS="x", LOG_LEVEL="loud")
    with pytest.raises(SettingsError, match=r"LOG_LEVEL.*; .*DISCORD_TOKEN is missing.*; .*GUILD_IDS"):
        load()


@pytest.mark.parametrize("typo", ["DISCORD_TOKN", "DATABSE_URL", "GUILD_ID", "LOGLEVEL", "database_urls"])
def test_a_name_in_the_file_that_is_nearly_one_of_ours_is_refused(env: Env, tmp_path: Path, typo: str) -> None:
    env(DISCORD_TOKEN=TOKEN)
    (tmp_path / ".env").write_text(f"{typo}=hunter2\n")
    with pytest.raises(SettingsError, match=rf"^{typo} in \.env is no setting; [A-Z_]+ is meant\?$"):
        load()


def test_a_name_of_another_program_in_the_file_is_none_of_our_business(env: Env, tmp_path: Path) -> None:
    env(DISCORD_TOKEN=TOKEN)
    (tmp_path / ".env").write_text("POSTGRES_PASSWORD=x\nCOMPOSE_PROJECT_NAME=y\n")
    load()


def test_secrets_do_not_show_in_a_repr(env: Env) -> None:
    env(DISCORD_TOKEN=TOKEN, DATABASE_URL="postgresql://bot:hunter2@db/raid")
    shown = repr(load())
    assert TOKEN not in shown
    assert "hunter2" not in shown
