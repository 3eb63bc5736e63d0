# Targets for people; the work is in scripts/setup.py, which skips what is done and goes on where it was stopped.
.DEFAULT_GOAL := help
.PHONY: help setup run chat test test-models test-web lint lock

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null && echo $$p && break; done)
SETUP = $(if $(PYTHON),$(PYTHON),$(error Python 3.11, 3.12 or 3.13 is needed: apt-get install python3 python3-venv)) scripts/setup.py
BIN = .venv/bin
LOCK = $(BIN)/uv pip compile --universal --generate-hashes --no-emit-index-url --no-header --no-annotate --quiet

help: ## show this
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: ## packages, models, sample shop and knowledge index, ready to run
	@$(SETUP) run

run: setup ## all that, then the server; it prints the address of the chat page
	@exec $(BIN)/assistant serve

chat: setup ## all that, then a chat in the terminal
	@exec $(BIN)/assistant chat

test: ## the quick tests
	@$(SETUP) test
	@$(BIN)/pytest -q -n 2 --dist loadfile

test-models: ## the tests that need the real local language model (minutes)
	@$(SETUP) test-models
	@$(BIN)/pytest -q -m model

test-web: ## the widget and the pages in a real Chromium, with screenshots in .pytest_cache/web (WEB_SHOTS=folder)
	@$(SETUP) test
	@$(BIN)/pytest -q -m web --durations=5

lint: ## style, formatting and types
	@$(SETUP) lint
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy assistant scripts

lock: ## write the lock files anew from pyproject.toml (UPGRADE=--upgrade takes newer versions)
	@$(SETUP) lint
	@$(LOCK) $(UPGRADE) pyproject.toml -o requirements.lock
	@$(LOCK) $(UPGRADE) pyproject.toml --group dev -c requirements.lock -o requirements-dev.lock
	@$(LOCK) $(UPGRADE) --group pyproject.toml:build -o requirements-build.lock
