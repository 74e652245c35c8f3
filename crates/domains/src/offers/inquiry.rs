//! Asks registrars about many names at once and hands over answers as they come.
//!
//! Each name has its routes: the accounts that sell its ending, best first. The first is asked; when it cannot say, the
//! next is asked at once; when it is slow, the next is asked beside it. So one registrar that is down or slow costs
//! little, and a limited number of calls is not spent on asking everybody about everything. The deadline is hard: what
//! has not answered by then is unknown. Each name sent is paid for: all first questions before any is asked, so that a
//! check is refused whole; a second question that cannot be paid for is not asked.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use futures::stream::{FuturesUnordered, StreamExt};
use futures::{FutureExt, future::BoxFuture};
use kernel::{Instant, Problem, RegistrarId};
use tokio::time;

use super::answers::{Answer, Batch, NoAnswer, Verdict};
use super::desk::{Asked, Desk};
use super::purse::Purse;

#[cfg(test)]
mod tests;

/// A registrar account a name can be asked and bought at.
#[derive(Clone)]
pub(super) struct Route {
    pub(super) registrar: RegistrarId,
    pub(super) desk: Arc<Desk>,
}

/// What became of a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Outcome {
    pub(super) verdict: Verdict,
    /// Who said so; nobody, when nobody did.
    pub(super) registrar: Option<RegistrarId>,
    pub(super) checked_at: Instant,
    /// Whether it was asked just now, and the registrar did not answer from a cache of its own.
    pub(super) live: bool,
}

/// One name and whom to ask.
struct Question {
    ascii: Box<str>,
    routes: Arc<[Route]>,
    /// How many routes have been tried.
    tried: usize,
    /// How many calls it waits for.
    pending: usize,
    settled: bool,
    last: NoAnswer,
}

/// Questions under way.
pub(super) struct Inquiry {
    asked: Asked,
    purse: Purse,
    hedge_at: time::Instant,
    hedged: bool,
    questions: Vec<Question>,
    calls: FuturesUnordered<BoxFuture<'static, Landed>>,
    ready: VecDeque<(usize, Outcome)>,
    open: usize,
}

/// A call that ended: whom it asked, which questions, and what came.
struct Landed {
    registrar: RegistrarId,
    positions: Vec<usize>,
    batch: Option<Batch>,
}

impl Inquiry {
    /// Begins to ask. Names are distinct A-labels.
    ///
    /// # Errors
    /// When the purse does not hold enough for the names that must be sent; nothing has been sent then.
    pub(super) fn begin(
        names: impl IntoIterator<Item = (Box<str>, Arc<[Route]>)>,
        asked: Asked,
        purse: Purse,
    ) -> Result<Self, Problem> {
        let questions: Vec<Question> = names
            .into_iter()
            .map(|(ascii, routes)| Question {
                ascii,
                routes,
                tried: 0,
                pending: 0,
                settled: false,
                last: NoAnswer::NoRegistrar,
            })
            .collect();
        let unanswered = |question: &&Question| {
            let first = question.routes.first();
            first.is_some_and(|route| route.desk.must_send(&question.ascii, asked.at))
        };
        purse.pay(questions.iter().filter(unanswered).count())?;
        let patience = asked.until.saturating_duration_since(asked.started);
        let mut inquiry = Self {
            hedge_at: asked.started + patience * 2 / 5,
            hedged: false,
            calls: FuturesUnordered::new(),
            ready: VecDeque::with_capacity(questions.len()),
            open: questions.len(),
            asked,
            purse,
            questions,
        };
        inquiry.ask_next((0..inquiry.questions.len()).collect());
        let kept = inquiry.ready.iter().filter(|(_, outcome)| !outcome.live).count();
        count("kept", kept);
        count("asked", inquiry.questions.len() - kept);
        Ok(inquiry)
    }

    /// The next answers, in the order they come; `None` when every question has one.
    pub(super) async fn next(&mut self) -> Option<Vec<(usize, Outcome)>> {
        loop {
            if !self.ready.is_empty() {
                return Some(self.ready.drain(..).collect());
            }
            if self.open == 0 {
                return None;
            }
            tokio::select! {
                biased;
                Some(landed) = self.calls.next() => self.land(&landed),
                () = time::sleep_until(self.asked.until) => self.give_up(),
                () = time::sleep_until(self.hedge_at), if !self.hedged => self.hedge(),
            }
        }
    }

