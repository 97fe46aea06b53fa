"""The one MetaData that every feature's `tables.py` registers its tables with."""

from sqlalchemy import MetaData

metadata = MetaData()
