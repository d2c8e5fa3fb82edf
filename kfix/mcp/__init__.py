"""The tools of kfix for coding agents: `kfix mcp`.

Only this package imports the SDK, and only `kfix mcp` imports this package.
"""
