"""MnemoLite: stores memories and finds the ones nearest to a vector that the client supplies."""
