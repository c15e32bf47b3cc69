"""Celery over Redis, told to lose nothing when a worker dies: it acknowledges late."""

import os
import sys

from celery import Celery

from bench.peer_work import send

app = Celery("peer", broker=os.environ["PEER_REDIS"])
app.conf.update(task_acks_late=True, task_ignore_result=True, worker_prefetch_multiplier=16)


@app.task
def message(id: int) -> None:
    send(id)


if __name__ == "__main__":
    for number in range(1, int(sys.argv[1]) + 1):
        app.send_task("bench.peer_celery.message", [number])
