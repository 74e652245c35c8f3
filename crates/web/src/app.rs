//! The state that every handler can reach: the installation, its ports, its words and what the rooms declare.

use std::collections::HashSet;
use std::sync::Arc;

use axum::http::Method;
use kernel::{Clock, Instant};
use platform::Platform;
use platform::ports::{Captcha, Scanner};
use tokio_util::task::TaskTracker;

use crate::config::WebConfig;
use crate::health::{Check, Readiness};
use crate::limits::Limits;
use crate::messages::{Fault, Messages};
use crate::meters::Meters;
use crate::module::{Module, NavEntry, PermissionInfo, SettingInfo};
use crate::once::UnderWay;
use crate::openapi::read_only;
use crate::ports::{Authenticate, Hosts};
use crate::shell::Frame;

/// What an [`App`] is made of.
pub struct Parts {
    /// The installation.
    pub platform: Platform,
    /// The edge's configuration.
    pub config: WebConfig,
    /// Establishes who calls.
    pub authenticate: Arc<dyn Authenticate>,
    /// Finds the tenant of a host.
    pub hosts: Arc<dyn Hosts>,
    /// Proof of a human on public forms.
    pub captcha: Arc<dyn Captcha>,
    /// Looks at uploads.
    pub scanner: Arc<dyn Scanner>,
    /// What must hold for `/readyz`.
    pub checks: Vec<Check>,
    /// What the frames of pages show beside menu and person.
    pub frame: Arc<dyn Frame>,
}

/// The edge's shared state. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Inner>);

struct Inner {
    parts: Parts,
    limits: Limits,
    messages: Messages,
    meters: Meters,
    tasks: TaskTracker,
    under_way: UnderWay,
    readiness: Readiness,
    /// Paths of POSTs that write nothing.
    read_only: HashSet<String>,
    nav: Vec<NavEntry>,
    permissions: Vec<PermissionInfo>,
    settings: Vec<SettingInfo>,
}

impl App {
    /// Puts the parts and the rooms' declarations together.
    ///
    /// # Errors
    /// When the rooms' messages do not parse.
    pub fn new(parts: Parts, modules: &[Module]) -> Result<Self, Fault> {
        let files: Vec<(&str, &str)> = modules
            .iter()
            .flat_map(|module| module.messages.iter().copied())
            .collect();
        Ok(Self(Arc::new(Inner {
            limits: Limits::new(&parts.config.limits, Arc::new(PlatformClock(parts.platform.clone()))),
            messages: Messages::new(&files)?,
            meters: Meters::default(),
            tasks: TaskTracker::new(),
            under_way: UnderWay::default(),
            readiness: Readiness::default(),
            read_only: modules
                .iter()
                .flat_map(|module| read_only(module.api.get_openapi()))
                .map(str::to_owned)
                .collect(),
            nav: modules.iter().flat_map(|module| module.nav.iter().copied()).collect(),
            permissions: modules
                .iter()
                .flat_map(|module| module.permissions.iter().copied())
                .collect(),
            settings: modules
                .iter()
                .flat_map(|module| module.settings.iter().copied())
                .collect(),
            parts,
        })))
    }

    /// The installation: database, clock, secrets.
    pub fn platform(&self) -> &Platform {
        &self.0.parts.platform
    }

    /// The present moment.
    pub fn now(&self) -> Instant {
        self.platform().now()
    }

    /// The edge's configuration.
    pub fn config(&self) -> &WebConfig {
        &self.0.parts.config
    }

    /// Rate limits, and budgets for costly work.
    pub fn limits(&self) -> &Limits {
        &self.0.limits
    }

    /// All languages.
    pub fn messages(&self) -> &Messages {
        &self.0.messages
    }

    /// Proof of a human on public forms.
    pub fn captcha(&self) -> &dyn Captcha {
        self.0.parts.captcha.as_ref()
    }

    /// Looks at uploads.
    pub fn scanner(&self) -> &dyn Scanner {
        self.0.parts.scanner.as_ref()
    }

    /// Establishes who calls.
    pub fn authenticate(&self) -> &dyn Authenticate {
        self.0.parts.authenticate.as_ref()
    }

    /// Finds the tenant of a host.
    pub fn hosts(&self) -> &dyn Hosts {
        self.0.parts.hosts.as_ref()
    }

    /// The console's menu, every entry of every room.
    pub fn nav(&self) -> &[NavEntry] {
        &self.0.nav
    }

    /// Every right of every room.
    pub fn permissions(&self) -> &[PermissionInfo] {
        &self.0.permissions
    }

    /// Every setting of every room.
    pub fn settings(&self) -> &[SettingInfo] {
        &self.0.settings
    }

    /// Requests that write and go on although their client hung up; wait for them before the process ends.
    pub fn tasks(&self) -> &TaskTracker {
        &self.0.tasks
    }

    pub(crate) fn under_way(&self) -> &UnderWay {
        &self.0.under_way
    }

    pub(crate) fn meters(&self) -> &Meters {
        &self.0.meters
    }

    /// Whether a request may change something.
    pub(crate) fn may_write(&self, method: &Method, route: &str) -> bool {
        let only_reads = method == Method::POST && self.0.read_only.contains(route);
        !(method.is_safe() || only_reads)
    }

    pub(crate) fn readiness(&self) -> &Readiness {
        &self.0.readiness
    }

    pub(crate) fn checks(&self) -> &[Check] {
        &self.0.parts.checks
    }

    pub(crate) fn frame(&self) -> &dyn Frame {
        self.0.parts.frame.as_ref()
    }
}

/// The installation's clock, for those who want one by itself.
struct PlatformClock(Platform);

impl Clock for PlatformClock {
    fn now(&self) -> Instant {
        self.0.now()
    }
}
