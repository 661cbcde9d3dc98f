"""The pre-flight of a stage: each check reads, none changes anything."""
