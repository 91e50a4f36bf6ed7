"""The parts of the sandbox API that are not about one sandbox's daily use."""
