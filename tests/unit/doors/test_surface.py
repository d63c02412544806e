from __future__ import annotations

import pkgutil
import subprocess
import sys

import pytest

import kinora

HEAVY = ("numba", "cv2", "av", "numpy", "pydantic", "PIL", "rich.progress", "onnxruntime")


def test_the_public_surface_is_sorted_and_complete() -> None:
    assert kinora.__all__ == sorted(kinora.__all__)
    assert dir(kinora) == kinora.__all__
    for name in kinora.__all__:
        assert getattr(kinora, name) is not None


def test_nothing_else_is_public() -> None:
    # Submodules are attributes once anything has imported them.
    modules = {module.name for module in pkgutil.iter_modules(kinora.__path__)}
    helpers = {"annotations", "import_module", "TYPE_CHECKING"}
    public = {name for name in vars(kinora) if not name.startswith("_")}
    assert public - modules - helpers <= set(kinora.__all__)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="animat"):
        kinora.animat  # noqa: B018


@pytest.mark.parametrize("program", ["import kinora", "import kinora.cli.main"])
def test_starting_loads_nothing_heavy(program: str) -> None:
    script = f"import sys; {program}; print([n for n in {HEAVY!r} if n in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
