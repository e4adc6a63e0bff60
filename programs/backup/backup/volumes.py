"""Volumes: copied while no program writes, saved and published; and restored."""

import os
import pathlib
import time
from collections.abc import Iterable, Sequence

from . import configuration, files, proof, quiesce, repository
from .facts import Facts
from .failure import Failure
from .processes import Deadline, run
from .repository import Repository
from .settings import Settings, Volume
from .several import side_by_side

FILES = "files"
# Tag of an incomplete backup, which is never restored.
DRAFT = "files-draft"
ATTEMPTS = 3
# restic's message for a snapshot in which something is missing.
INCOMPLETE = "ended with 3:"


def take(settings: Settings, deadline: Deadline) -> Facts:
    """Copies the volume at a moment in which it does not change, and publishes the copy to every repository."""
    directory = configuration.SPOOL / FILES
    volume = settings["volume"]
    files.remove(directory)
    directory.mkdir(parents=True)
    try:
        facts, paths = (copy if "quiesce" in volume else as_found)(volume, directory, deadline)
        published = side_by_side(repository.of(settings), lambda place: publish(place, paths, deadline))
    finally:
        files.remove(directory)
    return {**published[0], **facts, "stored": sum(one["stored"] for one in published)}


def copy(volume: Volume, directory: pathlib.Path, deadline: Deadline) -> tuple[Facts, list[pathlib.Path]]:
    """Copies to this machine's disk, so that the writers pause only for that long."""
    data = directory / files.DATA
    with quiesce.asked(volume["quiesce"], deadline) as limit:
        started = time.monotonic()
        run(["cp", "--archive", "--reflink=auto", "--no-target-directory", volume["source"], str(data)], limit)
        seconds = round(time.monotonic() - started, 3)
    count, size = files.write_manifest(directory)
    if count == 0 and volume["quiesce"]["kind"] == "command":
        raise Failure(f"the command wrote nothing into {volume['source']}; its log may say why")
    return {"files": count, "bytes": size, "copy": seconds}, [directory]


def as_found(volume: Volume, directory: pathlib.Path, _: Deadline) -> tuple[Facts, list[pathlib.Path]]:
    """Saves the volume in place, although programs may write to it."""
    files.note_source(directory, volume["source"])
    return {}, [directory, pathlib.Path(volume["source"])]


def publish(place: Repository, paths: Sequence[pathlib.Path], deadline: Deadline) -> Facts:
    """Publishes a snapshot as a backup only when all of it was read."""
    with place.opened(deadline):
        forget_drafts(place, deadline)
        summary = save(place, paths, deadline)
        place.restic(["tag", "--set", FILES, summary["snapshot_id"]], deadline)
        place.forget(FILES, place.retention, tagged(place, summary["snapshot_id"], deadline), deadline)
        processed = {"files": summary["total_files_processed"], "bytes": summary["total_bytes_processed"]}
        return {**processed, "stored": place.size(deadline)}


def tagged(place: Repository, draft: str, deadline: Deadline) -> str:
    """Changes the tag. That makes another snapshot of a draft, which some versions of restic name by a part of its
    id."""
    for one in place.snapshots(FILES, deadline):
        if (one.get("original") or "").startswith(draft):
            return str(one["id"])
    raise Failure(f"does not list the backup {draft} that it just got, so nothing is forgotten; look at it with `check`")


def save(place: Repository, paths: Sequence[pathlib.Path], deadline: Deadline) -> Facts:
    """Saves files. Without a pause of the writers, files may vanish while they are read; then it is tried again."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return place.save(paths, DRAFT, deadline)
        except Failure as failure:
            if INCOMPLETE not in str(failure) or attempt == ATTEMPTS:
                raise
    raise AssertionError("one attempt was the last")


def forget_drafts(place: Repository, deadline: Deadline) -> None:
    drafts = [one["id"] for one in place.snapshots(DRAFT, deadline)]
    if drafts:
        place.restic(["forget", "--quiet", *drafts], deadline)


def prove(settings: Settings, deadline: Deadline) -> Facts:
    """Fetches the newest backup of each repository and examines it in a container without a network."""
    return proof.prove(settings, FILES, fetch_readable, "the backup of {time}", deadline)


def fetch_readable(place: Repository, snapshot: str, target: pathlib.Path, deadline: Deadline) -> None:
    """Fetches a backup with open modes: the saved modes would keep the examining user out."""
    fetch(place, snapshot, target, deadline)
    files.check_rights(target)
    files.open_up(target)


def fetch(place: Repository, snapshot: str, target: pathlib.Path, deadline: Deadline) -> None:
    """Fetches a snapshot as a directory with the data and their manifest, and checks every byte."""
    draft = target.with_name(f".{target.name}.all")
    files.remove(draft)
    try:
        place.fetch(snapshot, pathlib.Path("/"), draft, FILES, deadline)
        found = draft / (configuration.SPOOL / FILES).relative_to("/")
        source = files.noted_source(found)
        if source is not None:
            os.rename(draft / source.lstrip("/"), found / files.DATA)
        os.rename(found, target)
    finally:
        files.remove(draft)


def listed(place: Repository, deadline: Deadline) -> list[Facts]:
    """Returns the restorable backups of a repository, oldest first."""
    return [
        {"repository": place.name, "kind": FILES, "id": one["short_id"], "time": one["time"], "bytes": repository.stated_size(one)}
        for one in place.snapshots(FILES, deadline)
    ]
