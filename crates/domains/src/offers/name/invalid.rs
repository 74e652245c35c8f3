//! Why a text is not a name that can be bought.

/// Why a text is not a name that can be bought. Its sentence is found by its code, see `words`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.code())]
pub enum InvalidName {
    /// Nothing there.
    Empty,
    /// A space inside.
    HasSpace,
    /// Longer than a name can be.
    TooLong { length: usize },
    /// Two dots in a row, or a dot in front.
    LabelEmpty,
    /// A part longer than 63 characters (as an A-label).
    LabelTooLong { label: String, length: usize },
    /// A part that begins or ends with a hyphen.
    HyphenAtEdge { label: String },
    /// Hyphens in the third and fourth place are kept for encodings (RFC 5891).
    HyphensReserved { label: String },
    /// A character no name may hold.
    Character { character: String },
    /// Registries refuse emoji and other pictures (IDNA 2008; ICANN's ban of 2017).
    Emoji { character: String },
    /// Letters of scripts that do not belong together: the trick of look-alike names.
    MixedScript { label: String },
    /// An `xn--` label that decodes to nothing allowed, or letters in an order that is not allowed.
    Encoding { label: String },
    /// One word without an ending.
    SuffixMissing,
    /// An ending that does not exist.
    SuffixUnknown { suffix: String },
    /// It is an ending itself.
    NotRegistrable { suffix: String },
    /// More than one label above the ending; the part that could be sold.
    Subdomain { registrable: String },
}

impl InvalidName {
    /// Stable, machine-readable.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Empty => "name_empty",
            Self::HasSpace => "name_has_space",
            Self::TooLong { .. } => "name_too_long",
            Self::LabelEmpty => "label_empty",
            Self::LabelTooLong { .. } => "label_too_long",
            Self::HyphenAtEdge { .. } => "hyphen_at_edge",
            Self::HyphensReserved { .. } => "hyphens_reserved",
            Self::Character { .. } => "character_not_allowed",
            Self::Emoji { .. } => "emoji_not_allowed",
            Self::MixedScript { .. } => "mixed_script",
            Self::Encoding { .. } => "encoding_invalid",
            Self::SuffixMissing => "suffix_missing",
            Self::SuffixUnknown { .. } => "suffix_unknown",
            Self::NotRegistrable { .. } => "not_registrable",
            Self::Subdomain { .. } => "is_subdomain",
        }
    }

    /// The one value its sentence names, where it names one.
    pub fn detail(&self) -> Option<String> {
        match self {
            Self::Empty | Self::HasSpace | Self::LabelEmpty | Self::SuffixMissing => None,
            Self::TooLong { length } => Some(length.to_string()),
            Self::LabelTooLong { length, .. } => Some(length.to_string()),
            Self::HyphenAtEdge { label }
            | Self::HyphensReserved { label }
            | Self::MixedScript { label }
            | Self::Encoding { label } => Some(label.clone()),
            Self::Character { character } | Self::Emoji { character } => Some(character.clone()),
            Self::SuffixUnknown { suffix } | Self::NotRegistrable { suffix } => Some(suffix.clone()),
            Self::Subdomain { registrable } => Some(registrable.clone()),
        }
    }

    /// Every code there is, for the test that each has its sentence.
    #[cfg(test)]
    pub(in crate::offers) const CODES: [&'static str; 15] = [
        "name_empty",
        "name_has_space",
        "name_too_long",
        "label_empty",
        "label_too_long",
        "hyphen_at_edge",
        "hyphens_reserved",
        "character_not_allowed",
        "emoji_not_allowed",
        "mixed_script",
        "encoding_invalid",
        "suffix_missing",
        "suffix_unknown",
        "not_registrable",
        "is_subdomain",
    ];
}
