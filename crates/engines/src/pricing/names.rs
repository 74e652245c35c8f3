//! TLDs by name: each has a number, its place in the book's sheets.
//!
//! A table of our own because of memory: of thousands of books each is cold when its turn comes, and here a name is found
//! with one read of half a cache line, where a map of boxed strings needs three reads far apart.

/// The TLDs of one book, numbered in the order they came in.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    /// A power of two of them, at least half of them free; a name stands at its hash or in the next free place.
    buckets: Box<[Bucket]>,
    in_order: Vec<Box<str>>,
}

/// A name with its number, if it is not free.
#[derive(Clone, Copy, Debug)]
#[repr(align(32))]
struct Bucket {
    number: u32,
    length: u8,
    head: [u8; HEAD],
}

const _: () = assert!(size_of::<Bucket>() == 32, "a bucket is half a cache line");

const HEAD: usize = 27;
const FREE: Bucket = Bucket {
    number: u32::MAX,
    length: 0,
    head: [0; HEAD],
};

impl Names {
    /// Names in the order of their numbers, each once and none longer than 255 bytes.
    pub(super) fn new(in_order: Vec<Box<str>>) -> Self {
        let mut buckets = vec![FREE; (in_order.len() * 2).next_power_of_two()].into_boxed_slice();
        for (name, number) in in_order.iter().zip(0..) {
            let mut at = home(name, buckets.len());
            while buckets[at].number != FREE.number {
                at = (at + 1) & (buckets.len() - 1);
            }
            let length = u8::try_from(name.len()).expect("a cell's check bounds the length of its TLD");
            let mut head = [0; HEAD];
            head[..name.len().min(HEAD)].copy_from_slice(&name.as_bytes()[..name.len().min(HEAD)]);
            buckets[at] = Bucket { number, length, head };
        }
        Self { buckets, in_order }
    }

    pub(super) fn number(&self, name: &str) -> Option<usize> {
        let mut at = home(name, self.buckets.len());
        loop {
            let bucket = self.buckets.get(at)?;
            if bucket.number == FREE.number {
                return None;
            }
            if self.holds(bucket, name) {
                return Some(bucket.number as usize);
            }
            at = (at + 1) & (self.buckets.len() - 1);
        }
    }

    fn holds(&self, bucket: &Bucket, name: &str) -> bool {
        let same_length = usize::from(bucket.length) == name.len();
        if name.len() <= HEAD {
            same_length && bucket.head[..name.len()] == *name.as_bytes()
        } else {
            same_length && *self.in_order[bucket.number as usize] == *name
        }
    }

    pub(super) fn iter(&self) -> impl ExactSizeIterator<Item = &str> {
        self.in_order.iter().map(AsRef::as_ref)
    }
}

/// Where a name would stand in a table of so many buckets. Not proof against names chosen to collide, which only whoever
/// sets the prices could put in.
fn home(name: &str, buckets: usize) -> usize {
    let mut hash = name.len() as u64;
    for chunk in name.as_bytes().chunks(8) {
        let mut word = [0; 8];
        word[..chunk.len()].copy_from_slice(chunk);
        hash = (hash.rotate_left(5) ^ u64::from_le_bytes(word)).wrapping_mul(0x517c_c1b7_2722_0a95);
    }
    // The product's upper half depends on all of the name; 32 bits are more than a book has TLDs.
    (hash >> 32) as usize & buckets.wrapping_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_has_its_number_and_no_other_name_has_one() {
        // Among them names that differ behind the head kept in the bucket only.
        let long = "a".repeat(40);
        let name = |n: usize| {
            if n.is_multiple_of(3) {
                format!("{long}{n}")
            } else {
                format!("tld{n}")
            }
        };
        let names = Names::new((0..1_000).map(|n| name(n).into()).collect());
        for n in 0..1_000 {
            assert_eq!(names.number(&name(n)), Some(n));
            assert_eq!(names.number(&format!("{}x", name(n))), None);
        }
        assert_eq!(names.number(""), None);
        assert_eq!(Names::default().number("com"), None);
        assert_eq!(Names::new(Vec::new()).number("com"), None);
    }
}
