"""The process that answers questions, `python -m matcher.service.http.child`; it never outlives the service."""

from collections.abc import Mapping

from matcher.service.jobs.child import Kind, main

NICER = 5
"""Steps of priority below the service; solves, which nobody waits for, come after."""


def load() -> Mapping[str, Kind]:
    """The kinds of questions, with the libraries that answer them."""
    from matcher.service.http.questions import KINDS

    return KINDS


if __name__ == "__main__":
    main(load, NICER)
