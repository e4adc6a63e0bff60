"""Runs a function for each of several repositories, of which some may be down."""

import threading
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol, TypeVar

from .failure import Failure, Withheld
from .processes import GRACE_SECONDS, end_all


class Named(Protocol):
    """A repository, as far as messages name it."""

    name: str


P = TypeVar("P", bound=Named)
T = TypeVar("T")
# The result in a list, or the problem and its kind.
Attempt = tuple[list[T], str | None, type[BaseException] | None]


def for_each(places: Iterable[P], action: Callable[[P], T]) -> list[T]:
    """Runs a function for every one: a place that is down must not stop the others."""
    return results_of([attempted(place, action) for place in places])


def side_by_side(places: Sequence[P], action: Callable[[P], T]) -> list[T]:
    """Runs a function for all at once: a slow place must not delay the others."""
    ended: dict[str, Attempt[T]] = {}
    threads = [
        threading.Thread(target=lambda one=place: ended.update({one.name: attempted(one, action)}), daemon=True) for place in places
    ]
    for thread in threads:
        thread.start()
    try:
        for thread in threads:
            thread.join()
    except BaseException:
        end_all()
        for thread in threads:
            thread.join(GRACE_SECONDS)
        raise
    return results_of([ended[place.name] for place in places])


def attempted(place: P, action: Callable[[P], T]) -> Attempt[T]:
    """Returns the result, and the problem."""
    try:
        return [action(place)], None, None
    except Failure as failure:
        return [], f"repository {place.name}: {failure}", type(failure)
    except Exception as error:  # pylint: disable=broad-except; unforeseen is a failure like any other
        return [], f"repository {place.name}: {type(error).__name__}: {error}", type(error)


def results_of(attempts: Sequence[Attempt[T]]) -> list[T]:
    problems = [problem for _, problem, _ in attempts if problem is not None]
    if problems:
        kinds = {kind for _, problem, kind in attempts if problem is not None}
        raise (Withheld if kinds == {Withheld} else Failure)("; ".join(problems))
    return [result for results, _, _ in attempts for result in results]
