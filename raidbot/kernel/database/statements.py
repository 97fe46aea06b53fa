"""Statements: written with SQLAlchemy Core, compiled once to text, run by psycopg."""

from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar, overload

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.sql.dml import Insert, Update
from sqlalchemy.sql.elements import ClauseElement

from raidbot.kernel.database.rows import RowMaker, field_names, row_maker

T = TypeVar("T")

# $1, $2 …: the driver takes the text as it is; it would look for %(name)s in a long one at each use.
_DIALECT = postgresql.psycopg.dialect(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]
_catalogue: "dict[str, Statement[Any]]" = {}


def catalogue() -> "Mapping[str, Statement[Any]]":
    """Return every statement of the modules imported so far, by name."""
    return _catalogue


class Statement(Generic[T]):
    """One SQL statement with a name and the type of its rows.

    Parameters are `sqlalchemy.bindparam`s, passed by name; one without a value must be passed. A list needs a type
    (`bindparam("ids", type_=ARRAY(BigInteger))`), jsonb takes any JSON value, an enum goes as its value.
    Raises ValueError for a second statement of one name, TypeError when `row` does not fit the columns.
    """

    @overload
    def __init__(self: "Statement[None]", name: str, sql: ClauseElement, row: None = None) -> None: ...
    @overload
    def __init__(self, name: str, sql: ClauseElement, row: type[T]) -> None: ...
    def __init__(self, name: str, sql: ClauseElement, row: type[T] | None = None) -> None:
        if name in _catalogue:
            raise ValueError(f"two statements are named {name}")
        if isinstance(sql, (Insert, Update)) and not sql.returning_column_descriptions:
            sql = sql.inline()  # or SQLAlchemy adds a RETURNING of the key for its own use
        compiled = sql.compile(dialect=_DIALECT, compile_kwargs={"render_postcompile": True})
        self.name = name
        self.sql = str(compiled)
        self._order: list[str] = list(getattr(compiled, "positiontup", None) or ())
        columns = _columns(name, sql, row)
        self.rows: RowMaker[T] | None = None if row is None else row_maker(row, columns)
        given = compiled.params
        binds: dict[str, Any] = getattr(compiled, "binds", {})
        self._required = frozenset(key for key, bind in binds.items() if bind.required)
        self._fixed: dict[str, Any] = {key: value for key, value in given.items() if key not in self._required}
        self._processors: dict[str, Callable[[Any], Any]] = {
            key: processor
            for key, bind in binds.items()
            if (processor := bind.type.dialect_impl(_DIALECT).bind_processor(_DIALECT)) is not None
        }
        for key, processor in self._processors.items():
            if key in self._fixed:
                self._fixed[key] = processor(self._fixed[key])
        _catalogue[name] = self

    def parameters(self, given: Mapping[str, Any]) -> list[Any]:
        """Return what the driver gets for `given`, in order; TypeError when a parameter is missing or unknown."""
        if given.keys() != self._required:
            missing = self._required - given.keys()
            unknown = given.keys() - self._required - self._fixed.keys()
            if missing or unknown:
                told = [f"missing {', '.join(sorted(missing))}"] if missing else []
                told += [f"unknown {', '.join(sorted(unknown))}"] if unknown else []
                raise TypeError(f"statement {self.name}: parameters {'; '.join(told)}")
        parameters = {**self._fixed, **given}
        for key, processor in self._processors.items():
            if key in given:
                parameters[key] = processor(parameters[key])
        return [parameters[key] for key in self._order]

    def __repr__(self) -> str:
        return f"<Statement {self.name}>"


def _columns(name: str, sql: ClauseElement, row: type[Any] | None) -> list[str]:
    """List the columns of a statement's rows, in order."""
    if row is None:
        return []
    wanted = field_names(row)
    if isinstance(sql, sa.TextClause):  # PostgreSQL alone knows them: they come in the order of the fields
        return list(wanted or ("value",))
    columns = [column.name for column in getattr(sql, "exported_columns", ())]
    if wanted is None and len(columns) != 1:
        raise TypeError(f"statement {name}: one column is wanted for {row.__name__}, not {columns}")
    if wanted is not None and set(columns) != set(wanted):
        raise TypeError(f"statement {name}: columns {sorted(columns)} are not the fields of {row.__name__}")
    return columns
