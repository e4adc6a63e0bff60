"""Takes backups, verifies them by restoring them, and reports the results."""
