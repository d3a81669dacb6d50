"""Settings for all tests."""

from __future__ import annotations

import os
import tempfile

from hypothesis import settings

# A shared machine may be slow: no deadline. Continuous integration draws the same examples every time; people do not.
settings.register_profile("lnfhir", deadline=None, derandomize="CI" in os.environ, print_blob=True)
settings.load_profile("lnfhir")

# A service that a test starts keeps its store here, and not where a service of this machine keeps its own.
_STATE = tempfile.TemporaryDirectory(prefix="lnfhir-state-")
os.environ["STATE_DIRECTORY"] = _STATE.name
