# Askwell. Every target does its own set-up; `make help` lists them.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --constraint constraints.txt
# On all cores, which pip does on one. Some packages bring files of another Python that nobody imports.
COMPILE := $(BIN)/python -m compileall -qq -j 0 .venv/lib || true
# .env is read by settings.py alone: honcho would read other values out of it. And it would kill after 5 seconds an engine
# that still waits for a provider's answer (connectors/http.py: 40 seconds at most).
# A terminal that is closed is another Ctrl-C (unless nohup said otherwise), after which nobody reads what is printed. Of
# itself honcho says nothing: it would from within a signal, and one that came while it printed left all running for ever.
HONCHO := import os, signal; from honcho import command, manager; manager.KILL_WAIT = 60; \
  manager.Manager._system_print = lambda *_: None; \
  quiet = lambda: [os.dup2(os.open(os.devnull, os.O_WRONLY), out) for out in (1, 2)]; \
  closed = lambda *_: (quiet(), os.kill(os.getpid(), signal.SIGTERM)); \
  signal.getsignal(signal.SIGHUP) or signal.signal(signal.SIGHUP, closed); command.main()
START := $(BIN)/python -c '$(HONCHO)' -e /dev/null start
export DEMO_DATABASE ?= data/demo.duckdb

.PHONY: help demo run test check bench bench-peers setup setup-dev clean

help:            ## this list
	@grep -E '^[a-z-]+: .*##|^[a-z-]+:  *##' Makefile | sed -E 's/:.*## /\t/' | expand -t 12

demo: setup      ## a demo workspace at http://127.0.0.1:8501, nothing leaves the machine (Ctrl-C stops it)
	@DATABASE=$(DEMO_DATABASE) $(BIN)/python -m data.demo
	@DATABASE=$(DEMO_DATABASE) SMS_PROVIDER=sandbox WHATSAPP_PROVIDER=sandbox EMAIL_PROVIDER=sandbox $(START)

run: setup       ## your own workspace, empty at first
	@$(START)

test: setup-dev check  ## everything: checks, both stores, engine, console in a real browser
	@$(BIN)/python -m pytest -n 2 --dist worksteal

check: setup-dev ## formatting, lint, types, import rules
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/pyright --warnings
	@$(BIN)/lint-imports

bench: setup-dev ## the measuring sticks; each prints a table
	@for stick in store rest dispatch hooks console policy providers; do $(BIN)/python -m bench.$$stick || exit 1; done

bench-peers: setup-dev ## the same work by Celery, Huey and a plain loop (needs redis-server, installs it where it can)
	@command -v redis-server >/dev/null || ./.ci/apt redis-server
	@test -d .venv-peers || $(PYTHON) -m venv .venv-peers
	@.venv-peers/bin/python -m pip install --quiet --disable-pip-version-check -r requirements-peers.txt
	@PEERS_PYTHON=.venv-peers/bin/python $(BIN)/python -m bench.peers

setup: .venv/.run
setup-dev: .venv/.dev

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Askwell needs Python 3.11 or newer; name one with 'make PYTHON=/path/to/python3.11 ...'"; exit 1; }
	@$(PYTHON) -m venv .venv || { rm -rf .venv; ./.ci/apt python3-venv && $(PYTHON) -m venv .venv; } || \
	  { rm -rf .venv; echo "Python's venv module is missing; on Debian: apt install python3-venv"; exit 1; }

.venv/.run: requirements.txt constraints.txt | .venv/bin/python
	@echo "Installing what Askwell needs into .venv (about a minute, once)"
	@$(PIP) -r requirements.txt
	@$(COMPILE)
	@touch $@

.venv/.dev: requirements-dev.txt requirements.txt constraints.txt | .venv/bin/python
	@echo "Installing what Askwell and its development need into .venv (about a minute, once)"
	@$(PIP) -r requirements-dev.txt
	@$(COMPILE)
	@./.ci/chromium
	@touch .venv/.run $@

clean:           ## remove the virtual environment and caches, never data
	@rm -rf .venv .pytest_cache .ruff_cache .hypothesis .import_linter_cache
