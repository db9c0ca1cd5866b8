PY ?= python3
V  := .venv
B  := $(V)/bin

.PHONY: help setup demo test test-random test-slow bench lint format docs app clean

help:
	@echo "make demo         set everything up and plan the two sample accounts"
	@echo "make test         set everything up and run the tests, in two processes"
	@echo "make test-random  the property tests on new random examples"
	@echo "make test-slow    the tests that take minutes"
	@echo "make bench        measure speed, memory and solution quality; prints a table"
	@echo "make app          open the planner in a browser"
	@echo "make lint         style, types and import contracts"

# Installs the extras named in $(1). uv makes it quick; plain pip does the same where uv cannot be had.
define install
test -x $(B)/python || $(PY) -m venv $(V)
( $(B)/python -m pip install -q --disable-pip-version-check uv && \
  $(B)/uv pip install -q --python $(B)/python -c constraints.txt -e ".[$(1)]" ) || \
  $(B)/python -m pip install -q --disable-pip-version-check -c constraints.txt -e ".[$(1)]"
endef

setup: $(V)/.ready
$(V)/.ready: pyproject.toml constraints.txt
	$(call install,ui$(comma)demo)
	@touch $@

$(V)/.ready-dev: pyproject.toml constraints.txt
	$(call install,ui$(comma)demo$(comma)dev)
	@touch $@ $(V)/.ready

$(V)/.ready-bench: pyproject.toml constraints.txt
	$(call install,ui$(comma)demo$(comma)dev$(comma)bench)
	@touch $@ $(V)/.ready $(V)/.ready-dev

comma := ,

demo: setup
	@$(B)/python sample_data/bank_desk/make_history.py
	@echo
	@$(B)/planner plan sample_data/bank_desk --out out/bank_desk --force
	@echo
	@$(B)/planner plan sample_data/gift_shop --out out/gift_shop --force
	@echo
	@echo "Look at out/bank_desk/report.html and out/gift_shop/report.html, or run: make app"

# Tests start many interpreters: each keeps its byte code, whatever the shell says. tests/work_units.py shares the tests out.
TWO := PYTHONDONTWRITEBYTECODE= $(B)/pytest -n 2

test: $(V)/.ready-dev
	$(B)/python sample_data/bank_desk/make_history.py
	$(TWO) -m "not slow" $(ARGS)

test-random: $(V)/.ready-dev
	$(TWO) -m "hypothesis and not slow" --hypothesis-profile=default $(ARGS)

test-slow: $(V)/.ready-dev
	$(B)/python sample_data/bank_desk/make_history.py
	$(B)/pytest -m slow $(ARGS)

bench: $(V)/.ready-bench
	$(B)/python sample_data/bank_desk/make_history.py
	$(B)/python benchmarks/run.py $(ARGS)

lint: $(V)/.ready-dev
	$(B)/ruff format --check .
	$(B)/ruff check .
	$(B)/mypy
	$(B)/lint-imports --no-cache

format: $(V)/.ready-dev
	$(B)/ruff format .
	$(B)/ruff check --fix .

docs: $(V)/.ready-dev
	$(B)/python -c "import pathlib, planner.io as io; pathlib.Path('docs/account.md').write_text(io.describe_fields(), encoding='utf-8')"
	$(B)/python -c "import pathlib, planner.rules as r; pathlib.Path('docs/labour-rules-table.md').write_text(r.describe_rules(), encoding='utf-8')"
	$(B)/python -c "import pathlib, planner.reference as r; pathlib.Path('docs/sla-clocks.md').write_text(r.describe_clocks(), encoding='utf-8')"

app: setup
	$(B)/planner app

clean:
	rm -rf $(V) out build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
