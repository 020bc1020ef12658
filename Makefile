# Two commands do all the set-up: `make report` and `make test`.
PYTHON ?= python3
LOGS   ?= sample_logs
OUT    ?= report
SECONDS ?= 60
PHONES  ?= 1000
SEED    ?= 1
VENV   := .venv
BIN    := $(VENV)/bin

.PHONY: help report test check fuzz bench-truth format lock clean
help:  ## what can be made
	@grep -E '^[a-z-]+:.*##' Makefile | sed 's/:.*##/\t/'

report: $(VENV)/run  ## analyze LOGS (default sample_logs) and print the report
	@$(BIN)/sms-analyzer report $(LOGS) --save $(OUT)
	@echo; echo "Open $(OUT)/report.html in a browser; also: $(OUT)/report.txt  $(OUT)/report.json  $(OUT)/tables/"

test: $(VENV)/check  ## run all tests
	$(BIN)/python -m pytest -n 2

check: $(VENV)/check  ## format, lint, types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

fuzz: $(VENV)/fuzz  ## fuzz every reader, SECONDS each (default 60)
	$(BIN)/python fuzz/readers.py --all $(SECONDS)

bench-truth: $(VENV)/run  ## how often the analysis is right, over PHONES simulated phones
	$(BIN)/python bench/truth.py --phones $(PHONES) --seed $(SEED)

format: $(VENV)/check  ## put the code in its form
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock:  ## pin the versions anew (needs uv on the path)
	uv pip compile -q --universal --no-annotate --no-header pyproject.toml -o requirements/run.txt
	uv pip compile -q --universal --no-annotate --no-header pyproject.toml --extra check -o requirements/check.txt
	uv pip compile -q --universal --no-annotate --no-header pyproject.toml --extra fuzz -o requirements/fuzz.txt

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/run: requirements/run.txt pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements/run.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $@

$(VENV)/check: requirements/check.txt $(VENV)/run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements/check.txt
	@touch $@

$(VENV)/fuzz: requirements/fuzz.txt $(VENV)/check
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements/fuzz.txt
	@touch $@

clean:  ## remove what was made
	rm -rf $(VENV) $(OUT) .pytest_cache .mypy_cache .ruff_cache
