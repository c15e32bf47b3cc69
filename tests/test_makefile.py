"""What the Makefile's own words start: with a `.env` beside it that belongs to a workspace in use."""

import os
import re
import shutil
import subprocess
import sys

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
    (folder / "Procfile").write_text(f"engine: {sys.executable} show.py\n")
    (folder / "show.py").write_text(
        "import os\nfor name in ('DATABASE', 'SMS_PROVIDER', 'BUSINESS_NAME'):\n"
        "    print(f'<{name} {os.environ.get(name)}>', flush=True)"
    )
    (folder / "data").mkdir()
    (folder / "data" / "demo.py").write_text("")
    (folder / ".venv").symlink_to(ROOT / ".venv")
    shutil.copy(ROOT / "Makefile", folder)
    own = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME")}
    done = subprocess.run(
        ["make", "--old-file=setup", target], cwd=folder, env=own, capture_output=True, text=True, timeout=60
    )
    return done.stdout + done.stderr


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
