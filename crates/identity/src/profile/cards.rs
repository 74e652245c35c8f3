//! The cards of the profile's page.

use askama::Template;
use kernel::SessionId;
use web::messages::Words;
use web::ui::{self, Field, FormErrors, Html, Tone};

use super::pages::PersonForm;
use crate::accounts::pages::new_password;
use crate::frames::{Card, CardForm, Pairs, text};
use crate::sessions::Session;
use crate::tenants::LOCALES;
use crate::tenants::pages::locale_name;
use crate::users::User;

pub(super) fn person(w: &Words, base: &str, form: &PersonForm, errors: &FormErrors) -> Card {
    let mut locales = vec![("", w.t("identity-as-company"))];
    locales.extend(LOCALES.iter().map(|locale| (*locale, w.t(locale_name(locale)))));
    let fields = vec![
        Field::text("name", w.t("identity-name"))
            .value(&form.name)
            .required()
            .autocomplete("name")
            .error(errors.get("name")),
        Field::select("locale", w.t("identity-locale"), &locales)
            .value(&form.locale)
            .error(errors.get("locale")),
        Field::text("time_zone", w.t("identity-time-zone"))
            .value(&form.time_zone)
            .hint(w.t("identity-own-zone-hint"))
            .error(errors.get("time_zone")),
    ];
    let form = CardForm {
        action: base.into(),
        hidden: vec![("version", form.version.clone())],
        fields,
        submit: w.t("identity-save"),
        ..CardForm::default()
    };
    Card {
        id: "zone",
        title: w.t("identity-person"),
        forms: vec![form],
        ..Card::default()
    }
}

/// The picture as it is, or initials.
#[derive(Template)]
#[template(
    ext = "html",
    source = "<img class=\"avatar avatar--lg\" src=\"{{ src }}\" alt=\"\" width=\"44\" height=\"44\">"
)]
struct Picture {
    src: String,
}

fn picture_of(base: &str, user: &User) -> Html {
    if user.avatar_version == 0 {
        return ui::avatar_lg(&user.name);
    }
    let side = base.trim_end_matches("/profile");
    Html::of(&Picture {
        src: format!("{side}/avatars/{}/{}", user.id, user.avatar_version),
    })
}

pub(super) fn picture(w: &Words, base: &str, user: &User, errors: &FormErrors) -> Card {
    let field = Field::file("avatar", w.t("identity-picture"))
        .accept("image/png,image/jpeg,image/webp")
        .hint(w.t("identity-picture-hint"))
        .error(errors.get("avatar"));
    let form = CardForm {
        action: format!("{base}/picture"),
        fields: vec![field],
        submit: w.t("identity-picture-send"),
        upload: true,
        ..CardForm::default()
    };
    Card {
        title: w.t("identity-picture"),
        body: Some(picture_of(base, user)),
        forms: vec![form],
        ..Card::default()
    }
}

pub(super) fn email(w: &Words, base: &str, user: &User, typed: &str, errors: &FormErrors) -> Card {
    let field = Field::email("email", w.t("identity-new-email"))
        .value(typed)
        .required()
        .autocomplete("email")
        .error(errors.get("email"));
    let form = CardForm {
        action: format!("{base}/email"),
        fields: vec![field],
        submit: w.t("identity-new-email-send"),
        ..CardForm::default()
    };
    Card {
        id: "email",
        title: w.t("identity-email"),
        lede: w.t1("identity-email-lede", "email", user.email.as_str()),
        forms: vec![form],
        ..Card::default()
    }
}

pub(super) fn password(w: &Words, base: &str, errors: &FormErrors) -> Card {
    let current = Field::password("current", w.t("identity-current-password"))
        .required()
        .autocomplete("current-password")
        .error(errors.get("current"));
    let fields = vec![current, new_password(w, errors)];
    let form = CardForm {
        action: format!("{base}/password"),
        fields,
        submit: w.t("identity-password-change"),
        ..CardForm::default()
    };
    Card {
        id: "password",
        title: w.t("identity-password"),
        lede: w.t("identity-password-lede"),
        forms: vec![form],
        ..Card::default()
    }
}

pub(super) fn sessions(w: &Words, base: &str, open: &[Session], this: SessionId) -> Card {
    let describe = |session: &Session| {
        let seen = ui::when(w, session.last_seen_at.micros());
        let place = text(format!("{} · ", session.network));
        let here = if session.id == this {
            ui::tag(Tone::Ok, w.t("identity-this-session"))
        } else {
            text("")
        };
        (session.agent.clone(), Html::join([here, place, seen]))
    };
    let pairs = open.iter().map(describe).collect();
    let mut forms: Vec<CardForm> = open
        .iter()
        .filter(|session| session.id != this)
        .take(10)
        .map(|session| CardForm {
            action: format!("{base}/sessions/{}", session.id),
            submit: w.t1("identity-end-session", "agent", &session.agent),
            danger: true,
            ..CardForm::default()
        })
        .collect();
    if open.len() > 1 {
        forms.push(CardForm {
            action: format!("{base}/sessions/others"),
            submit: w.t("identity-end-others"),
            danger: true,
            ..CardForm::default()
        });
    }
    Card {
        id: "sessions",
        title: w.t("identity-sessions"),
        lede: w.t("identity-sessions-lede"),
        body: Some(Html::of(&Pairs { pairs })),
        forms,
    }
}
