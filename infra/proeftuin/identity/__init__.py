"""Who uses the platform: persons, the organisations they act for, sessions, API tokens, and what they changed."""
