"""A small kit for the tests of the platform: two checks over HTTP, one requirement without a test."""
