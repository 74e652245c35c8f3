//! Bounds on JSON before it is read: nesting and array lengths, checked in one pass over the bytes.
//!
//! A deep or long body costs nothing but this pass; what is left may still be malformed, which the reader then says.

/// How deep arrays and objects may nest.
pub(crate) const MAX_DEPTH: usize = 32;
/// How many elements an array may have.
pub(crate) const MAX_ELEMENTS: usize = 1_000;

/// Which bound a body breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Excess {
    Depth,
    Elements,
}

/// Checks the bounds. Commas in objects are not counted: their fields are bounded by the type read.
pub(crate) fn check(json: &[u8]) -> Result<(), Excess> {
    // Elements seen in each open array; `None` for an object.
    let mut open: Vec<Option<usize>> = Vec::with_capacity(MAX_DEPTH);
    let mut bytes = json.iter();
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => skip_string(&mut bytes),
            b'[' | b'{' if open.len() == MAX_DEPTH => return Err(Excess::Depth),
            b'[' => open.push(Some(1)),
            b'{' => open.push(None),
            b']' | b'}' => {
                open.pop();
            }
            b',' => count(open.last_mut())?,
            _ => {}
        }
    }
    Ok(())
}

fn count(array: Option<&mut Option<usize>>) -> Result<(), Excess> {
    if let Some(Some(elements)) = array {
        *elements += 1;
        if *elements > MAX_ELEMENTS {
            return Err(Excess::Elements);
        }
    }
    Ok(())
}

fn skip_string(bytes: &mut std::slice::Iter<'_, u8>) {
    while let Some(byte) = bytes.next() {
        match byte {
            b'\\' => {
                bytes.next();
            }
            b'"' => return,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thirty_two_levels_pass_and_thirty_three_do_not() {
        let nested = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        assert_eq!(check(nested(32).as_bytes()), Ok(()));
        assert_eq!(check(nested(33).as_bytes()), Err(Excess::Depth));
        assert_eq!(check("{\"a\":".repeat(100_000).as_bytes()), Err(Excess::Depth));
    }

    #[test]
    fn a_thousand_elements_pass_and_one_more_does_not() {
        let array = |elements: usize| format!("{{\"names\":[{}]}}", vec!["1"; elements].join(","));
        assert_eq!(check(array(1_000).as_bytes()), Ok(()));
        assert_eq!(check(array(1_001).as_bytes()), Err(Excess::Elements));
    }

    #[test]
    fn brackets_and_commas_in_strings_do_not_count() {
        let text = format!(r#"["{}\"{}"]"#, "[".repeat(100), ",".repeat(5_000));
        assert_eq!(check(text.as_bytes()), Ok(()));
    }
}
