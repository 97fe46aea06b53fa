from pathlib import Path

from raidbot.kernel.settings import Settings

EXAMPLE = Path(__file__).parents[2] / ".env.example"


def test_the_example_has_exactly_the_settings_each_with_a_comment() -> None:
    names: list[str] = []
    commented = False
    for line in EXAMPLE.read_text("utf-8").splitlines():
        if line.startswith("#"):
            commented = True
        elif line:
            name, _, _ = line.partition("=")
            assert commented, f"{name} has no comment above it"
            names.append(name)
            commented = False
        else:
            commented = False
    assert sorted(names) == sorted(Settings.variables())


def test_the_examples_values_are_the_defaults() -> None:
    given = dict(
        line.split("=", 1) for line in EXAMPLE.read_text("utf-8").splitlines() if line and not line.startswith("#")
    )
    for name, field in Settings.model_fields.items():
        if value := given[name.upper()]:
            assert value == str(field.default)
