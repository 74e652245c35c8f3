//! What an adapter signs its calls with: typed once, sealed at once, opened only for the adapter, shown to nobody.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::model::AdapterKind;
use crate::values::Faults;

/// Key and secret of an account at its registrar.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credentials {
    /// Names the key.
    pub key: String,
    /// Proves it.
    pub secret: String,
}

impl Credentials {
    /// As typed or pasted; spaces around either are not part of it.
    pub fn new(key: &str, secret: &str) -> Self {
        Self {
            key: key.trim().to_owned(),
            secret: secret.trim().to_owned(),
        }
    }

    pub(super) fn judge(&self, kind: AdapterKind, faults: &mut Faults) {
        if kind == AdapterKind::None {
            return faults.note("/credentials/key", "credentials_not_used");
        }
        for (pointer, text) in [("/credentials/key", &self.key), ("/credentials/secret", &self.secret)] {
            if text.is_empty() {
                faults.note(pointer, "required");
            } else if !fits_a_header(text) {
                faults.note(pointer, "bad_credentials");
            }
        }
    }
}

/// Adapters send credentials in headers: at most 256 visible ASCII characters.
fn fits_a_header(text: &str) -> bool {
    text.len() <= 256 && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Says that there are some, and nothing of them.
impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_never_printed() {
        let printed = format!("{:?}", Credentials::new(" name ", "hunter2"));
        assert_eq!(printed, "Credentials { .. }");
    }

    #[test]
    fn what_no_header_can_carry_is_named_by_its_field() {
        let faults = |key: &str, secret: &str, kind| {
            let mut faults = Faults::default();
            Credentials::new(key, secret).judge(kind, &mut faults);
            let fields = faults.done().err().map(|problem| problem.fields).unwrap_or_default();
            fields
                .into_iter()
                .map(|field| (field.pointer.to_string(), field.code))
                .collect::<Vec<_>>()
        };
        let godaddy = AdapterKind::GoDaddy;
        assert_eq!(faults(" key ", "secret\n", godaddy), []);
        assert_eq!(
            faults("", "two words", godaddy),
            [
                ("/credentials/key".to_owned(), "required"),
                ("/credentials/secret".to_owned(), "bad_credentials")
            ]
        );
        assert_eq!(faults("schlüssel", &"x".repeat(257), godaddy).len(), 2);
        assert_eq!(
            faults("key", "secret", AdapterKind::None),
            [("/credentials/key".to_owned(), "credentials_not_used")]
        );
    }
}
