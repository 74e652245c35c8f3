//! Our cookies: the session of a console or a site, and a visitor's mark. `HttpOnly`, `SameSite=Lax`, whole host only.

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponseParts, ResponseParts};

use crate::context::Ctx;
use crate::request::RequestInfo;

/// How long a visitor's mark is kept by the browser.
const VISITOR_SECONDS: u32 = 30 * 24 * 3600;

/// Which of the two separate logins of a tenant's host: staff in the console, customers on the site.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Audience {
    /// Staff, under `/console`.
    Console,
    /// Customers, everywhere else.
    Site,
}

impl Audience {
    /// Whose login a path belongs to.
    pub fn of_path(path: &str) -> Self {
        let rest = path.strip_prefix("/console");
        if rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/')) {
            Self::Console
        } else {
            Self::Site
        }
    }

    /// Where one signs in.
    pub fn sign_in_path(self) -> &'static str {
        match self {
            Self::Console => "/console/sign-in",
            Self::Site => "/sign-in",
        }
    }

    fn cookie(self) -> Name {
        match self {
            Self::Console => Name::Console,
            Self::Site => Name::Portal,
        }
    }
}

/// The cookies there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Name {
    Console,
    Portal,
    Visitor,
    Flash,
}

impl Name {
    /// The `__Host-` names bind a cookie to this very host; browsers refuse them without `Secure`.
    fn text(self, secure: bool) -> &'static str {
        match (self, secure) {
            (Self::Console, true) => "__Host-console",
            (Self::Console, false) => "console",
            (Self::Portal, true) => "__Host-portal",
            (Self::Portal, false) => "portal",
            (Self::Visitor, true) => "__Host-visitor",
            (Self::Visitor, false) => "visitor",
            (Self::Flash, true) => "__Host-flash",
            (Self::Flash, false) => "flash",
        }
    }
}

/// The value of one of our cookies in a `Cookie` header; longer ones are none of ours.
pub(crate) fn find(cookies: Option<&HeaderValue>, name: Name, secure: bool) -> Option<&str> {
    find_long(cookies, name, secure).filter(|value| value.len() <= 512)
}

/// The same for a cookie that may be long.
pub(crate) fn find_long(cookies: Option<&HeaderValue>, name: Name, secure: bool) -> Option<&str> {
    plain(cookies, name.text(secure)).filter(|value| !value.is_empty())
}

/// The value of a cookie that holds nothing worth protecting: light or dark.
pub(crate) fn plain<'h>(cookies: Option<&'h HeaderValue>, name: &str) -> Option<&'h str> {
    let mut pairs = cookies?
        .to_str()
        .ok()?
        .split(';')
        .filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(key, _)| *key == name).map(|(_, value)| value)
}

/// The session cookie of a request, for the login its path belongs to.
pub(crate) fn session(request: &RequestInfo, audience: Audience) -> Option<&str> {
    find(request.cookies(), audience.cookie(), request.secure_cookies())
}

pub(crate) fn set(name: Name, value: &str, max_age_seconds: u32, secure: bool) -> HeaderValue {
    let secure_mark = if secure { "; Secure" } else { "" };
    let text = format!(
        "{}={value}; Path=/; Max-Age={max_age_seconds}; HttpOnly; SameSite=Lax{secure_mark}",
        name.text(secure)
    );
    HeaderValue::try_from(text).expect("cookie values are base64url and decimal text")
}

pub(crate) fn set_visitor(value: &str, secure: bool) -> HeaderValue {
    set(Name::Visitor, value, VISITOR_SECONDS, secure)
}

/// Sets or clears a session cookie; put it before the answer: `(SessionCookie::set(…), See::other("/console"))`.
pub struct SessionCookie(HeaderValue);

impl SessionCookie {
    /// Keeps `token` (base64url or hexadecimal) in the browser.
    pub fn set(ctx: &Ctx, audience: Audience, token: &str, max_age_seconds: u32) -> Self {
        debug_assert!(
            token
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
        );
        Self(set(
            audience.cookie(),
            token,
            max_age_seconds,
            ctx.request().secure_cookies(),
        ))
    }

    /// Forgets the session.
    pub fn clear(ctx: &Ctx, audience: Audience) -> Self {
        Self(set(audience.cookie(), "", 0, ctx.request().secure_cookies()))
    }
}

impl IntoResponseParts for SessionCookie {
    type Error = std::convert::Infallible;

    fn into_response_parts(self, mut parts: ResponseParts) -> Result<ResponseParts, Self::Error> {
        append(parts.headers_mut(), self.0);
        Ok(parts)
    }
}

pub(crate) fn append(headers: &mut HeaderMap, cookie: HeaderValue) {
    headers.append(header::SET_COOKIE, cookie);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_cookie_is_bound_to_its_host_and_hidden_from_scripts() {
        let value = set(Name::Console, "abc", 60, true);
        assert_eq!(
            value.to_str().unwrap(),
            "__Host-console=abc; Path=/; Max-Age=60; HttpOnly; SameSite=Lax; Secure"
        );
        let plain = set(Name::Portal, "", 0, false);
        assert_eq!(
            plain.to_str().unwrap(),
            "portal=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax"
        );
    }

    #[test]
    fn the_two_logins_of_a_host_are_kept_apart() {
        let header = HeaderValue::from_static("x=1; __Host-console=staff; __Host-portal=buyer; console=plain");
        assert_eq!(find(Some(&header), Name::Console, true), Some("staff"));
        assert_eq!(find(Some(&header), Name::Portal, true), Some("buyer"));
        assert_eq!(find(Some(&header), Name::Visitor, true), None);
        assert_eq!(Audience::of_path("/console/prices"), Audience::Console);
        assert_eq!(Audience::of_path("/consoles"), Audience::Site);
    }
}
