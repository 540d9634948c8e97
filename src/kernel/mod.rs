//! Clock, event queue, server teams, places and queues; it knows no patient.
