//! TLDs by name: each has a number, its place in the book's rows.

use std::collections::HashMap;

/// The TLDs of one book, numbered in the order they came in.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    numbers: HashMap<Box<str>, u32>,
    in_order: Vec<Box<str>>,
}

impl Names {
    pub(super) fn push(&mut self, name: &str) {
        let number = u32::try_from(self.in_order.len()).expect("a book holds fewer than 2^32 TLDs");
        self.numbers.insert(name.into(), number);
        self.in_order.push(name.into());
    }

    pub(super) fn number(&self, name: &str) -> Option<usize> {
        self.numbers.get(name).map(|number| *number as usize)
    }

    pub(super) fn len(&self) -> usize {
        self.in_order.len()
    }

    pub(super) fn iter(&self) -> impl ExactSizeIterator<Item = &str> {
        self.in_order.iter().map(AsRef::as_ref)
    }
}
