"""Addresses of repositories as restic gets them. A secret is in its environment, where no message repeats it."""

import functools
import re
import subprocess
from urllib.parse import quote

USER, PASSWORD = "RESTIC_REST_USERNAME", "RESTIC_REST_PASSWORD"
# The first version that takes a user and a password from its environment.
SINCE = (0, 16, 1)


def address_of(url, plain, secrets):
    """
    The address without any secret. An earlier restic finds the password of a REST server in the address alone: there it
    stands with all signs escaped that would have a meaning. The same goes for a place that names a secret in its address.
    """
    for key, value in secrets.items():
        url = url.replace("{" + key + "}", quote(value, safe=""))
    if PASSWORD not in secrets or version() >= SINCE:
        return url
    return url.replace("://", f"://{quote(plain[USER], safe='')}:{quote(secrets[PASSWORD], safe='')}@", 1)


@functools.cache
def version():
    said = subprocess.run(["restic", "version"], capture_output=True, encoding="utf-8", check=False).stdout
    found = re.match(r"restic (\d+)\.(\d+)\.(\d+)", said)
    return tuple(map(int, found.groups())) if found else SINCE
