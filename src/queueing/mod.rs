//! Plain queueing networks on the kernel (`kind = "queueing"`).
