//! The icons: drawn on a 16 by 16 grid with one stroke, painted by `.ic`.
//!
//! The drawing is an SVG attribute list and nothing else, so the strict CSP holds. Every icon is decoration: the words
//! beside it, or the `aria-label` of the control around it, carry the meaning.

use std::fmt;

use askama::filters::HtmlSafe;

/// One drawing of the set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Icon {
    /// `Switcher`.
    Switcher,
    /// `Search`.
    Search,
    /// `Home`.
    Home,
    /// `People`.
    People,
    /// `ChevronRight`.
    ChevronRight,
    /// `Cart`.
    Cart,
    /// `Globe`.
    Globe,
    /// `Tag`.
    Tag,
    /// `Refresh`.
    Refresh,
    /// `Transfer`.
    Transfer,
    /// `Inbox`.
    Inbox,
    /// `Document`.
    Document,
    /// `Bag`.
    Bag,
    /// `Map`.
    Map,
    /// `Truck`.
    Truck,
    /// `Table`.
    Table,
    /// `Star`.
    Star,
    /// `Receipt`.
    Receipt,
    /// `Card`.
    Card,
    /// `Wallet`.
    Wallet,
    /// `Book`.
    Book,
    /// `Layers`.
    Layers,
    /// `Mail`.
    Mail,
    /// `Webhook`.
    Webhook,
    /// `Bolt`.
    Bolt,
    /// `Shield`.
    Shield,
    /// `Gear`.
    Gear,
    /// `Check`.
    Check,
    /// `Plus`.
    Plus,
    /// `Clock`.
    Clock,
    /// `Moon`.
    Moon,
    /// `Menu`.
    Menu,
    /// `Bell`.
    Bell,
    /// `Warning`.
    Warning,
    /// `Eye`.
    Eye,
    /// `Send`.
    Send,
    /// `Close`.
    Close,
    /// `Upload`.
    Upload,
    /// `Calendar`.
    Calendar,
    /// `Filter`.
    Filter,
    /// `Download`.
    Download,
    /// `List`.
    List,
    /// `Pause`.
    Pause,
    /// `ChevronDown`.
    ChevronDown,
    /// `Play`.
    Play,
    /// `Passport`.
    Passport,
    /// `Server`.
    Server,
    /// `Undo`.
    Undo,
    /// `Car`.
    Car,
    /// `More`.
    More,
    /// `Bed`.
    Bed,
    /// `Ticket`.
    Ticket,
    /// `Meal`.
    Meal,
    /// `Print`.
    Print,
    /// `Phone`.
    Phone,
    /// `Info`.
    Info,
    /// `Key`.
    Key,
    /// `Lock`.
    Lock,
    /// `SignOut`.
    SignOut,
    /// `User`.
    User,
    /// `Code`.
    Code,
    /// `Edit`.
    Edit,
    /// `Trash`.
    Trash,
    /// `Building`.
    Building,
    /// `Chart`.
    Chart,
}

