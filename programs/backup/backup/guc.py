"""Settings as a server stores them for its roles and databases: name=value, where a value may be a list of names."""

from collections.abc import Iterable

from .facts import Facts

# As in pg_dump: a value of one of these is a list of names, each quoted if necessary.
LISTS = {
    "local_preload_libraries",
    "search_path",
    "session_preload_libraries",
    "shared_preload_libraries",
    "temp_tablespaces",
    "unix_socket_directories",
}


def assignments(kept: Iterable[Facts]) -> list[Facts]:
    """Returns the settings of each role: the name, and the values for the statement."""
    return [{"role": one["role"], **assignment(setting)} for one in kept for setting in one["settings"]]


def assignment(setting: str) -> Facts:
    name, value = setting.split("=", 1)
    return {"name": name, "values": split(value) if name.lower() in LISTS else [value]}


def split(value: str) -> list[str]:
    """Returns the names of a list, without their quotes."""
    names, at = [], 0
    while at < len(value):
        if value[at] == '"':
            name, at = quoted(value, at + 1)
        else:
            end = value.find(",", at)
            end = len(value) if end < 0 else end
            name, at = value[at:end].strip(), end
        names.append(name)
        while at < len(value) and value[at] in ", \t\n":
            at += 1
    return names or [""]


def quoted(value: str, at: int) -> tuple[str, int]:
    """Returns a name up to its closing quote, and its end; a quote in it is doubled."""
    name = ""
    while at < len(value):
        if value[at] == '"':
            if value[at + 1 : at + 2] != '"':
                return name, at + 1
            at += 1
        name += value[at]
        at += 1
    return name, at
