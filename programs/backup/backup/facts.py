"""Types of JSON documents of which this program knows the parts that it reads."""

from typing import Any

# A JSON object.
Facts = dict[str, Any]
# Schema and name of a table.
Table = tuple[str, str]
