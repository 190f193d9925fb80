"""The rate of calls that all senders share, and the pace of this one: learnt, kept, and slowed down."""
