"""The data layer: SQLAlchemy Core writes the statements, one psycopg pool runs them.

`Database` lends a `Connection`, which runs a `Statement`. Unavailable, Retry and Conflict are the errors to expect.
Nothing above this package sees psycopg.
"""

from raidbot.kernel.database.connection import Connection
from raidbot.kernel.database.embedded import EmbeddedError, EmbeddedPostgres
from raidbot.kernel.database.errors import Conflict, NotOneRow, Retry, StatementError
from raidbot.kernel.database.gather import Gather
from raidbot.kernel.database.migrations import MigrationError, SchemaMismatch, check, migrate
from raidbot.kernel.database.pool import Database
from raidbot.kernel.database.records import records
from raidbot.kernel.database.schema import metadata
from raidbot.kernel.database.statements import Statement, catalogue
from raidbot.kernel.database.toggles import Toggle
from raidbot.kernel.errors import Unavailable

__all__ = [
    "Conflict",
    "Connection",
    "Database",
    "EmbeddedError",
    "EmbeddedPostgres",
    "Gather",
    "MigrationError",
    "NotOneRow",
    "Retry",
    "SchemaMismatch",
    "Statement",
    "StatementError",
    "Toggle",
    "Unavailable",
    "catalogue",
    "check",
    "metadata",
    "migrate",
    "records",
]
