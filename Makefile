# Few verbs, each one line of work; what they do is written in tools/.
.DEFAULT_GOAL := help
.SUFFIXES:
PYTHON ?= python3
# What would make Python or pip look elsewhere than in this folder.
unexport PYTHONPATH PYTHONHOME PYTHONDONTWRITEBYTECODE PYTHONUNBUFFERED VIRTUAL_ENV
# Given to the tools as variables, so that no value is ever read by a shell.
export PERSONA ONLY
# Development is opt-in, and this is where it is chosen. Not on the lines below: with it there, a
# shell would stand between make and the program, and signals would end at the shell.
export RQ_ENV := development
READY := $(PYTHON) -m tools.environment
TOOLS := .venv/bin/python -m tools

.PHONY: run test check e2e bench format schema migration seed token lock help

run: ## start everything on one address (PORT, HOST, DATABASE_URL, REDIS_URL); Ctrl-C ends it
	@$(READY) local h5
	@$(TOOLS) run

test: ## all unit and integration tests, on a real PostgreSQL and a real Redis, and the client's
	@$(READY) dev client
	@$(TOOLS) test

check: ## style, types, floors, snapshots, committed text, the client's types
	@$(READY) dev client
	@$(TOOLS) check

e2e: ## journeys in a real browser at phone size (needs Chromium)
	@$(READY) dev h5
	@$(TOOLS) e2e

bench: ## measured figures against their bounds; ONLY=name for one of them
	@$(READY) dev
	@.venv/bin/python -m bench

format: ## put the Python sources into shape
	@$(READY) dev
	@$(TOOLS) format

schema: ## write schema/schema.graphql from the code
	@$(READY) local
	@$(TOOLS) schema

migration: ## write the migration that the models ask for
	@$(READY) local
	@$(TOOLS) migration

seed: ## fill the database with the demo story, once
	@$(READY) local
	@$(TOOLS) seed

token: ## print an access token for PERSONA= (development only), beside a running `make run`
	@$(READY) local
	@$(TOOLS) token

lock: ## write requirements*.txt from pyproject.toml
	@$(READY) local
	@$(TOOLS) lock

help: ## show this list
	@$(PYTHON) -c 'import re; [print("make %-10s %s" % m) for m in re.findall(r"^([a-z0-9]+):.*?## (.*)$$", open("Makefile").read(), re.M)]'
