"""The one caller of Pulumi's Automation API.

`settings` is light; importing `command` loads Pulumi, so it is imported inside functions only.
"""
