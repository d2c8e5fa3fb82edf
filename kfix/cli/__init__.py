"""The command line: its options, its modes, the paths it is given and `[tool.kfix]`."""
