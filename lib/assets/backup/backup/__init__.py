"""Takes backups, proves them by restoring them, and says so."""
