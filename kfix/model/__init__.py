"""The data model: layers, models, programs, sites and edits. It imports nothing else of kfix."""
