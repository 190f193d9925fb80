"""A video that lies in the object store, read in pieces while it is decoded."""
