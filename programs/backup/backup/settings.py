"""The settings file `backup.json`: its types, and a check of a file against them. The page of the program has the
table."""

import typing
from typing import Any, Literal, NotRequired, TypedDict

from .failure import Failure


class Schedule(TypedDict):
    minutes: list[int]
    hours: list[int]
    days: list[int]
    months: list[int]
    weekdays: list[int]
    timeZone: str


class Job(TypedDict):
    schedule: Schedule
    timeLimit: int
    after: NotRequired[str]


class OwnFile(TypedDict):
    text: NotRequired[str]
    secret: NotRequired[str]


class Repository(TypedDict):
    name: str
    url: str
    password: str
    secrets: dict[str, str]
    environment: NotRequired[dict[str, str]]
    files: NotRequired[dict[str, OwnFile]]
    options: list[str]
    retention: list[str]


class Postgres(TypedDict):
    socket: str
    user: str
    databases: NotRequired[list[str]]
    slot: NotRequired[str]


class Quiesce(TypedDict):
    kind: Literal["stop", "command"]
    directory: str
    names: list[str]
    timeLimit: int


class Volume(TypedDict):
    source: str
    quiesce: NotRequired[Quiesce]


class Assertion(TypedDict):
    database: str
    sql: str


class Drill(TypedDict):
    leastTables: NotRequired[int]
    assertions: NotRequired[list[Assertion]]
    leastFiles: NotRequired[int]
    sqlite: NotRequired[list[str]]


Email = TypedDict(
    "Email",
    {
        "from": str,
        "to": list[str],
        "server": str,
        "port": int,
        "tls": Literal["starttls", "implicit", "none"],
        "user": NotRequired[str],
        "password": NotRequired[str],
    },
)


class Settings(TypedDict):
    host: str
    jobs: dict[str, Job]
    postgres: NotRequired[Postgres]
    volume: NotRequired[Volume]
    repositories: list[Repository]
    drill: Drill
    webhook: NotRequired[str]
    email: NotRequired[Email]


def checked(document: Any, source: str) -> Settings:
    """Returns a document as settings. Refuses it at its first key that is missing, unknown or of another type: then
    the program and the synthesis are of different versions."""
    problem = problem_of(document, Settings, "")
    if problem is not None:
        raise Failure(f"{source}: {problem}; deploy again, so that the file and the program are of one version")
    return typing.cast(Settings, document)


def problem_of(value: Any, kind: Any, path: str) -> str | None:
    """Returns the first problem of a value and its parts."""
    if typing.is_typeddict(kind):
        return problem_of_record(value, kind, path)
    origin, parts = typing.get_origin(kind), typing.get_args(kind)
    if origin is list and isinstance(value, list):
        return first(problem_of(one, parts[0], f"{path}[{at}]") for at, one in enumerate(value))
    if origin is dict and isinstance(value, dict):
        return first(problem_of(one, parts[1], joined(path, key)) for key, one in value.items())
    if origin is Literal:
        return None if value in parts else f"{path} must be one of {', '.join(parts)}, got {value!r}"
    # True is an int of Python.
    is_fitting = isinstance(value, origin or kind) and not isinstance(value, bool)
    return None if is_fitting else f"{path} must be {NAMES[origin or kind]}, got {value!r}"


def problem_of_record(value: Any, kind: Any, path: str) -> str | None:
    if not isinstance(value, dict):
        return f"{path or 'it'} must be an object, got {value!r}"
    hints = typing.get_type_hints(kind)
    missing = [key for key in sorted(kind.__required_keys__) if key not in value]
    if missing:
        return f"{joined(path, missing[0])} is missing"
    unknown = [key for key in value if key not in hints]
    if unknown:
        return f"{joined(path, unknown[0])} is not a key of this version"
    return first(problem_of(one, hints[key], joined(path, key)) for key, one in value.items())


def first(problems: typing.Iterable[str | None]) -> str | None:
    return next((one for one in problems if one is not None), None)


def joined(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


NAMES: dict[type, str] = {str: "text", int: "a whole number", list: "a list", dict: "an object"}
