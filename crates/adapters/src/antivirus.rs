//! Virus scanners: adapters of the port `platform::ports::Scanner`. A ClamAV client (clamd's INSTREAM command over TCP)
//! belongs here beside the pass-through.

pub mod pass_through;

pub use pass_through::PassThrough;
