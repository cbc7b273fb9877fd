# The words of daily life; CONTRIBUTING.md explains them. What a word needs is set up when it is missing.

VENV := .venv
PYTHON := $(VENV)/bin/python
SYSTEM_PYTHON ?= python3
PIP := $(PYTHON) -m pip --disable-pip-version-check install --quiet
TEMPLATES := find survey_project surveys reports -name '*.html' -print0 | xargs -0
export PYTHONUNBUFFERED := 1
ROUNDS ?= 10
KILLS ?= 200

.PHONY: help setup run test check bench endure stop format
.DEFAULT_GOAL := help

help:  ## what can be said here
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/^([a-z]+):[^#]*## /make \1\t/' | expand -t 14

setup: $(VENV)/.ready-dev  ## environment and tools

run: $(VENV)/.ready  ## the whole platform in the foreground; PORT= changes the port
	@exec $(PYTHON) -m survey_project.run --with-parent

test: $(VENV)/.ready-dev  ## all tests; t=reports/estimation for a part
	@exec $(PYTHON) -m pytest $(if $(t),$(or $(wildcard tests/$(t) tests/$(t).py),$(t)))

check: $(VENV)/.ready-dev  ## format, lint, types, import rules, migrations, templates, tests: what CI runs
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m ruff check .
	$(PYTHON) -m mypy
	$(VENV)/bin/lint-imports
	$(PYTHON) manage.py makemigrations --check --dry-run
	$(TEMPLATES) $(VENV)/bin/djade --target-version 5.2 --check
	$(MAKE) --no-print-directory test

bench: $(VENV)/.ready-dev  ## the benchmarks, as ratios
	@exec $(PYTHON) -m benchmarks

endure: $(VENV)/.ready-dev  ## races, linking and chaos at full length, then the tests that kill processes, ROUNDS= times
	ENDURE=1 $(PYTHON) -m pytest -n 0 -q -s tests/house/test_races.py tests/house/test_linking.py
	$(PYTHON) -m benchmarks.chaos --kills $(KILLS) --fewest 5000
	@for round in $$(seq $(ROUNDS)); do \
	  echo "round $$round of $(ROUNDS)"; \
	  $(PYTHON) -m pytest -n 0 -q tests/house/test_embedded_services.py tests/house/test_supervisor.py \
	    tests/house/test_recovery.py tests/house/test_faults.py tests/house/test_journey.py || exit 1; \
	done

stop:  ## stop anything a killed `make run` left behind
	@if [ -x $(PYTHON) ]; then $(PYTHON) -m survey_project.embedded stop; else echo "Nothing is set up, so nothing runs."; fi

format: $(VENV)/.ready-dev  ## put code and templates in order
	$(PYTHON) -m ruff check --fix-only .
	$(PYTHON) -m ruff format .
	-$(TEMPLATES) $(VENV)/bin/djade --target-version 5.2

$(PYTHON):
	@$(SYSTEM_PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Minping needs Python 3.11 or newer, and $(SYSTEM_PYTHON) is older or missing. Name another one: make run SYSTEM_PYTHON=python3.12" >&2; exit 1; }
	@echo "Making the environment in $(VENV) …"
	@$(SYSTEM_PYTHON) -m venv $(VENV) || { \
	  rm -rf $(VENV); echo "Python's venv module is missing. On Debian: apt install python3-venv" >&2; exit 1; }

$(VENV)/.ready: requirements.txt | $(PYTHON)
	@echo "Installing what the platform runs on (the first time takes a minute or two) …"
	@$(PIP) -r requirements.txt
	@touch $@

$(VENV)/.ready-dev: requirements-dev.txt $(VENV)/.ready
	@echo "Installing what checks and tests need …"
	@$(PIP) -r requirements-dev.txt
	@touch $@
