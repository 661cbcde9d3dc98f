"""What has to be done, as data: actions, and what they change, worked out without a clock or network."""
