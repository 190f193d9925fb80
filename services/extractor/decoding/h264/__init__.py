"""What H.264 says of itself: which pictures refer to which, so that those nobody needs are not decoded.

Pure. What goes beyond progressive video with plain short-term references raises `Beyond`: nothing is lost by
that but the speed of leaving out pictures.
"""
