"""Every feature introduces itself, owns its names, and has a sentence for each of its errors."""

import ast
import importlib
import pkgutil
import re
from collections import Counter
from pathlib import Path

import pytest

import raidbot
from raidbot.kernel.discord.audit_texts import AuditTexts
from raidbot.kernel.discord.error_texts import ErrorTexts
from raidbot.kernel.errors import UserError
from tests.architecture.conftest import Declared

ROOT = Path(raidbot.__file__).parent
ACTION = re.compile(r"[a-z_]+(\.[a-z_]+)+")
FEATURES = sorted(path for path in (ROOT / "features").iterdir() if (path / "__init__.py").is_file())


@pytest.mark.parametrize("folder", FEATURES, ids=lambda folder: folder.name)
def test_a_features_init_is_its_readme_and_imports_nothing(folder: Path) -> None:
    tree = ast.parse((folder / "__init__.py").read_text("utf-8"))
    readme = ast.get_docstring(tree)
    assert readme, "what is this feature?"
    assert len(tree.body) == 1
    if (folder / "tables.py").exists():
        assert "Tables:" in readme


def _user_errors() -> set[type[UserError]]:
    """List the errors that are raised: a class with subclasses only groups them."""
    for module in pkgutil.walk_packages(raidbot.__path__, "raidbot."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    found: set[type[UserError]] = set()
    waiting: list[type[UserError]] = [UserError]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        if kind.__module__.startswith("raidbot.") and not kind.__subclasses__():
            found.add(kind)
    return found


def test_every_user_error_has_a_sentence(declared: Declared) -> None:
    texts = ErrorTexts(*(feature.error_texts for feature in declared.features))._texts
    speechless = [kind.__name__ for kind in _user_errors() if not any(base in texts for base in kind.__mro__)]
    assert speechless == []


def test_no_sentence_is_for_an_error_that_nobody_has(declared: Declared) -> None:
    texts = ErrorTexts(*(feature.error_texts for feature in declared.features))._texts
    raised = {base for kind in _user_errors() for base in kind.__mro__}
    assert [kind.__name__ for kind in texts if kind not in raised] == []


def test_names_of_features_panels_effects_and_jobs_are_unique(declared: Declared) -> None:
    names = Counter(
        name
        for feature in declared.features
        for name in (
            f"feature {feature.name}",
            *(f"panel {kind}" for kind in feature.panels),
            *(f"effect {kind}" for kind in feature.effects),
            *(f"job {job.name}" for job in feature.jobs),
        )
    )
    assert [name for name, times in names.items() if times > 1] == []


def test_panels_effects_and_jobs_carry_their_features_name(declared: Declared) -> None:
    for feature in declared.features:
        for name in (*feature.panels, *feature.effects, *(job.name for job in feature.jobs)):
            assert name.startswith(f"{feature.name}.")


def test_no_two_features_tell_of_one_action_and_every_action_written_out_has_a_text(declared: Declared) -> None:
    texts = AuditTexts(*(feature.audit_texts for feature in declared.features))._texts
    areas = {action.partition(".")[0] for action in texts}
    others = {name for feature in declared.features for name in (*feature.panels, *feature.effects)}
    services = [*ROOT.rglob("service.py"), *ROOT.rglob("service/*.py"), ROOT / "kernel" / "guilds" / "store.py"]
    written = {
        node.value
        for path in services
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and ACTION.fullmatch(node.value)
    }
    untold = written - texts.keys() - others
    assert [action for action in sorted(untold) if action.partition(".")[0] in areas] == []
