"""Rehearsal: made-up scenes with logos in them and without, and the lessons they teach."""
