from __future__ import annotations

import os
from pathlib import Path

# Before numba is imported: one cache of compiled kernels for every test and process of the suite,
# apart from the user's own.
os.environ.setdefault(
    "NUMBA_CACHE_DIR", str(Path(__file__).parents[1] / ".pytest_cache" / "kernels")
)
# Nor do tests sign with the user's own key.
os.environ.setdefault("KINORA_DATA_DIR", str(Path(__file__).parents[1] / ".pytest_cache" / "data"))
