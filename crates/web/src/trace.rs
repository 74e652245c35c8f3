//! Trace ids: taken from `traceparent` (W3C Trace Context) so that a caller's trace goes on in ours, else made anew.

use axum::http::HeaderMap;

/// Name of the answer's header that repeats the trace id, for support requests.
pub(crate) const TRACE_ID: &str = "trace-id";

/// The trace id of a `traceparent` header, when there is a well-formed one.
pub(crate) fn from_headers(headers: &HeaderMap) -> Option<[u8; 16]> {
    parse_traceparent(headers.get("traceparent")?.to_str().ok()?)
}

/// `00-<32 hex: trace>-<16 hex: parent>-<2 hex: flags>`; versions to come may add fields behind, `ff` is forbidden.
fn parse_traceparent(text: &str) -> Option<[u8; 16]> {
    let mut parts = text.trim().split('-');
    let (version, trace, parent, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let well_formed = lower_hex(version, 2) && lower_hex(trace, 32) && lower_hex(parent, 16) && lower_hex(flags, 2);
    let rest_allowed = version != "00" || parts.next().is_none();
    if !well_formed || version == "ff" || !rest_allowed || parent.bytes().all(|digit| digit == b'0') {
        return None;
    }
    u128::from_str_radix(trace, 16)
        .ok()
        .filter(|trace| *trace != 0)
        .map(u128::to_be_bytes)
}

fn lower_hex(text: &str, digits: usize) -> bool {
    text.len() == digits
        && text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_well_formed_traceparent_gives_its_trace_id() {
        let text = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        assert_eq!(
            parse_traceparent(text),
            Some(0x4bf9_2f35_77b3_4da6_a3ce_929d_0e0e_4736_u128.to_be_bytes())
        );
        assert!(parse_traceparent(&text.replacen("00", "01", 1)).is_some());
    }

    #[test]
    fn anything_else_is_as_if_none_was_sent() {
        for text in [
            "",
            "00-4bf9-00f067aa0ba902b7-01",
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-x",
        ] {
            assert_eq!(parse_traceparent(text), None, "{text}");
        }
    }
}
