//! Hand-written SQL that cannot forget the tenant.

use std::marker::PhantomData;

/// Marks SQL whose first parameter is always the scope's tenant.
#[derive(Clone, Copy, Debug)]
pub struct Tenant(());

/// A statement checked when it is compiled: `const X: Sql = Sql::tenant("… WHERE tenant_id = $1 …")`.
/// Parameter `$1` is stamped with the tenant of the transaction that runs it; callers bind from `$2` on.
///
/// ```compile_fail
/// const FORGOTTEN: platform::Sql = platform::Sql::tenant("SELECT name FROM customer WHERE id = $2");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Sql<Whose = Tenant> {
    text: &'static str,
    whose: PhantomData<Whose>,
}

impl Sql<Tenant> {
    /// SQL over one tenant's rows. Use in a `const`: without `tenant_id` and `$1` it does not compile.
    pub const fn tenant(text: &'static str) -> Self {
        assert!(
            contains(text, "tenant_id"),
            "SQL over a tenant's rows must name tenant_id"
        );
        assert!(contains(text, "$1"), "the tenant is parameter $1");
        Self {
            text,
            whose: PhantomData,
        }
    }

    pub(crate) const fn text(self) -> &'static str {
        self.text
    }
}

/// Marks SQL that answers across tenants; only [`crate::Operator`] runs it.
#[derive(Clone, Copy, Debug)]
pub struct Everyone(());

impl Sql<Everyone> {
    /// SQL over every tenant's rows.
    pub const fn across(text: &'static str) -> Self {
        Self {
            text,
            whose: PhantomData,
        }
    }

    /// With no parameter yet.
    pub fn query(self) -> Across {
        Across {
            text: self.text,
            values: Vec::new(),
        }
    }
}

/// A question across tenants with its parameters, `$1` on.
#[derive(Clone, Debug)]
pub struct Across {
    pub(crate) text: &'static str,
    pub(crate) values: Vec<sea_orm::Value>,
}

impl Across {
    /// Binds the next parameter.
    #[must_use]
    pub fn bind(mut self, value: impl Into<sea_orm::Value>) -> Self {
        self.values.push(value.into());
        self
    }
}

const fn contains(text: &str, wanted: &str) -> bool {
    let (text, wanted) = (text.as_bytes(), wanted.as_bytes());
    let mut start = 0;
    while start + wanted.len() <= text.len() {
        let mut matched = 0;
        while matched < wanted.len() && text[start + matched] == wanted[matched] {
            matched += 1;
        }
        if matched == wanted.len() {
            return true;
        }
        start += 1;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tenant_is_looked_for_in_the_whole_text() {
        assert!(contains("SELECT 1 WHERE tenant_id = $1", "tenant_id"));
        assert!(!contains("SELECT 1 WHERE tenant = $1", "tenant_id"));
    }
}
