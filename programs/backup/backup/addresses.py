"""Addresses of repositories for restic. A secret is in its environment, where no message repeats it."""

import functools
import re
import subprocess
from collections.abc import Mapping
from urllib.parse import quote

USER, PASSWORD = "RESTIC_REST_USERNAME", "RESTIC_REST_PASSWORD"
# The first version that reads a user and a password from its environment.
SINCE = (0, 16, 1)


def address_of(url: str, plain: Mapping[str, str], secrets: Mapping[str, str]) -> str:
    """Returns the address without any secret. An earlier restic finds the password of a REST server only in the
    address: there all special characters of it are escaped. The same is true for a place that names a secret in its
    address."""
    for key, value in secrets.items():
        url = url.replace("{" + key + "}", quote(value, safe=""))
    if PASSWORD not in secrets or version() >= SINCE:
        return url
    return url.replace("://", f"://{quote(plain[USER], safe='')}:{quote(secrets[PASSWORD], safe='')}@", 1)


@functools.cache
def version() -> tuple[int, ...]:
    said = subprocess.run(["restic", "version"], capture_output=True, encoding="utf-8", check=False).stdout
    found = re.match(r"restic (\d+)\.(\d+)\.(\d+)", said)
    return tuple(map(int, found.groups())) if found else SINCE
