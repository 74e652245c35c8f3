//! A group of endings and what can happen to it.

use std::collections::BTreeSet;

use kernel::{Change, Instant, Problem, TldGroupId};
use serde_json::json;

use super::events::TldGroupChanged;
use crate::tlds;
use crate::values::{self, Faults};

/// Most endings a group, or a rule that names them itself, may have.
pub(crate) const MOST_ENDINGS: usize = 2_000;

/// A named set of endings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TldGroup {
    /// Its id.
    pub id: TldGroupId,
    /// As people call it; no other group has it.
    pub name: String,
    /// The endings, as A-labels in alphabetical order.
    pub endings: BTreeSet<String>,
    /// Raised with every change.
    pub version: i64,
    /// Since when there is one.
    pub created_at: Instant,
    /// When it was last changed.
    pub updated_at: Instant,
    /// By whom: a printed id, or `system`.
    pub updated_by: String,
}

/// Everything about a group that can be said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TldGroupEdit {
    /// As people call it.
    pub name: String,
    /// The endings, as they were typed.
    pub tlds: Vec<String>,
}

impl TldGroupEdit {
    fn read(&self) -> Result<(String, BTreeSet<String>), Problem> {
        let mut faults = Faults::default();
        let name = faults.need("/name", "bad_name", values::line(&self.name));
        faults.done()?;
        Ok((name, endings(&self.tlds)?))
    }
}

/// Endings as people type them. None is refused as it is: a set that silently lacks one would price it by another rule.
pub(crate) fn endings(typed: &[String]) -> Result<BTreeSet<String>, Problem> {
    let mut endings = BTreeSet::new();
    for text in typed {
        let ending = tlds::parse(text).map_err(|_| refused("tld_unknown", "tld", shortened(text)))?;
        endings.insert(ending.ascii);
    }
    if endings.len() > MOST_ENDINGS {
        return Err(refused("tld_group_too_large", "max", MOST_ENDINGS));
    }
    Ok(endings)
}

fn refused(code: &'static str, name: &'static str, value: impl ToString) -> Problem {
    let mut problem = Problem::refused("invalid_fields").field("/tlds", code);
    for field in &mut problem.fields {
        field.args.push((name, value.to_string()));
    }
    problem
}

fn shortened(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(40).collect()
}

impl TldGroup {
    /// A new group.
    ///
    /// # Errors
    /// `invalid_fields`.
    pub fn open(
        id: TldGroupId,
        new: &TldGroupEdit,
        now: Instant,
        by: String,
    ) -> Result<Change<Self, TldGroupChanged>, Problem> {
        let (name, endings) = new.read()?;
        let group = Self {
            id,
            name,
            endings,
            version: 1,
            created_at: now,
            updated_at: now,
            updated_by: by,
        };
        let fact = group.fact();
        Ok(Change::new(group, fact))
    }

    /// Described anew; nothing when nothing differs.
    ///
    /// # Errors
    /// `invalid_fields`.
    pub fn edit(
        self,
        edit: &TldGroupEdit,
        now: Instant,
        by: String,
    ) -> Result<Option<Change<Self, TldGroupChanged>>, Problem> {
        let (name, endings) = edit.read()?;
        if (&name, &endings) == (&self.name, &self.endings) {
            return Ok(None);
        }
        let before = json!({ "name": self.name, "tlds": self.endings });
        let after = Self {
            name,
            endings,
            version: self.version + 1,
            updated_at: now,
            updated_by: by,
            ..self
        };
        let fact = after.fact();
        Ok(Some(Change::from(before, after, fact)))
    }

    fn fact(&self) -> TldGroupChanged {
        TldGroupChanged {
            id: self.id,
            version: self.version,
            name: self.name.clone(),
            tlds: self.endings.iter().cloned().collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    #[test]
    fn endings_are_read_as_people_write_them_and_kept_once_in_order() {
        let endings = endings(&typed(&[".Net", "com", "COM", "みんな"])).unwrap();
        assert_eq!(endings.into_iter().collect::<Vec<_>>(), ["com", "net", "xn--q9jyb4c"]);
    }

    #[test]
    fn an_ending_that_is_none_refuses_the_set_by_name() {
        let problem = endings(&typed(&["com", "notanending"])).unwrap_err();
        assert_eq!(problem.code, "invalid_fields");
        assert!(format!("{problem:?}").contains("notanending"));
    }
}
