"""The case desk with three defects, for demonstration; see the README."""
