//! Permissions as people read them: by room, each with what it lets one do, its code beside it.

use askama::Template;
use web::messages::{PermissionKeys, Words};
use web::ui::{FormErrors, Html, Icon};

#[derive(Template)]
#[template(path = "pages/permissions.html")]
struct PermissionList {
    rooms: Vec<Room>,
    ticked: bool,
    error: Option<String>,
}

/// Permissions of one room.
struct Room {
    heading: String,
    lines: Vec<Line>,
}

struct Line {
    id: String,
    code: &'static str,
    label: String,
    about: String,
    held: bool,
}

/// Boxes to tick, named `permissions`: those of `held` are ticked. The summary's link leads to the first.
pub(crate) fn boxes(
    w: &Words,
    offered: impl Iterator<Item = &'static str>,
    held: &[String],
    errors: &FormErrors,
) -> Html {
    let mut rooms = by_room(w, offered, |permission| held.iter().any(|own| own == permission));
    if let Some(first) = rooms.first_mut().and_then(|room| room.lines.first_mut()) {
        "f-permissions".clone_into(&mut first.id);
    }
    let error = errors.get("permissions");
    Html::of(&PermissionList {
        rooms,
        ticked: true,
        error,
    })
}

/// What somebody or something may do, to read.
pub(crate) fn list(w: &Words, held: impl Iterator<Item = &'static str>) -> Html {
    Html::of(&PermissionList {
        rooms: by_room(w, held, |_| true),
        ticked: false,
        error: None,
    })
}

/// Sorted permissions lie together by room.
fn by_room(w: &Words, permissions: impl Iterator<Item = &'static str>, is_held: impl Fn(&str) -> bool) -> Vec<Room> {
    let mut rooms: Vec<Room> = Vec::new();
    for code in permissions {
        let keys = PermissionKeys::of(code);
        let line = Line {
            id: format!("f-{}", code.replace('.', "-")),
            code,
            label: w.t(&keys.label),
            about: w.t(&keys.about),
            held: is_held(code),
        };
        let heading = w.t(&keys.room);
        match rooms.last_mut().filter(|room| room.heading == heading) {
            Some(room) => room.lines.push(line),
            None => rooms.push(Room {
                heading,
                lines: vec![line],
            }),
        }
    }
    rooms
}
