"""What the Makefile's own words start: with a `.env` beside it that belongs to a workspace in use."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time

import pytest

from connectors.http import timeouts
from settings import ROOT

ENV = """DATABASE=data/real.duckdb
SMS_PROVIDER=twilio
BUSINESS_NAME=Joe's Plumbing # and sons
"""


def started(folder, target):
    """What the processes of the Procfile find in their environment."""
    (folder / ".env").write_text(ENV)
    show = (
        "import os\nfor name in ('DATABASE', 'SMS_PROVIDER', 'BUSINESS_NAME'):\n"
        "    print(f'<{name} {os.environ.get(name)}>', flush=True)"
    )
    made = make(folder, target, show)
    said, _ = made.communicate(timeout=60)
    return said


def make(folder, target, engine):
    """The Makefile at work in a folder where `engine` is all that the Procfile names."""
    (folder / "Procfile").write_text(f"engine: exec {sys.executable} engine.py\n")
    (folder / "engine.py").write_text(engine)
    (folder / "data").mkdir()
    (folder / "data" / "demo.py").write_text("")
    (folder / ".venv").symlink_to(ROOT / ".venv")
    shutil.copy(ROOT / "Makefile", folder)
    own = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME")}
    return subprocess.Popen(
        ["make", "--old-file=setup", target],
        cwd=folder, env=own, text=True, start_new_session=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("demo", ("<DATABASE data/demo.duckdb>", "<SMS_PROVIDER sandbox>", "<BUSINESS_NAME None>")),
        ("run", ("<DATABASE None>", "<SMS_PROVIDER None>", "<BUSINESS_NAME None>")),
    ],
)
def test_the_env_file_is_read_by_the_settings_alone_and_not_at_all_for_where_the_demo_sends(tmp_path, target, expected):
    said = started(tmp_path, target)
    assert [one for one in expected if one not in said] == [], said


def test_an_engine_has_time_to_hear_its_slowest_provider_before_it_is_killed():
    (given,) = re.findall(r"KILL_WAIT = (\d+)", (ROOT / "Makefile").read_text())
    slowest = timeouts().total
    assert slowest
    assert int(given) >= slowest + 10


WORKING = """
import signal, time
told = []
signal.signal(signal.SIGTERM, lambda *_: told.append("end"))
print("at work", flush=True)
while not told:
    time.sleep(0.0005)  # so that the signal comes while something is printed
    print("still at work", flush=True)
print("ending", flush=True)
open("ended", "w").close()
"""


def test_a_terminal_that_is_closed_leaves_nobody_behind(tmp_path):
    made = make(tmp_path, "run", WORKING)
    assert made.stdout
    while "at work" not in made.stdout.readline():
        assert made.poll() is None
    os.killpg(made.pid, signal.SIGHUP)
    made.stdout.close()
    made.wait(30)
    end = time.monotonic() + 30
    while not (tmp_path / "ended").exists():
        assert time.monotonic() < end, "its engine was left behind"
        time.sleep(0.05)
