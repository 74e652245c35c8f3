//! Durable work in the console and over the API: what waits, runs and failed, and a hand to put to it.

mod acts;
mod http;
mod list;
mod one;

use axum::Router;
use axum::routing::get;
use futures::future::BoxFuture;
use platform::Read;
use platform::jobs::admin::{self, Filter, State, Tally};
use serde::Deserialize;
use utoipa::IntoParams;
use web::messages::Words;
use web::ui::{self, Html, ListQuery, Tone};
use web::{App, OpenApiRouter, routes};

const PATH: &str = "/console/jobs";

pub(super) fn pages() -> Router<App> {
    Router::new()
        .route(PATH, get(list::page).post(acts::act))
        .route("/console/jobs.csv", get(list::csv))
        .route("/console/jobs/{id}", get(one::page))
}

pub(super) fn api() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(http::list))
        .routes(routes!(http::one))
        .routes(routes!(http::retry_one))
        .routes(routes!(http::cancel_one))
}

/// Dead letters, for the menu.
pub(super) fn dead(read: &mut Read) -> BoxFuture<'_, platform::Result<u64>> {
    Box::pin(async move {
        let tally = admin::tally(read).await?;
        Ok(count(&tally, State::Dead))
    })
}

fn count(tally: &[Tally], state: State) -> u64 {
    tally
        .iter()
        .filter(|line| line.state == state)
        .map(|line| line.jobs.unsigned_abs())
        .sum()
}

/// Which jobs an address asks for.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
struct Asked {
    /// waiting, running, done, dead or cancelled.
    #[param(example = "dead")]
    state: String,
    /// Name of a queue.
    #[param(example = "mail")]
    queue: String,
    /// A kind of job.
    #[param(example = "platform.send_mail")]
    kind: String,
}

impl Asked {
    fn filter(&self) -> Filter {
        let text = |value: &String| (!value.is_empty()).then(|| value.clone());
        Filter {
            state: State::parse(&self.state),
            queue: text(&self.queue),
            kind: text(&self.kind),
        }
    }

    fn query(&self) -> ListQuery {
        ListQuery::new(PATH)
            .param("state", &self.state)
            .param("queue", &self.queue)
            .param("kind", &self.kind)
    }
}

fn badge(w: &Words, state: State) -> Html {
    ui::badge(tone(state), state_word(w, state))
}

fn tone(state: State) -> Tone {
    match state {
        State::Done => Tone::Ok,
        State::Dead => Tone::Bad,
        State::Running => Tone::Info,
        State::Waiting => Tone::None,
        State::Cancelled => Tone::Warn,
    }
}

fn state_word(w: &Words, state: State) -> String {
    match state {
        State::Done => w.t("jobs-state-done"),
        State::Dead => w.t("jobs-state-dead"),
        State::Running => w.t("jobs-state-running"),
        State::Waiting => w.t("jobs-state-waiting"),
        State::Cancelled => w.t("jobs-state-cancelled"),
    }
}
