# Every target is one line of tasks.py, which needs nothing but Python 3.11.
PYTHON ?= python3

.PHONY: demo test lab docs format lock clean

demo test lab docs format lock:
	$(PYTHON) tasks.py $@

clean:
	rm -rf .venv out dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
