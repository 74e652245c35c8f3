//! A company's books: in which currency they are kept, and until when they are closed.

mod events;
mod model;
mod ops;
pub(crate) mod store;

pub use events::{BooksClosed, BooksOpened, BooksReopened};
pub use model::Books;
pub use ops::{close, get, open, reopen};

pub(crate) use ops::{POSTING, opened};
