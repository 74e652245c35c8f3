//! A reader of Rust source that knows just enough for the checks: comments and text blanked, brackets balanced.
//!
//! No parser on purpose: the checks look for plain shapes, and a false alarm is cheaper than a slow build.

/// One function as found in a file.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Function {
    pub(crate) name: String,
    /// Line of the word `fn`, from 1.
    pub(crate) line: usize,
    /// Line of its closing brace, or of its `;`.
    pub(crate) last_line: usize,
    /// Text between the parentheses.
    pub(crate) parameters: String,
}

/// The source with the inside of comments and string literals turned to spaces; every line keeps its place.
pub(crate) fn blanked(source: &str) -> String {
    let chars: Vec<char> = source.chars().collect();
    let mut out = String::with_capacity(source.len());
    let mut at = 0;
    while at < chars.len() {
        let end = literal_end(&chars, at);
        match end {
            Some(end) => {
                out.extend(chars[at..end].iter().map(|c| if *c == '\n' { '\n' } else { ' ' }));
                at = end;
            }
            None => {
                out.push(chars[at]);
                at += 1;
            }
        }
    }
    out
}

/// Where the comment, string or character literal that begins here ends; none begins: nothing.
fn literal_end(chars: &[char], at: usize) -> Option<usize> {
    let rest = &chars[at..];
    match rest {
        ['/', '/', ..] => Some(at + rest.iter().position(|c| *c == '\n').unwrap_or(rest.len())),
        ['/', '*', ..] => Some(find(chars, at + 2, &['*', '/'])),
        ['"', ..] => Some(quoted_end(chars, at + 1, '"')),
        ['r', '"' | '#', ..] if at == 0 || !is_word(chars[at - 1]) => raw_end(chars, at),
        ['\'', '\\', ..] => Some(quoted_end(chars, at + 1, '\'')),
        ['\'', _, '\'', ..] => Some(at + 3),
        _ => None,
    }
}

fn quoted_end(chars: &[char], mut at: usize, quote: char) -> usize {
    while at < chars.len() && chars[at] != quote {
        at += if chars[at] == '\\' { 2 } else { 1 };
    }
    (at + 1).min(chars.len())
}

fn raw_end(chars: &[char], at: usize) -> Option<usize> {
    let hashes = chars[at + 1..].iter().take_while(|c| **c == '#').count();
    if chars.get(at + 1 + hashes) != Some(&'"') {
        return None;
    }
    let closing: Vec<char> = std::iter::once('"').chain(std::iter::repeat_n('#', hashes)).collect();
    Some(find(chars, at + 2 + hashes, &closing))
}

fn find(chars: &[char], from: usize, pattern: &[char]) -> usize {
    let tail = chars.get(from..).unwrap_or_default();
    tail.windows(pattern.len())
        .position(|window| window == pattern)
        .map_or(chars.len(), |found| from + found + pattern.len())
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Every `fn` of a blanked source, in order.
pub(crate) fn functions(blanked: &str) -> Vec<Function> {
    let mut found = Vec::new();
    for (start, _) in blanked.match_indices("fn ") {
        if blanked[..start].chars().next_back().is_some_and(is_word) {
            continue;
        }
        if let Some(function) = function_at(blanked, start) {
            found.push(function);
        }
    }
    found
}

fn function_at(blanked: &str, start: usize) -> Option<Function> {
    let after = &blanked[start + 3..];
    let name: String = after.chars().take_while(|c| is_word(*c)).collect();
    if name.is_empty() {
        return None;
    }
    let open = parameters_open(after, name.len())?;
    let close = open + balanced(&after[open..], '(', ')')?;
    let body = &after[close..];
    let end = body.find(['{', ';'])?;
    let length = if body[end..].starts_with('{') {
        balanced(&body[end..], '{', '}')?
    } else {
        1
    };
    Some(Function {
        name,
        line: line_of(blanked, start),
        last_line: line_of(blanked, start + 3 + close + end + length - 1),
        parameters: after[open + 1..close - 1].to_owned(),
    })
}

/// The parenthesis of the parameters, past the generics (which may hold parentheses of `Fn(…)`).
fn parameters_open(after: &str, name: usize) -> Option<usize> {
    let mut depth = 0i32;
    let mut before = ' ';
    for (at, c) in after.char_indices().skip(name) {
        match c {
            '<' => depth += 1,
            '>' if before != '-' && before != '=' => depth -= 1,
            '(' if depth == 0 => return Some(at),
            '{' | ';' if depth == 0 => return None,
            _ => {}
        }
        before = c;
    }
    None
}

/// Length of the text up to and with the bracket that closes the first one.
fn balanced(text: &str, open: char, close: char) -> Option<usize> {
    let mut depth = 0usize;
    for (at, c) in text.char_indices() {
        if c == open {
            depth += 1;
        } else if c == close {
            depth -= 1;
            if depth == 0 {
                return Some(at + c.len_utf8());
            }
        }
    }
    None
}

/// The line, from 1, on which this byte stands.
pub(crate) fn line_of(text: &str, at: usize) -> usize {
    text[..at].matches('\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_text_are_blanked_and_lines_stay() {
        let source = "let a = \"fn x(\"; // fn y(\nlet b = r#\"fn \" z(\"#; let c = '\\''; let d: &'static str;\n/* fn\n*/ fn real() {}";
        let out = blanked(source);
        assert_eq!(out.matches("fn ").count(), 1);
        assert_eq!(out.lines().count(), source.lines().count());
        assert!(out.contains("&'static str"));
    }

    #[test]
    fn functions_are_found_with_parameters_and_lines() {
        let source = "pub async fn one<F: Fn(&Tx) -> Result<()>>(ctx: &Ctx, f: F) -> X {\n    go()\n}\ntrait T {\n    fn two(&self);\n}\n";
        let found = functions(source);
        assert_eq!(found.len(), 2);
        assert_eq!(
            (found[0].name.as_str(), found[0].line, found[0].last_line),
            ("one", 1, 3)
        );
        assert_eq!(found[0].parameters, "ctx: &Ctx, f: F");
        assert_eq!(
            (found[1].name.as_str(), found[1].line, found[1].last_line),
            ("two", 5, 5)
        );
    }
}
