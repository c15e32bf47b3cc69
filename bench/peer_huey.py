"""Huey over a SQLite file."""

import os
import sys

from huey import SqliteHuey

from bench.peer_work import send

huey = SqliteHuey(filename=os.environ["PEER_QUEUE"], results=False, fsync=True)


@huey.task()
def message(id: int) -> None:
    send(id)


if __name__ == "__main__":
    from bench.peer_huey import message as registered

    for number in range(1, int(sys.argv[1]) + 1):
        registered(number)