impl Icon {
    /// Every icon, for the gallery and its test.
    pub const ALL: &'static [Self] = &[
        Self::Switcher,
        Self::Search,
        Self::Home,
        Self::People,
        Self::ChevronRight,
        Self::Cart,
        Self::Globe,
        Self::Tag,
        Self::Refresh,
        Self::Transfer,
        Self::Inbox,
        Self::Document,
        Self::Bag,
        Self::Map,
        Self::Truck,
        Self::Table,
        Self::Star,
        Self::Receipt,
        Self::Card,
        Self::Wallet,
        Self::Book,
        Self::Layers,
        Self::Mail,
        Self::Webhook,
        Self::Bolt,
        Self::Shield,
        Self::Gear,
        Self::Check,
        Self::Plus,
        Self::Clock,
        Self::Moon,
        Self::Menu,
        Self::Bell,
        Self::Warning,
        Self::Eye,
        Self::Send,
        Self::Close,
        Self::Upload,
        Self::Calendar,
        Self::Filter,
        Self::Download,
        Self::List,
        Self::Pause,
        Self::ChevronDown,
        Self::Play,
        Self::Passport,
        Self::Server,
        Self::Undo,
        Self::Car,
        Self::More,
        Self::Bed,
        Self::Ticket,
        Self::Meal,
        Self::Print,
        Self::Phone,
        Self::Info,
        Self::Key,
        Self::Lock,
        Self::SignOut,
        Self::User,
        Self::Code,
        Self::Edit,
        Self::Trash,
        Self::Building,
        Self::Chart,
    ];

    /// Its name in data, such as `chevron-right`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Switcher => "switcher",
            Self::Search => "search",
            Self::Home => "home",
            Self::People => "people",
            Self::ChevronRight => "chevron-right",
            Self::Cart => "cart",
            Self::Globe => "globe",
            Self::Tag => "tag",
            Self::Refresh => "refresh",
            Self::Transfer => "transfer",
            Self::Inbox => "inbox",
            Self::Document => "document",
            Self::Bag => "bag",
            Self::Map => "map",
            Self::Truck => "truck",
            Self::Table => "table",
            Self::Star => "star",
            Self::Receipt => "receipt",
            Self::Card => "card",
            Self::Wallet => "wallet",
            Self::Book => "book",
            Self::Layers => "layers",
            Self::Mail => "mail",
            Self::Webhook => "webhook",
            Self::Bolt => "bolt",
            Self::Shield => "shield",
            Self::Gear => "gear",
            Self::Check => "check",
            Self::Plus => "plus",
            Self::Clock => "clock",
            Self::Moon => "moon",
            Self::Menu => "menu",
            Self::Bell => "bell",
            Self::Warning => "warning",
            Self::Eye => "eye",
            Self::Send => "send",
            Self::Close => "close",
            Self::Upload => "upload",
            Self::Calendar => "calendar",
            Self::Filter => "filter",
            Self::Download => "download",
            Self::List => "list",
            Self::Pause => "pause",
            Self::ChevronDown => "chevron-down",
            Self::Play => "play",
            Self::Passport => "passport",
            Self::Server => "server",
            Self::Undo => "undo",
            Self::Car => "car",
            Self::More => "more",
            Self::Bed => "bed",
            Self::Ticket => "ticket",
            Self::Meal => "meal",
            Self::Print => "print",
            Self::Phone => "phone",
            Self::Info => "info",
            Self::Key => "key",
            Self::Lock => "lock",
            Self::SignOut => "sign-out",
            Self::User => "user",
            Self::Code => "code",
            Self::Edit => "edit",
            Self::Trash => "trash",
            Self::Building => "building",
            Self::Chart => "chart",
        }
    }

    /// The icon of a name, for menus that are kept as data.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|icon| icon.name() == name).copied()
    }

    /// The shapes inside the `<svg>`.
    const fn shapes(self) -> &'static str {
        match self {
            Self::Switcher => r#"<path d="m5 6 3-3 3 3m-6 4 3 3 3-3"/>"#,
            Self::Search => r#"<circle cx="7" cy="7" r="4.25"/><path d="m10.2 10.2 3.3 3.3"/>"#,
            Self::Home => r#"<path d="M2.5 7 8 2.5 13.5 7v6a.5.5 0 0 1-.5.5h-3v-4H6v4H3a.5.5 0 0 1-.5-.5z"/>"#,
            Self::People => {
                r#"<circle cx="6" cy="5.25" r="2.5"/><path d="M1.75 13.25c.2-2.6 2-4 4.25-4s4.05 1.4 4.25 4M10.5 3a2.4 2.4 0 0 1 0 4.5m1.4 2c1.4.6 2.2 1.9 2.35 3.75"/>"#
            }
            Self::ChevronRight => r#"<path d="m6 3.5 4.5 4.5L6 12.5"/>"#,
            Self::Cart => {
                r#"<path d="M1.75 2.75h1.6a.6.6 0 0 1 .6.5l1.2 7h7l1.3-5.25H4.3M6.1 13.2h.01m5.4 0h.01" /><circle cx="6.1" cy="13" r=".7"/><circle cx="11.5" cy="13" r=".7"/>"#
            }
            Self::Globe => {
                r#"<circle cx="8" cy="8" r="5.75"/><path d="M2.5 8h11M8 2.25c3.4 3.4 3.4 8.1 0 11.5-3.4-3.4-3.4-8.1 0-11.5"/>"#
            }
            Self::Tag => {
                r#"<path d="M8.6 2.4 2.4 8.6a.8.8 0 0 0 0 1.1l3.9 3.9a.8.8 0 0 0 1.1 0l6.2-6.2V3.2a.8.8 0 0 0-.8-.8z"/><circle cx="10.8" cy="5.2" r=".6"/>"#
            }
            Self::Refresh => {
                r#"<path d="M13.3 6.5A5.5 5.5 0 0 0 3.2 5M2.7 2.6v2.8h2.8M2.7 9.5A5.5 5.5 0 0 0 12.8 11m.5 2.4v-2.8h-2.8"/>"#
            }
            Self::Transfer => r#"<path d="M4.5 2.5 2 5l2.5 2.5M2 5h9.5M11.5 8.5 14 11l-2.5 2.5M14 11H4.5"/>"#,
            Self::Inbox => {
                r#"<path d="m2.25 9 1.9-5.6a1 1 0 0 1 1-.65h5.7a1 1 0 0 1 1 .65L13.75 9v3.25a1 1 0 0 1-1 1h-9.5a1 1 0 0 1-1-1zM2.25 9H5.5l1 1.75h3l1-1.75h3.25"/>"#
            }
            Self::Document => {
                r#"<path d="M4 2.25h5.5L12.5 5v8.25a.5.5 0 0 1-.5.5H4a.5.5 0 0 1-.5-.5V2.75a.5.5 0 0 1 .5-.5M9.25 2.5V5.25h3M5.75 8.25h4.5M5.75 10.75h3"/>"#
            }
            Self::Bag => {
                r#"<path d="M3.25 5.5h9.5l.6 7.25a1 1 0 0 1-1 1h-8.7a1 1 0 0 1-1-1zM5.75 7V4.5a2.25 2.25 0 0 1 4.5 0V7"/>"#
            }
            Self::Map => {
                r#"<path d="m2.25 4 3.75-1.5 4 1.5 3.75-1.5v9.5L10 13.5l-4-1.5-3.75 1.5zM6 2.5V12M10 4v9.5"/>"#
            }
            Self::Truck => {
                r#"<path d="M1.75 4h7.5v6.75M1.75 4v6.75h1.5m3 0h4m0-5h2.2l1.8 2.6v2.4h-1m-9-.1a1.5 1.5 0 1 0 0 .1m8.1 0a1.5 1.5 0 1 0 0 .1"/>"#
            }
            Self::Table => {
                r#"<rect x="2.25" y="2.25" width="11.5" height="11.5" rx="1.25"/><path d="M2.25 6.25h11.5M2.25 10h11.5M6.25 2.25v11.5"/>"#
            }
            Self::Star => r#"<path d="m8 2.2 1.8 3.7 4 .55-2.9 2.8.7 4L8 11.35 4.4 13.25l.7-4-2.9-2.8 4-.55z"/>"#,
            Self::Receipt => {
                r#"<path d="M3.5 2.25v11.5l1.5-1 1.5 1 1.5-1 1.5 1 1.5-1 1.5 1V2.25l-1.5 1-1.5-1-1.5 1-1.5-1-1.5 1zM6 6.25h4M6 9h4"/>"#
            }
            Self::Card => {
                r#"<rect x="1.75" y="3.5" width="12.5" height="9" rx="1.25"/><path d="M1.75 6.5h12.5M4.25 10h2.5"/>"#
            }
            Self::Wallet => {
                r#"<path d="M2.25 4.75v7.5a1 1 0 0 0 1 1h9.5a1 1 0 0 0 1-1v-6a1 1 0 0 0-1-1h-10a.5.5 0 0 1-.5-.5v-.5a1 1 0 0 1 1-1h8v1.5"/><path d="M10.75 9.25h.5"/>"#
            }
            Self::Book => {
                r#"<path d="M3.25 3.25a1 1 0 0 1 1-1h8.5v9.5h-8.5a1 1 0 0 0-1 1zm0 9.5a1 1 0 0 0 1 1h8.5v-2M6 5h4"/>"#
            }
            Self::Layers => {
                r#"<path d="M8 4.75 2.25 7.5 8 10.25l5.75-2.75zM2.25 10.25 8 13l5.75-2.75M5.5 3.5 8 2.25l2.5 1.25"/>"#
            }
            Self::Mail => {
                r#"<rect x="1.75" y="3.25" width="12.5" height="9.5" rx="1.25"/><path d="m2.25 4.5 5.75 4.25 5.75-4.25"/>"#
            }
            Self::Webhook => {
                r#"<path d="M6.5 6a2.25 2.25 0 1 1 3 .1l2 3.4M5.4 8.4a2.4 2.4 0 1 0 1.9 3h3.7m.2-1.7a2 2 0 1 1-.9 3.3M7.4 6.2l-2 3.6"/>"#
            }
            Self::Bolt => r#"<path d="M8.75 1.75 3 9h4.25l-.5 5.25L12.75 7H8.5z"/>"#,
            Self::Shield => {
                r#"<path d="M8 1.9 3 3.75v3.9c0 3 2.1 5.3 5 6.4 2.9-1.1 5-3.4 5-6.4v-3.9zM5.9 8l1.5 1.5 2.8-3"/>"#
            }
            Self::Gear => {
                r#"<circle cx="8" cy="8" r="2"/><path d="M8 1.9v1.6m0 9v1.6M1.9 8h1.6m9 0h1.6M3.7 3.7l1.1 1.1m6.4 6.4 1.1 1.1m0-8.6-1.1 1.1m-6.4 6.4-1.1 1.1"/>"#
            }
            Self::Check => r#"<path d="m3 8.5 3.25 3.25L13 5"/>"#,
            Self::Plus => r#"<path d="M8 3v10M3 8h10"/>"#,
            Self::Clock => r#"<circle cx="8" cy="8" r="5.75"/><path d="M8 4.75V8l2.25 1.5"/>"#,
            Self::Moon => r#"<path d="M13.2 9.6A5.6 5.6 0 0 1 6.4 2.8a5.6 5.6 0 1 0 6.8 6.8"/>"#,
            Self::Menu => r#"<path d="M2.5 4.5h11M2.5 8h11m-11 3.5h11"/>"#,
            Self::Bell => {
                r#"<path d="M4 7a4 4 0 0 1 8 0c0 3 1.25 4 1.25 4.25H2.75C2.75 11 4 10 4 7m2.75 6.5a1.4 1.4 0 0 0 2.5 0"/>"#
            }
            Self::Warning => r#"<path d="M8 2.2 1.9 12.6a.6.6 0 0 0 .5.9h11.2a.6.6 0 0 0 .5-.9zM8 6.5v3m0 2v.01"/>"#,
            Self::Eye => {
                r#"<path d="M1.75 8S4 3.75 8 3.75 14.25 8 14.25 8 12 12.25 8 12.25 1.75 8 1.75 8"/><circle cx="8" cy="8" r="1.9"/>"#
            }
            Self::Send => r#"<path d="m14 2-5.2 12-2-5-5-2z M14 2 6.8 9"/>"#,
            Self::Close => r#"<path d="m4 4 8 8m0-8-8 8"/>"#,
            Self::Upload => r#"<path d="M8 9.75V2.5m0 0-3 3m3-3 3 3M2.75 11v1.5a1 1 0 0 0 1 1h8.5a1 1 0 0 0 1-1V11"/>"#,
            Self::Calendar => {
                r#"<rect x="2.25" y="3.25" width="11.5" height="10.5" rx="1.25"/><path d="M2.25 6.5h11.5M5.25 1.9v2.6m5.5-2.6v2.6"/>"#
            }
            Self::Filter => r#"<path d="M2.5 4h11M4.5 8h7m-5 4h3"/>"#,
            Self::Download => {
                r#"<path d="M8 2.5v7.25m0 0L5 6.75m3 3 3-3M2.75 11v1.5a1 1 0 0 0 1 1h8.5a1 1 0 0 0 1-1V11"/>"#
            }
            Self::List => r#"<path d="M5.5 4h8M5.5 8h8m-8 4h8M2.5 4h.01M2.5 8h.01M2.5 12h.01"/>"#,
            Self::Pause => r#"<path d="M5.5 3.5v9m5-9v9"/>"#,
            Self::ChevronDown => r#"<path d="m3.5 6 4.5 4.5L12.5 6"/>"#,
            Self::Play => r#"<path d="M4.75 3 12.5 8l-7.75 5z"/>"#,
            Self::Passport => {
                r#"<rect x="3" y="1.9" width="10" height="12.2" rx="1.25"/><circle cx="8" cy="6.75" r="2"/><path d="M5.75 11.25h4.5"/>"#
            }
            Self::Server => {
                r#"<rect x="2.25" y="2.5" width="11.5" height="4.5" rx="1"/><rect x="2.25" y="9" width="11.5" height="4.5" rx="1"/><path d="M4.75 4.75h.01m-.01 6.5h.01"/>"#
            }
            Self::Undo => r#"<path d="M5.5 3.5 2.5 6.5l3 3M2.75 6.5H10a3.5 3.5 0 0 1 0 7H6.5"/>"#,
            Self::Car => {
                r#"<path d="M2.25 11.5V8.75l1.5-4a1 1 0 0 1 .95-.65h6.6a1 1 0 0 1 .95.65l1.5 4v2.75zM2.5 8.5h11M4.5 10.1h.01m6.99 0h.01M3.75 11.5v1.4m8.5-1.4v1.4"/>"#
            }
            Self::More => r#"<path d="M3.5 8h.01M8 8h.01m4.49 0h.01" stroke-width="2.4"/>"#,
            Self::Bed => {
                r#"<path d="M1.9 12.75v-9m0 6.5h12.2v2.5m0-2.5V8.5A1.75 1.75 0 0 0 12.35 6.75H7v3.5M4.4 7.9h.01"/>"#
            }
            Self::Ticket => {
                r#"<path d="M2 5.25a1 1 0 0 1 1-1h10a1 1 0 0 1 1 1v1.4a1.4 1.4 0 0 0 0 2.7v1.4a1 1 0 0 1-1 1H3a1 1 0 0 1-1-1v-1.4a1.4 1.4 0 0 0 0-2.7zM9.75 4.5v1m0 2v1m0 2v1"/>"#
            }
            Self::Meal => {
                r#"<path d="M5 2v12M3 2v3.5a2 2 0 0 0 4 0V2m4.75 12V2c-1.6.6-2.5 2.4-2.5 4.75 0 1.4.9 2 2.5 2"/>"#
            }
            Self::Print => {
                r#"<path d="M4.5 5.75v-3.5h7v3.5m-7 5.5H3a.75.75 0 0 1-.75-.75v-4A.75.75 0 0 1 3 5.75h10a.75.75 0 0 1 .75.75v4a.75.75 0 0 1-.75.75h-1.5m-7-2h7v4.5h-7z"/>"#
            }
            Self::Phone => {
                r#"<path d="M3 2.5h2.5l1.2 3-1.6 1.2a8 8 0 0 0 4.2 4.2l1.2-1.6 3 1.2V13a1 1 0 0 1-1 1A11 11 0 0 1 2 3.5a1 1 0 0 1 1-1"/>"#
            }
            Self::Info => r#"<circle cx="8" cy="8" r="5.75"/><path d="M8 7.5v3.25M8 5.25v.01"/>"#,
            Self::Key => r#"<circle cx="5" cy="11" r="2.75"/><path d="m7 9 6-6m-2.25 2.25 2 2M9 7l1.25 1.25"/>"#,
            Self::Lock => {
                r#"<rect x="3.25" y="7" width="9.5" height="6.5" rx="1.25"/><path d="M5.25 7V5a2.75 2.75 0 0 1 5.5 0v2M8 9.75v1"/>"#
            }
            Self::SignOut => {
                r#"<path d="M6.25 2.5H3.5a1 1 0 0 0-1 1v9a1 1 0 0 0 1 1h2.75M10.5 5 13.5 8l-3 3M13.25 8H6"/>"#
            }
            Self::User => {
                r#"<circle cx="8" cy="5.25" r="2.75"/><path d="M2.75 13.75c.3-3 2.4-4.5 5.25-4.5s4.95 1.5 5.25 4.5"/>"#
            }
            Self::Code => r#"<path d="m5.25 4.5-3.5 3.5 3.5 3.5m5.5-7 3.5 3.5-3.5 3.5M9.25 3.25l-2.5 9.5"/>"#,
            Self::Edit => {
                r#"<path d="M2.75 13.25v-2.6l7.9-7.9a1 1 0 0 1 1.4 0l1.2 1.2a1 1 0 0 1 0 1.4l-7.9 7.9zM9.25 4.25l2.5 2.5"/>"#
            }
            Self::Trash => {
                r#"<path d="M2.75 4.25h10.5M6 4V2.5h4V4M4.25 4.25l.6 8.4a1 1 0 0 0 1 .85h4.3a1 1 0 0 0 1-.85l.6-8.4M6.75 7v3.75M9.25 7v3.75"/>"#
            }
            Self::Building => {
                r#"<path d="M2.75 13.75V3.25a1 1 0 0 1 1-1h5a1 1 0 0 1 1 1v10.5m0-7h2.5a1 1 0 0 1 1 1v6M1.75 13.75h12.5M5 5.25h2.5M5 8h2.5M5 10.75h2.5"/>"#
            }
            Self::Chart => r#"<path d="M2.5 2.5v11h11M5.25 10.75v-2.5m3 2.5v-5.5m3 5.5V7"/>"#,
        }
    }
}

impl From<&Icon> for Icon {
    fn from(icon: &Icon) -> Self {
        *icon
    }
}

impl From<&&Icon> for Icon {
    fn from(icon: &&Icon) -> Self {
        **icon
    }
}

impl fmt::Display for Icon {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(r#"<svg class="ic" viewBox="0 0 16 16" aria-hidden="true">"#)?;
        f.write_str(self.shapes())?;
        f.write_str("</svg>")
    }
}

impl HtmlSafe for Icon {}

/// The icon, ready to stand before a word.
pub fn icon(icon: impl Into<Icon>) -> Icon {
    icon.into()
}
