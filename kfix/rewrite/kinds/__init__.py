"""One module for each kind of edit, of the same name: its `plan` enters an edit in the plan and gives its words."""
