# Two commands do all the set-up: `make report` and `make test`.
PYTHON ?= python3
LOGS   ?= sample_logs
OUT    ?= report
SECONDS ?= 60
MESSAGES ?= 20000 200000
PHONES ?= 1000
SEED   ?= 1
BODIES ?= 100000 1000000
VENV   := .venv
BIN    := $(VENV)/bin
PEERS  := .venv-peers
MOTO   := .venv-moto

.PHONY: help report test check fuzz format lock clean
.PHONY: bench bench-one-phone bench-store bench-object-storage bench-truth bench-recognize bench-recognize-speed
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

bench: $(VENV)/check  ## reading, stages and commands beside other programs, MESSAGES messages
	$(PYTHON) -m venv $(PEERS)
	-$(PEERS)/bin/python -m pip install --quiet --disable-pip-version-check -r bench/peers.txt
	$(BIN)/python bench/compare.py --peers $(PEERS)/bin/python $(MESSAGES)

fuzz: $(VENV)/fuzz  ## fuzz every reader, SECONDS each (default 60)
	$(BIN)/python fuzz/readers.py --all $(SECONDS)

bench-one-phone: $(VENV)/run  ## one phone exported three times: rows lost, twice, filled
	$(BIN)/python bench/one_phone.py

bench-store: $(VENV)/check  ## the store: memory, bytes of one day, killed imports, workers
	$(BIN)/python bench/store.py --workers

bench-object-storage: $(VENV)/check  ## the store on an S3 server of this machine: what holds there
	$(PYTHON) -m venv $(MOTO)
	$(MOTO)/bin/python -m pip install --quiet --disable-pip-version-check 'moto[server,s3]==5.2.5'
	$(BIN)/python bench/object_storage.py --server $(MOTO)/bin/moto_server

bench-truth: $(VENV)/run  ## how often the analysis is right, over PHONES simulated phones
	$(BIN)/python bench/truth.py --phones $(PHONES) --seed $(SEED)

bench-recognize: $(VENV)/run  ## recognition on the labelled messages of folder OTP, beside other detectors
	@test -n "$(OTP)" || { echo "Name the folder of labelled messages: make bench-recognize OTP=FOLDER"; exit 2; }
	@$(BIN)/python -m analyzer.recognize.evaluate $(OTP)

bench-recognize-speed: $(VENV)/run  ## recognition against a loop of fifteen expressions, BODIES of each kind
	$(BIN)/python bench/recognizing.py $(BODIES)

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
	rm -rf $(VENV) $(PEERS) $(MOTO) $(OUT) .pytest_cache .mypy_cache .ruff_cache
