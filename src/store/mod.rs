//! Records on disk, resume, shards, merge, whole-or-absent folders.
