import sys
import textwrap
from importlib.util import module_from_spec, spec_from_file_location

import pytest

import planner.compiled as module
from planner.compiled import compiled


@pytest.fixture
def kernel_file(tmp_path):
    path = tmp_path / "kernel_under_test.py"
    path.write_text(
        textwrap.dedent("""
        from planner.compiled import compiled

        @compiled
        def double(x):
            return 2.0 * x
        """)
    )
    return path


def load(path):
    spec = spec_from_file_location(path.stem, path)
    found = module_from_spec(spec)
    sys.modules[path.stem] = found
    spec.loader.exec_module(found)
    return found


def test_a_cached_kernel_is_reused_until_any_file_of_the_package_changes(kernel_file, monkeypatch) -> None:
    assert load(kernel_file).double(2.0) == 4.0
    again = load(kernel_file).double
    assert again(2.0) == 4.0
    assert sum(again.stats.cache_hits.values()) == 1
    monkeypatch.setattr(module, "_stamp", lambda package: b"another source")
    changed = load(kernel_file).double
    assert changed(2.0) == 4.0
    assert sum(changed.stats.cache_hits.values()) == 0


def test_where_no_cache_can_be_written_the_kernel_still_runs(monkeypatch) -> None:
    real = module.njit

    def unwritable(**options):
        if options.get("cache"):
            raise RuntimeError("cannot cache function: no locator available")
        return real(**options)

    monkeypatch.setattr(module, "njit", unwritable)

    def triple(x):
        return 3.0 * x

    assert compiled(triple)(2.0) == 6.0
