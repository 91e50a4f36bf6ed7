"""Makes the example components importable before any test module here is."""

import support.components  # noqa: F401 - puts their packages on the path
