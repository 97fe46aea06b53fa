"""Code 50035: faults and where they are."""

from typing import Any

Path = tuple[str | int, ...]


class Errors:
    """The faults of one body."""

    def __init__(self) -> None:
        self._found: list[tuple[Path, str, str]] = []

    def __bool__(self) -> bool:
        return bool(self._found)

    def add(self, path: Path, code: str, message: str) -> None:
        """Note a fault at a path of keys and list indices; the empty path is the body itself."""
        self._found.append((path, code, message))

    def body(self) -> dict[str, Any]:
        """Return Discord's JSON: the path as nested objects, list indices as strings, `_errors` at its end.

        What is wrong with a whole is left out while something inside it is wrong.
        """
        tree: dict[str, Any] = {}
        inner = {path[:depth] for path, _, _ in self._found for depth in range(len(path))}
        for path, code, message in self._found:
            if path in inner:
                continue
            node = tree
            for key in path:
                node = node.setdefault(str(key), {})
            node.setdefault("_errors", []).append({"code": code, "message": message})
        return {"message": "Invalid Form Body", "code": 50035, "errors": tree}
