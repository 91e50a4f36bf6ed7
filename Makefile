# Everything you can do here: `make help`.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed
# Tests run side by side; many wait for a process that starts, so that three keep two cores busy.
JOBS   ?= 3
# Everything here starts many Pythons: without their bytecode each would compile all that it loads, once more.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help install demo serve test test-rooms check bench clean cluster-up cluster-down cluster-status

##@ Use
help: ## Show what you can do
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} /^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: install ## Do the whole main job and keep serving (ONCE=1: print the summary and stop; BACKEND=docker: in containers)
	@$(BIN)/proeftuin demo $(if $(ONCE),--once) $(if $(BACKEND),--backend $(BACKEND))

serve: install ## Run the platform until Ctrl-C
	@$(BIN)/proeftuin serve

##@ Work on it
install: $(STAMP) ## Make the virtual environment and install everything into it

$(STAMP): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "proeftuin needs Python 3.11 or newer; try: make PYTHON=python3.11 $(MAKECMDGOALS)"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing the pinned dependencies into $(VENV) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check $$(sed -n 's/^  "\(uv==[0-9.]*\)".*/\1/p' pyproject.toml)
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --editable '.[dev]'
	@touch $@

check: install ## Lint, types, layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	MYPYPATH=infra/cluster $(BIN)/mypy -p testcluster
	$(BIN)/lint-imports

test: install ## Run the tests (browser tests skip with a reason where there is no browser)
	$(BIN)/python -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder -m "not benchmark and not docker and not cluster"

# An image without a registry starts from this one; it is made once.
test-rooms: export PROEFTUIN_IMAGE_CACHE ?= $(CURDIR)/.proeftuin/images
test-rooms: install ## Run the tests that need a Docker engine or a Kubernetes; they start their own (root)
	infra/images/make-base
	$(BIN)/python infra/cluster build
	$(BIN)/python -m pytest -m "docker or cluster"

bench: install ## Measure, side by side with the peers
	@for script in tests/benchmarks/bench_*.py; do echo "== $$script"; $(BIN)/python $$script; done

clean: ## Remove what was built and the data of the demo
	rm -rf $(VENV) .proeftuin .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache node_modules dist

##@ A real Kubernetes for tests (root; infra/cluster/README.md)
cluster-up: install ## Build it once (minutes), start it, print its KUBECONFIG (NETWORK=bridge: without policy engine)
	@$(BIN)/python infra/cluster up $(NETWORK)

cluster-down: install ## Stop it and remove what it made (NETWORK=…: only that one)
	@$(BIN)/python infra/cluster down $(NETWORK)

cluster-status: install ## Tell what runs
	@$(BIN)/python infra/cluster status
