"""What AWS has: account, stack, model and baseline, read into `Facts` and never changed here."""
