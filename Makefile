# Doseledger: two commands do everything. Both set up what is missing, and repeat fast.
#
#   make demo     set up, run the clinic day, leave the server running at http://127.0.0.1:8000
#   make test     set up (Chromium and PostgreSQL too) and run every test
#   make check    format, lint, types, layers, generated files
#   make bench    figures, each as a ratio against a floor or peer of the same run
#   make simulate SEEDS=n FIRST_SEED=k

SHELL := /bin/bash
.DELETE_ON_ERROR:
.PHONY: help demo serve test test-python test-web check bench simulate screens format lock wheel setup web browser postgres generate clean

PY := .venv/bin/python
NPM := npm --prefix web
READY := .venv/.ready
WEB_SOURCES := $(shell find web -path web/node_modules -prune -o -type f -print 2>/dev/null) \
               $(shell find projections/law/rulesets projections/law/data -type f 2>/dev/null)
SEEDS ?= 200
FIRST_SEED ?= 1

help:
	@sed -n 's/^#   //p' Makefile

setup: $(READY) web

$(READY): requirements.lock pyproject.toml .ci/python
	@.ci/python

web/node_modules/.ready: web/package-lock.json
	@.ci/node
	@echo "== web: installing packages"
	@.ci/web-packages
	@touch $@

# The service worker is written last: a build cut off lacks it.
server/web_dist/sw.js: web/node_modules/.ready $(WEB_SOURCES)
	@echo "== web: building"
	@$(NPM) run --silent build
	@touch $@

web: server/web_dist/sw.js

browser: $(READY)
	@.ci/chromium

postgres:
	@.ci/postgres

demo: setup
	@.venv/bin/doseledger demo

serve: setup
	@.venv/bin/doseledger serve

test: test-python test-web

test-python: setup browser postgres
	@echo "== tests: Python, with real servers and a real browser"
	@.ci/tests

test-web: web/node_modules/.ready
	@echo "== tests: TypeScript"
	@$(NPM) run --silent test

check: $(READY) web/node_modules/.ready
	@echo "== check: format and lint"
	@.venv/bin/ruff format --check --quiet . || (echo "run: make format"; exit 1)
	@.venv/bin/ruff check --quiet .
	@echo "== check: types"
	@.venv/bin/mypy
	@echo "== check: layers"
	@.venv/bin/lint-imports --no-cache | tail -n 3
	@echo "== check: generated files and lock files"
	@$(PY) -m docs.generate --check
	@.ci/locks
	@echo "== check: web"
	@$(NPM) run --silent check

format: $(READY) web/node_modules/.ready
	@.venv/bin/ruff format --quiet .
	@.venv/bin/ruff check --quiet --fix .
	@$(NPM) run --silent format

generate: $(READY)
	@$(PY) -m docs.generate

bench: setup
	@for program in bench/[a-z]*.py; do \
	    case $$program in bench/measure.py) continue;; esac; \
	    echo "== $$program"; $(PY) -m bench.$$(basename $$program .py) || exit 1; \
	done

simulate: $(READY)
	@$(PY) -m tests.simulation --seeds $(SEEDS) --first-seed $(FIRST_SEED)

screens: setup browser
	@$(PY) -m tests.browser.screens var/screens

wheel: setup
	@$(PY) -m build --wheel --no-isolation --outdir dist .

lock: $(READY)
	@.ci/lock

clean:
	rm -rf .venv web/node_modules server/web_dist dist
