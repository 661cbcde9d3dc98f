"""What was asked for: the stage files and settings, parsed once into a frozen `Config`."""
