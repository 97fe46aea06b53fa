"""Every command can be registered, says who may use it, and belongs to a feature."""

import importlib
import pkgutil
from collections import Counter

import hikari
import lightbulb

import raidbot.features
from raidbot.features.about import views as about
from raidbot.kernel.discord.answers import Policy
from raidbot.kernel.discord.commands import policy_of
from raidbot.kernel.discord.guide import Guide
from raidbot.kernel.guilds import GuildSettings, Module
from raidbot.playground import validation
from tests.architecture.conftest import Declared

factory = hikari.impl.EntityFactoryImpl(hikari.GatewayBot("MTAwMDAwMDAwMDAwMDAwMDAx.x.y", banner=None, logs=None))


def test_command_names_are_unique(declared: Declared) -> None:
    names = Counter(builder.name for builder in declared.builders)
    assert [name for name, times in names.items() if times > 1] == []
    assert "run" in names


def test_discord_takes_every_name_description_and_option(declared: Declared) -> None:
    errors = validation.commands([dict(builder.build(factory)) for builder in declared.builders])
    assert errors is None, errors.body()


def test_every_command_says_who_may_use_it(declared: Declared) -> None:
    for command in declared.commands:
        policy = policy_of(command)
        assert isinstance(policy, Policy), f"{command.__name__} has no @invoke(Policy(…))"
        assert policy.capability.name


def test_a_command_is_off_where_its_features_module_is_off(declared: Declared) -> None:
    for feature in declared.features:
        for command in feature.commands:
            policy = policy_of(command)
            assert policy is not None
            assert policy.capability.module is feature.module, f"/{command.__name__} of {feature.name}"


def test_help_has_room_for_every_command(declared: Declared) -> None:
    everything = GuildSettings(1, modules=frozenset(Module))
    found = Guide(declared.features).commands(everything)
    assert {command.name for command in found} == {builder.name for builder in declared.builders}
    listed = about.commands(found).embed
    assert listed is not None
    for command in found:
        assert f"`/{command.name}` " in str(listed.description)
        explained = about.command(command, everything).embed
        assert explained is not None
        options = [field.value for field in explained.fields if field.name == "Options"]
        assert [option.name for option in command.options if f"`{option.name}` " not in str(options)] == []


def test_every_command_class_is_listed_by_a_feature(declared: Declared) -> None:
    for module in pkgutil.walk_packages(raidbot.features.__path__, "raidbot.features."):
        importlib.import_module(module.name)
    written = {
        command
        for command in lightbulb.SlashCommand.__subclasses__()
        if command.__module__.startswith("raidbot.features.")
    }
    assert written == set(declared.commands)
