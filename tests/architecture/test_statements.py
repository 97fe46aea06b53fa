"""No statement and no query is written for nobody."""

import ast
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

import raidbot

ROOT = Path(raidbot.__file__).parent
QUERIES = sorted(path for path in ROOT.rglob("*.py") if "queries" in path.relative_to(ROOT).with_suffix("").parts)


@cache
def _names(path: Path) -> Counter[str]:
    """Count the names that a file's code mentions."""
    names: Counter[str] = Counter()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Name):
            names[node.id] += 1
        elif isinstance(node, ast.Attribute):
            names[node.attr] += 1
        elif isinstance(node, ast.ImportFrom):
            names.update(alias.name for alias in node.names)
    return names


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_statement_is_run(path: Path) -> None:
    statements = [
        target.id
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)
        for target in node.targets
        if isinstance(target, ast.Name) and getattr(node.value.func, "id", None) == "Statement"
    ]
    assert [name for name in statements if _names(path)[name] < 2] == []


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_query_is_asked_and_says_what_it_does(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    queries = [node for node in tree.body if isinstance(node, ast.AsyncFunctionDef) and not node.name.startswith("_")]
    assert [node.name for node in queries if not ast.get_docstring(node)] == []
    others = [other for other in ROOT.rglob("*.py") if other != path]
    unused = [node.name for node in queries if not any(_names(other)[node.name] for other in others)]
    assert unused == []
