"""The life of a process: a service's, a command's."""
