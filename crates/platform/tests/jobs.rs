//! Jobs, the relay and schedules, on whichever database the run is for.

mod jobs {
    mod ending;
    mod lost;
    mod stage;
    mod stopped;
    mod woken;
}
