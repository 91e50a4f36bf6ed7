"""The addresses at which browsers sign in and out, and those of the test identity provider."""
