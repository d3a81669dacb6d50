"""Settings for all tests."""

from __future__ import annotations

import os

from hypothesis import settings

# A shared machine may be slow: no deadline. Continuous integration draws the same examples every time; people do not.
settings.register_profile("lnfhir", deadline=None, derandomize="CI" in os.environ, print_blob=True)
settings.load_profile("lnfhir")
