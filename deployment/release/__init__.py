"""What a stage should be: packages of code, template, parameters, definition. Pure."""