    /// Asks each question's next route, grouped so that one call carries many names.
    fn ask_next(&mut self, positions: Vec<usize>) {
        let mut failed: Vec<usize> = positions;
        // Kept answers may send a question on to its next route, at most once per route.
        while !failed.is_empty() {
            let mut groups: HashMap<RegistrarId, (Route, Vec<usize>)> = HashMap::new();
            let mut order: Vec<RegistrarId> = Vec::new();
            for position in failed.drain(..) {
                let question = &mut self.questions[position];
                let Some(route) = question.routes.get(question.tried).cloned() else {
                    self.settle_unknown(position);
                    continue;
                };
                question.tried += 1;
                if let Some(answer) = route.desk.kept(&question.ascii, self.asked.at) {
                    self.settle(position, answer, route.registrar, false);
                    continue;
                }
                groups
                    .entry(route.registrar)
                    .or_insert_with(|| {
                        order.push(route.registrar);
                        (route, Vec::new())
                    })
                    .1
                    .push(position);
            }
            for registrar in order {
                let (route, positions) = groups.remove(&registrar).expect("the order names the groups");
                if self.may_ask(&route, &positions) {
                    self.ask_at(&route, &positions);
                } else {
                    failed.extend(positions);
                }
            }
        }
    }

    /// Pays for second questions; the first ones were paid for together. Those that cannot be paid for go on to their
    /// next route, whose answer may be kept.
    fn may_ask(&mut self, route: &Route, positions: &[usize]) -> bool {
        let must_be_paid = |at: &&usize| {
            let question = &self.questions[**at];
            question.tried > 1 && route.desk.must_send(&question.ascii, self.asked.at)
        };
        if self.purse.pay(positions.iter().filter(must_be_paid).count()).is_ok() {
            return true;
        }
        for at in positions {
            self.questions[*at].last = NoAnswer::Limited;
        }
        false
    }

    fn ask_at(&mut self, route: &Route, positions: &[usize]) {
        let names: Vec<(usize, &str)> = positions.iter().map(|at| (*at, &*self.questions[*at].ascii)).collect();
        let (settled, waiting) = route.desk.ask(&names, self.asked);
        for (position, answer) in settled {
            self.settle(position, answer, route.registrar, false);
        }
        let registrar = route.registrar;
        for call in waiting {
            for position in &call.positions {
                self.questions[*position].pending += 1;
            }
            let (flight, positions) = (call.flight, call.positions);
            self.calls.push(
                flight
                    .map(move |batch| Landed {
                        registrar,
                        positions,
                        batch,
                    })
                    .boxed(),
            );
        }
    }

    /// Takes a call's answers; questions it could not settle go to their next route.
    fn land(&mut self, landed: &Landed) {
        let mut on: Vec<usize> = Vec::new();
        for position in &landed.positions {
            let question = &mut self.questions[*position];
            question.pending -= 1;
            let answer = landed
                .batch
                .as_ref()
                .and_then(|batch| batch.get(&question.ascii))
                .copied();
            match answer {
                Some(answer) if !matches!(answer.verdict, Verdict::Unknown(_)) => {
                    self.settle(*position, answer, landed.registrar, answer.definitive);
                }
                unknown => {
                    question.last = match unknown.map(|answer| answer.verdict) {
                        Some(Verdict::Unknown(why)) => why,
                        _ => NoAnswer::Down,
                    };
                    if !question.settled && (question.tried < question.routes.len() || question.pending == 0) {
                        on.push(*position);
                    }
                }
            }
        }
        self.ask_next(on);
    }

    /// The deadline is two fifths gone: names without an answer are asked at their next route as well.
    fn hedge(&mut self) {
        self.hedged = true;
        let slow = (0..self.questions.len())
            .filter(|at| !self.questions[*at].settled && self.questions[*at].tried < self.questions[*at].routes.len())
            .collect();
        self.ask_next(slow);
    }

    fn give_up(&mut self) {
        for position in 0..self.questions.len() {
            if !self.questions[position].settled {
                self.questions[position].last = NoAnswer::Slow;
                self.settle_unknown(position);
            }
        }
    }

    fn settle(&mut self, position: usize, answer: Answer, registrar: RegistrarId, live: bool) {
        let outcome = Outcome {
            verdict: answer.verdict,
            registrar: Some(registrar),
            checked_at: answer.checked_at,
            live,
        };
        self.finish(position, outcome);
    }

    fn settle_unknown(&mut self, position: usize) {
        // Another call for it may still be under way beside the one that failed.
        if self.questions[position].pending > 0 && time::Instant::now() < self.asked.until {
            return;
        }
        let verdict = Verdict::Unknown(self.questions[position].last);
        self.finish(
            position,
            Outcome {
                verdict,
                registrar: None,
                checked_at: self.asked.now(),
                live: true,
            },
        );
    }

    fn finish(&mut self, position: usize, outcome: Outcome) {
        let question = &mut self.questions[position];
        if !question.settled {
            question.settled = true;
            self.open -= 1;
            self.ready.push_back((position, outcome));
        }
    }
}

/// For the hit rate: names answered from what was kept, and names that had to be asked.
fn count(from: &'static str, names: usize) {
    if names > 0 {
        let names = u64::try_from(names).unwrap_or(u64::MAX);
        metrics::counter!("entrepot_name_answers_total", "from" => from).increment(names);
    }
}
